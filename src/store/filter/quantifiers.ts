// any, all and $count over collections.
import type { Collection, Count, Expression, Quantifier, Values, Variable } from '../../plan/index.js';
import { layoutOf } from '../layout.js';
import { type Compiled, compile, type Target } from './compile.js';
import { at, documentOf, newRow, type Place, targetsFrom, typeGuard } from './places.js';

/** What has no collection has an empty one. */
export function compileQuantifier({ operator, over, variable, condition }: Quantifier, target: Target): Compiled {
  const found = overItems(over, target, (from, item, inner) => {
    const where = condition && conditionOf(operator, condition, withVariable(variable, item, inner));
    const limited = where ? limit(from, where.sql) : from;
    const exists = `EXISTS (SELECT 1 FROM ${limited})`;
    return {
      sql: operator === 'any' ? exists : `(NOT ${exists})`,
      nullable: false,
      depth: where ? where.depth + 13 : 13,
    };
  });
  return orElse(found, operator === 'any' ? 'FALSE' : 'TRUE');
}

/** Of the items that decide: for `any` those that meet the condition, for `all` those that do not. */
function conditionOf(operator: Quantifier['operator'], condition: Expression, target: Target): Compiled {
  if (operator === 'any') return compile(condition, target, 'condition');
  const { sql, nullable, depth } = compile(condition, target);
  return nullable
    ? { sql: `coalesce(${sql}, FALSE) = FALSE`, nullable: false, depth: depth + 3 }
    : { sql: `${sql} = FALSE`, nullable: false, depth };
}

export function compileCount({ over, where }: Count, target: Target): Compiled {
  const found = overItems(over, target, (from, item, inner) => {
    const met = where && compile(where.condition, withVariable(where.variable, item, inner), 'condition');
    const limited = met ? limit(from, met.sql) : from;
    return { sql: `(SELECT count(*) FROM ${limited})`, nullable: false, depth: met ? met.depth + 13 : 12 };
  });
  return orElse(found, '0');
}

/** What `use` makes of the items of a collection: what stands behind FROM, and the place of one of them. */
function overItems(
  over: Collection,
  target: Target,
  use: (from: string, item: Place, target: Target) => Compiled,
): Compiled {
  if (over.kind === 'values') {
    return overElements(over, target, (from, json, inner) => use(from, { kind: 'json', json, path: [] }, inner));
  }
  return at(over.of, target, (place, inner) => {
    const row = newRow(layoutOf(over.set), inner);
    const from = targetsFrom(over.property, place, row, inner);
    const guard = over.type === over.property.target() || typeGuard(row, over.type, inner);
    if (guard === true) return use(from, row, inner);
    return use(limit(from, guard === false ? 'FALSE' : guard), row, inner);
  });
}

function limit(from: string, condition: string): string {
  return `${from}${from.includes(' WHERE ') ? ' AND' : ' WHERE'} ${condition}`;
}

/** What `use` makes of the items: what stands behind FROM, and one of them. Null where nothing has the collection. */
export function overElements(
  { of, property }: Values,
  target: Target,
  use: (from: string, element: string, target: Target) => Compiled,
): Compiled {
  return at(of, target, (place, inner) => {
    const { dialect, parameters } = inner;
    const { json, path } = documentOf(place);
    const stored = dialect.documentPart(json, [...path, property.name]);
    const fallback = place.kind === 'row' && Array.isArray(property.default) ? property.default : [];
    const array =
      fallback.length > 0 ? `coalesce(${stored}, ${dialect.json(parameters.add(JSON.stringify(fallback)))})` : stored;
    const alias = parameters.newAlias();
    return use(dialect.elements(array, alias), dialect.elementOf(alias), inner);
  });
}

function withVariable({ name }: Variable, place: Place, target: Target): Target {
  return { ...target, variables: new Map([...(target.variables ?? []), [name, place]]) };
}

function orElse(compiled: Compiled, otherwise: string): Compiled {
  if (!compiled.nullable) return compiled;
  return { sql: `coalesce(${compiled.sql}, ${otherwise})`, nullable: false, depth: compiled.depth + 3 };
}
