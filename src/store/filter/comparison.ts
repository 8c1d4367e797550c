// eq and ne, which are never null (OData 4.01 part 2, sections 5.1.1.1.1 and 5.1.1.1.2).
import type { Comparison, Expression } from '../../plan/index.js';
import { type Compiled, compile, type Target } from './compile.js';

export function compileComparison({ operator, left, right }: Comparison, target: Target): Compiled {
  const a = compile(left, target);
  const b = compile(right, target);
  const depth = Math.max(a.depth, b.depth) + 1;
  const equal = operator === 'eq';
  if (isNull(right) || isNull(left)) {
    const operand = isNull(right) ? a : b;
    return { sql: `(${operand.sql} ${equal ? 'IS NULL' : 'IS NOT NULL'})`, nullable: false, depth };
  }
  const [first, second] = a.depth >= b.depth ? [a, b] : [b, a];
  const sign = a.nullable || b.nullable ? nullSafe[operator] : plain[operator];
  return { sql: `(${first.sql} ${sign} ${second.sql})`, nullable: false, depth };
}

// PostgreSQL serves only the plain signs from an index.
const plain = { eq: '=', ne: '<>' };
const nullSafe = { eq: 'IS NOT DISTINCT FROM', ne: 'IS DISTINCT FROM' };

function isNull(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === null;
}
