// in.
import type { Expression, Membership, Values } from '../../plan/index.js';
import { alike, inTicks, isNull } from './comparison.js';
import { type Compiled, compile, type Target, type Use } from './compile.js';
import { overElements } from './quantifiers.js';

export function compileMembership({ operand, among }: Membership, target: Target, use: Use): Compiled {
  return 'kind' in among ? inCollection(operand, among, target, use) : inList(operand, among, target, use);
}

function inList(operand: Expression, items: readonly Expression[], target: Target, use: Use): Compiled {
  const others = items.filter((item) => !isNull(item));
  const hasNull = others.length < items.length;
  if (isNull(operand)) return constant(hasNull, target);
  const left = compile(operand, target);
  if (others.length === 0) {
    if (!hasNull) return constant(false, target);
    return { sql: `(${left.sql} IS NULL)`, nullable: false, depth: left.depth + 1 };
  }
  const compiled = others.map((item) => compile(item, target));
  const ticks = left.ticks || compiled.some((item) => item.ticks);
  const first = ticks ? inTicks(left, operand, target) : left;
  const rest = others.map((item, index) => {
    const [, right] = alike(first, compiled[index] ?? first, operand, item, target);
    return right;
  });
  const depth = Math.max(first.depth + 1, ...rest.map((item) => item.depth + 5));
  const sql = `(${first.sql} IN (${rest.map((item) => item.sql).join(', ')}))`;
  // What is in the list is found though another item is unknown; otherwise unknown is: not in it.
  const isUnknown = rest.some((item) => item.nullable);
  if (isUnknown && (hasNull || first.nullable)) return itemByItem(operand, items, target);
  if (hasNull && first.nullable) return { sql: `coalesce(${sql}, TRUE)`, nullable: false, depth: depth + 3 };
  if (!(first.nullable || isUnknown)) return { sql, nullable: false, depth };
  if (use === 'condition') return { sql, nullable: true, depth };
  return { sql: `coalesce(${sql}, FALSE)`, nullable: false, depth: depth + 3 };
}

/** Where null may meet null, each item is compared by itself. */
function itemByItem(operand: Expression, items: readonly Expression[], target: Target): Compiled {
  const equalities = items.map((right): Expression => ({ kind: 'comparison', operator: 'eq', left: operand, right }));
  return compile(
    equalities.reduce((left, right) => ({ kind: 'logical', operator: 'or', left, right })),
    target,
  );
}

function constant(value: boolean, target: Target): Compiled {
  return compile({ kind: 'literal', value, type: { kind: 'primitive', name: 'Edm.Boolean' } }, target);
}

function inCollection(operand: Expression, values: Values, target: Target, use: Use): Compiled {
  const { type } = values.property;
  if (type.kind === 'complex') throw new Error(`'${values.property.name}' is no collection of single values`);
  const found = overElements(values, target, (from, element, inner) => {
    const left = compile(operand, inner);
    return {
      sql: `(${left.sql} IN (SELECT ${inner.dialect.documentValue(element, [], type)} FROM ${from}))`,
      nullable: left.nullable,
      depth: left.depth + 1,
    };
  });
  if (!found.nullable || use === 'condition') return found;
  return { sql: `coalesce(${found.sql}, FALSE)`, nullable: false, depth: found.depth + 3 };
}
