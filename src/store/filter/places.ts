// Where the properties of an instance lie: in a row, or in a piece of JSON.
import type { NavigationProperty, PrimitiveType, Property, StructuredType } from '../../edm/index.js';
import { model } from '../../model/index.js';
import type { Instance } from '../../plan/index.js';
import { documentColumn, type Layout, layoutOf, leadsTo, typeNames } from '../layout.js';
import type { Compiled, Target } from './compile.js';

export type Place = RowPlace | JsonPlace;

export interface RowPlace {
  readonly kind: 'row';
  readonly layout: Layout;
  /** By what the statement calls its table. */
  readonly alias: string;
}

export interface JsonPlace {
  readonly kind: 'json';
  /** A column, or an item of an array. */
  readonly json: string;
  /** The way inside. */
  readonly path: readonly string[];
}

/**
 * What `use` makes of the place of the instance; null where the instance is nothing. `use` gets the target to compile
 * with there.
 */
export function at(instance: Instance, target: Target, use: (place: Place, target: Target) => Compiled): Compiled {
  switch (instance.kind) {
    case 'current':
      return use({ kind: 'row', layout: target.layout, alias: target.alias }, target);
    case 'variable': {
      const place = target.variables?.get(instance.name);
      if (!place) throw new Error(`the variable '${instance.name}' has no place`);
      return use(place, target);
    }
    case 'complexValue':
      return at(instance.of, target, (place, inner) => use(inside(place, instance.property), inner));
    case 'narrowed':
      return at(instance.of, target, (place, inner) => {
        const guard = typeGuard(place, instance.type, inner);
        if (guard === true) return use(place, inner);
        if (guard === false) return { sql: 'NULL', nullable: true, depth: 0 };
        const { sql, depth, ...rest } = use(place, inner);
        return { ...rest, sql: `CASE WHEN ${guard} THEN ${sql} END`, nullable: true, depth: depth + 5 };
      });
    case 'related':
      return at(instance.of, target, (place, outer) => {
        const row = newRow(layoutOf(instance.set), outer);
        const { sql, depth, ...rest } = use(row, outer);
        const from = targetsFrom(instance.property, place, row, outer);
        return { ...rest, sql: `(SELECT ${sql} FROM ${from})`, nullable: true, depth: depth + 6 };
      });
  }
}

/** A row of another table, by an alias of its own. */
export function newRow(layout: Layout, { parameters }: Target): RowPlace {
  return { kind: 'row', layout, alias: parameters.newAlias() };
}

/** What stands behind FROM, with its WHERE, for the rows that a navigation property of the place leads to. */
export function targetsFrom(
  property: NavigationProperty,
  place: Place,
  { layout, alias }: RowPlace,
  { parameters }: Target,
): string {
  if (place.kind !== 'row') throw new Error(`'${property.name}' is no property of an entity`);
  const way = { set: place.layout.set, property, target: layout.set };
  return `${layout.table} ${alias} WHERE ${leadsTo(way, { source: place.alias, target: alias }, parameters)}`;
}

function inside(place: Place, property: Property): JsonPlace {
  const { json, path } = documentOf(place);
  return { kind: 'json', json, path: [...path, property.name] };
}

/** The JSON that holds what has no column. */
export function documentOf(place: Place): JsonPlace {
  return place.kind === 'json' ? place : { kind: 'json', json: `${place.alias}.${documentColumn}`, path: [] };
}

/** The value of a property; one that a document lacks has the default, as when it is read. */
export function propertyOf(place: Place, property: Property, { dialect, parameters }: Target): Compiled {
  const { name, type, nullable, default: fallback } = property;
  if (type.kind === 'complex' || property.collection) throw new Error(`the property '${name}' is no single value`);
  const column = place.kind === 'row' ? place.layout.columns.get(name) : undefined;
  if (place.kind === 'row' && column !== undefined) return { sql: `${place.alias}.${column}`, nullable, depth: 0 };
  const { json, path } = documentOf(place);
  const value = dialect.documentValue(json, [...path, name], type);
  if (place.kind === 'json' || fallback === undefined || fallback === null || typeof fallback === 'object') {
    return { sql: value, nullable: true, depth: 0 };
  }
  return { sql: `coalesce(${value}, ${parameters.add(fallback)})`, nullable, depth: 1 };
}

const text: PrimitiveType = { kind: 'primitive', name: 'Edm.String' };

/** Whether what is there has the type or one derived from it: always, never, or as the condition says. */
export function typeGuard(place: Place, type: StructuredType, { dialect, parameters }: Target): string | boolean {
  if (place.kind === 'row') {
    const { layout, alias } = place;
    const names = type.kind === 'entity' ? typeNames(layout, type) : [];
    if (names.length === 0) return false;
    if (names.length === layout.shapes.size) return true;
    return `${alias}.type IN (${names.map((name) => parameters.add(name)).join(', ')})`;
  }
  // A value of the declared type has no annotation; nobody asks whether it is of that, for it always is.
  const names = model.withDerived(type).map((derived) => parameters.add(`#${model.qualifiedName(derived)}`));
  const annotation = dialect.documentValue(place.json, [...place.path, '@odata.type'], text);
  return `${annotation} IN (${names.join(', ')})`;
}
