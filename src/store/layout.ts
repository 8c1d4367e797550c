// Where each property of an entity set is kept: in a column of its own or in the JSON document of the rest.
import {
  type EntitySet,
  type EntityType,
  isA,
  isReference,
  type NavigationProperty,
  type Property,
  type Value,
} from '../edm/index.js';
import {
  assignmentFilters,
  assignments,
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  deviceSettingStateSummaries,
  deviceStatuses,
  deviceStatusOverview,
  groupAssignments,
  managedDeviceCertificateStates,
  model,
  organizations,
  roleScopeTags,
  userStatuses,
  userStatusOverview,
} from '../model/index.js';
import type { Parameters } from './dialect.js';

export interface Layout {
  readonly set: EntitySet;
  readonly table: string;
  /** The columns of properties, by the property's name. */
  readonly columns: ReadonlyMap<string, string>;
  /** The columns that hold the keys of linked entities, by the name of the single navigation property. */
  readonly links: ReadonlyMap<string, string>;
  /** Whether a column `linked_keys` holds the keys that collection-valued navigation properties lead to. */
  readonly linked: boolean;
  /** The column that holds the key of the entity that contains the row's; undefined where none does. */
  readonly owner: string | undefined;
  /** Whether a column `type` tells the type of the row; otherwise all rows are of the set's. */
  readonly typed: boolean;
  /** Whether a column `version` counts the changes of the row; otherwise it never changes. */
  readonly versioned: boolean;
  /** Whether a column `properties` holds the properties that have no column. */
  readonly documented: boolean;
  /** The columns that put rows in the order of their creation; they never change. */
  readonly order: readonly string[];
  /** The columns that make an entity: the type first, then the version, the document last, where there are such. */
  readonly selected: readonly string[];
  /** How the rows of each type become entities, by the type's name. */
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** The properties and links of one type, each with its place among the selected columns. */
export interface Shape {
  readonly type: EntityType;
  readonly fields: readonly Field[];
  readonly links: readonly { readonly name: string; readonly index: number }[];
  /** The collection-valued navigation properties that are not contained. */
  readonly collections: readonly string[];
}

export interface Field {
  readonly name: string;
  /** Undefined for a property in the document. */
  readonly index: number | undefined;
  readonly boolean: boolean;
  /** What a document that was written before the property existed answers. */
  readonly default: Value;
}

/** The column of the properties that have none of their own. */
export const documentColumn = 'properties';
/** The column of the keys that collections of links lead to: a JSON object by the property's name. */
export const linkedKeysColumn = 'linked_keys';

/**
 * The table of the same keys, one in a row (tenant_id, source_id, property, target_id): by it links are followed in
 * either direction, and a target that has any is kept.
 */
export const linkTable = 'device_configuration_links';

interface Placement {
  readonly table: string;
  /** Names of the properties that have a column. */
  readonly columns: Iterable<string>;
  readonly order: readonly string[];
  readonly versioned: boolean;
  readonly owner?: string;
}

/** Lays a set out. Columns are named for their properties, `displayName` → `display_name`. */
export function layOut(set: EntitySet, { table, columns: names, order, versioned, owner }: Placement): Layout {
  const types = model.withDerived(set.type);
  const columns = new Map([...names].map((name) => [name, columnOf(set.type, name)]));
  const references = types.flatMap((type) => type.ownNavigationProperties.filter(({ contained }) => !contained));
  const links = new Map(references.filter(isReference).map(({ name }) => [name, `${snakeCase(name)}_id`]));
  const linked = references.some(({ collection }) => collection);
  const typed = types.length > 1;
  const documented = types.some((type) => [...type.properties.keys()].some((name) => !columns.has(name)));
  const selected = [
    ...new Set([
      ...(typed ? ['type'] : []),
      ...(versioned ? ['version'] : []),
      ...columns.values(),
      ...links.values(),
      ...(owner === undefined ? [] : [owner]),
      ...(linked ? [linkedKeysColumn] : []),
      ...(documented ? [documentColumn] : []),
    ]),
  ];
  const layout = { set, table, columns, links, linked, owner, typed, versioned, documented, order, selected };
  const shapes = types.filter((type) => !type.abstract).map((type) => [type.name, shapeOf(type, layout)] as const);
  return { ...layout, shapes: new Map(shapes) };
}

function shapeOf(type: EntityType, layout: Omit<Layout, 'shapes'>): Shape {
  const indexOf = (column: string | undefined): number | undefined =>
    column === undefined ? undefined : layout.selected.indexOf(column);
  return {
    type,
    fields: [...type.properties.values()].map((property) => ({
      name: property.name,
      index: indexOf(layout.columns.get(property.name)),
      boolean: property.type.kind === 'primitive' && property.type.name === 'Edm.Boolean',
      default: property.default ?? null,
    })),
    links: [...layout.links].flatMap(([name, column]) =>
      type.navigationProperties.has(name) ? [{ name, index: layout.selected.indexOf(column) }] : [],
    ),
    collections: [...type.navigationProperties.values()]
      .filter(({ collection, contained }) => collection && !contained)
      .map(({ name }) => name),
  };
}

function columnOf(type: EntityType, name: string): string {
  const property: Property | undefined = type.properties.get(name);
  if (!property) throw new Error(`the type '${type.name}' has no property '${name}'`);
  if (property.collection || property.type.kind === 'complex') throw new Error(`'${name}' does not fit into a column`);
  return snakeCase(name);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** What profiles contain; each entity knows its profile. */
const owner = 'device_configuration_id';

/** Sets of which nothing is kept: what devices would report, and what is made elsewhere. */
const emptySets = [
  assignmentFilters,
  deviceStatuses,
  userStatuses,
  deviceSettingStateSummaries,
  managedDeviceCertificateStates,
];

const layouts = new Map(
  [
    layOut(derivedCredentials, {
      table: 'derived_credential_settings',
      columns: derivedCredentials.type.properties.keys(),
      order: ['created_date_time', 'id'],
      versioned: true,
    }),
    layOut(deviceConfigurations, {
      table: 'device_configurations',
      columns: ['id', 'createdDateTime', 'description', 'displayName', 'lastModifiedDateTime', 'version'],
      order: ['created_date_time', 'id'],
      versioned: true,
    }),
    layOut(assignments, {
      table: 'device_configuration_assignments',
      columns: ['id', 'intent', 'source', 'sourceId'],
      order: ['position', 'id'],
      versioned: true,
      owner,
    }),
    layOut(groupAssignments, {
      table: 'device_configuration_group_assignments',
      columns: groupAssignments.type.properties.keys(),
      order: ['position', 'id'],
      versioned: true,
      owner,
    }),
    ...[deviceStatusOverview, userStatusOverview].map((set) =>
      layOut(set, {
        table: 'device_configuration_overviews',
        columns: set.type.properties.keys(),
        order: ['id'],
        versioned: true,
        owner,
      }),
    ),
    ...emptySets.map((set) =>
      layOut(set, {
        table: 'no_rows',
        columns: ['id'],
        order: ['id'],
        versioned: false,
        ...(set.owner && { owner }),
      }),
    ),
    layOut(roleScopeTags, {
      table: 'role_scope_tags',
      columns: roleScopeTags.type.properties.keys(),
      order: ['id'],
      versioned: false,
    }),
    layOut(organizations, {
      table: 'organizations',
      columns: organizations.type.properties.keys(),
      order: ['id'],
      versioned: true,
    }),
    layOut(auditEvents, {
      table: 'audit_events',
      columns: ['id', 'activityDateTime', 'activityType', 'category', 'displayName'],
      order: ['position'],
      versioned: false,
    }),
  ].map((layout) => [layout.set, layout]),
);

export function layoutOf(set: EntitySet): Layout {
  const layout = layouts.get(set);
  if (!layout) throw new Error(`the entity set '${set.name}' is not kept in the store`);
  return layout;
}

/** The names of the layout's types that are `type` or derived from it. */
export function typeNames(layout: Layout, type: EntityType): string[] {
  return [...layout.shapes.values()].flatMap((shape) => (isA(shape.type, type) ? [shape.type.name] : []));
}

/** The column of a single navigation property that refers to an entity elsewhere. */
export function linkColumn(set: EntitySet, property: NavigationProperty): string {
  const column = layoutOf(set).links.get(property.name);
  if (column === undefined) throw new Error(`'${property.name}' of '${set.name}' refers to no single entity elsewhere`);
  return column;
}

/**
 * That a row of the target's table, called `target`, is one that the navigation property leads to from the row of the
 * source's table called `source`.
 */
export function leadsTo(
  { set, property, target }: { set: EntitySet; property: NavigationProperty; target: EntitySet },
  names: { readonly source: string; readonly target: string },
  parameters: Parameters,
): string {
  const { source } = names;
  if (!property.contained && !target.owner && !property.collection) {
    return `${names.target}.tenant_id = ${source}.tenant_id AND ${names.target}.id = ${source}.${linkColumn(set, property)}`;
  }
  return isMember(property, target, { tenant: `${source}.tenant_id`, key: `${source}.id` }, names.target, parameters);
}

/** That a row of the target's table, called `alias`, is one that an entity contains, or leads to by a collection. */
export function isMember(
  property: NavigationProperty,
  target: EntitySet,
  source: { readonly tenant: string; readonly key: string },
  alias: string,
  parameters: Parameters,
): string {
  const { owner } = layoutOf(target);
  const sameTenant = `${alias}.tenant_id = ${source.tenant}`;
  if (property.contained || owner !== undefined) return `${sameTenant} AND ${alias}.${owner} = ${source.key}`;
  const link = `SELECT target_id FROM ${linkTable} WHERE tenant_id = ${source.tenant} AND source_id = ${source.key} AND property = ${parameters.add(property.name)}`;
  return `${sameTenant} AND ${alias}.id IN (${link})`;
}

/** The layouts whose entities refer to entities of the set, with the columns that hold the keys of these. */
export function referring(
  set: EntitySet,
): readonly { readonly layout: Layout; readonly columns: readonly string[]; readonly linked: boolean }[] {
  return [...layouts.values()]
    .filter((layout) => layout.owner === undefined)
    .map((layout) => {
      const properties = model
        .withDerived(layout.set.type)
        .flatMap((type) => type.ownNavigationProperties)
        .filter((property) => !property.contained && model.setOf(property.target()) === set);
      const columns = new Set(properties.filter(isReference).map((property) => linkColumn(layout.set, property)));
      return { layout, columns: [...columns], linked: properties.some(({ collection }) => collection) };
    })
    .filter(({ columns, linked }) => columns.length > 0 || linked);
}
