// any, all and $count over collections.
import type { Count, Quantifier, Values, Variable } from '../../plan/index.js';
import { type Compiled, compile, type Target } from './compile.js';
import { at, documentOf, type Place } from './places.js';

/** What has no collection has an empty one. */
export function compileQuantifier({ operator, over, variable, condition }: Quantifier, target: Target): Compiled {
  if (over.kind === 'targets') throw new Error(`the targets of '${over.property.name}' are not kept in the store`);
  const found = overElements(over, target, (from, element, inner) => {
    const place: Place = { kind: 'json', json: element, path: [] };
    return exists(operator, from, condition, withVariable(variable, place, inner));
  });
  return orElse(found, operator === 'any' ? 'FALSE' : 'TRUE');
}

function exists(
  operator: Quantifier['operator'],
  from: string,
  condition: Quantifier['condition'],
  target: Target,
): Compiled {
  if (!condition) return { sql: `EXISTS (SELECT 1 FROM ${from})`, nullable: false, depth: 3 };
  if (operator === 'any') {
    const { sql, depth } = compile(condition, target, 'condition');
    return { sql: `EXISTS (SELECT 1 FROM ${from} WHERE ${sql})`, nullable: false, depth: depth + 8 };
  }
  const { sql, nullable, depth } = compile(condition, target);
  const fails = nullable ? `coalesce(${sql}, FALSE) = FALSE` : `${sql} = FALSE`;
  return { sql: `NOT EXISTS (SELECT 1 FROM ${from} WHERE ${fails})`, nullable: false, depth: depth + 12 };
}

export function compileCount({ over }: Count, target: Target): Compiled {
  if (over.kind === 'targets') throw new Error(`the targets of '${over.property.name}' are not kept in the store`);
  const found = overElements(over, target, (from) => ({
    sql: `(SELECT count(*) FROM ${from})`,
    nullable: false,
    depth: 6,
  }));
  return orElse(found, '0');
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
    const array = fallback.length > 0 ? `coalesce(${stored}, ${parameters.add(JSON.stringify(fallback))})` : stored;
    const alias = parameters.newAlias();
    return use(dialect.elements(array, alias), dialect.elementOf(alias), inner);
  });
}

export function withVariable({ name }: Variable, place: Place, target: Target): Target {
  return { ...target, variables: new Map([...(target.variables ?? []), [name, place]]) };
}

function orElse(compiled: Compiled, otherwise: string): Compiled {
  if (!compiled.nullable) return compiled;
  return { sql: `coalesce(${compiled.sql}, ${otherwise})`, nullable: false, depth: compiled.depth + 3 };
}
