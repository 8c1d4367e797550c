// and, or, not: with null as the third value, which SQL and OData (4.01 part 2, section 5.1.1.1) treat alike.
import type { Expression, Logical, Not } from '../../plan/index.js';
import { type Compiled, compile, type Target, type Use } from './compile.js';

export function compileLogical(logical: Logical, target: Target, use: Use): Compiled {
  const operands = operandsOf(logical).map((operand) => compile(operand, target, use));
  const deepest = operands.reduce((a, b) => (b.depth > a.depth ? b : a));
  const ordered = [deepest, ...operands.filter((operand) => operand !== deepest)];
  return join(ordered, logical.operator === 'and' ? ' AND ' : ' OR ');
}

/** `x = FALSE` is NOT x, null included, with the operand at the left end: see `compileFilter`. */
export function compileNot({ operand }: Not, target: Target): Compiled {
  const { sql, nullable, depth } = compile(operand, target);
  return { sql: `(${sql} = FALSE)`, nullable, depth: depth + 1 };
}

/** The operands of a chain of one operator, from left to right; a chain may be longer than the stack is deep. */
function operandsOf(logical: Logical): Expression[] {
  const operands: Expression[] = [];
  const pending: Expression[] = [logical];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind === 'logical' && next.operator === logical.operator) pending.push(next.right, next.left);
    else operands.push(next);
  }
  return operands;
}

/** SQLite takes a chain as nested to the left and refuses more than a thousand levels. */
const longestChain = 250;

function join(operands: readonly Compiled[], sign: string): Compiled {
  if (operands.length > longestChain) {
    const half = Math.ceil(operands.length / 2);
    return join([join(operands.slice(0, half), sign), join(operands.slice(half), sign)], sign);
  }
  return {
    sql: `(${operands.map((operand) => operand.sql).join(sign)})`,
    nullable: operands.some((operand) => operand.nullable),
    depth: Math.max(...operands.map(({ depth }, index) => depth + (index === 0 ? 1 : 3))),
  };
}
