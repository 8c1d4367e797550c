// Sums of numbers, instants and durations; null where an operand is (OData 4.01 part 2, section 5.1.1.2).
import { type Arithmetic, type Expression, isInteger, isNumber, type Negation, typeOf } from '../../plan/index.js';
import { inTicks } from './comparison.js';
import { type Compiled, compile, type Target } from './compile.js';
import { exceedsTicks, magnitudeOf } from './magnitude.js';

/** Refuses (`valueOutOfRange`) what can leave the range of doubles; a duration ends at the longest there is. */
export function compileArithmetic(arithmetic: Arithmetic, target: Target): Compiled {
  magnitudeOf(arithmetic);
  const { operator, left, right, type } = arithmetic;
  const a = inTicks(compile(left, target), left, target);
  const b = inTicks(compile(right, target), right, target);
  const ticks = isNumber(type) ? {} : { ticks: true };
  const nullable = a.nullable || b.nullable;
  const saturates = !isNumber(type) && exceedsTicks(arithmetic);
  const inRange = (compiled: Compiled): Compiled =>
    saturates
      ? { ...compiled, sql: target.dialect.saturated(compiled.sql), depth: compiled.depth + 12 }
      : { ...compiled, sql: target.dialect.truncated(compiled.sql), depth: compiled.depth + 2 };
  switch (operator) {
    case 'add':
    case 'sub': {
      const sign = operator === 'add' ? '+' : '-';
      const [first, second] = operator === 'add' && a.depth < b.depth ? [b, a] : [a, b];
      const sum = { nullable, ...ticks };
      if (!saturates) {
        const depth = Math.max(first.depth + 1, second.depth + 3);
        return { ...sum, sql: `(${first.sql} ${sign} ${second.sql})`, depth };
      }
      const depth = Math.max(first.depth + 3, second.depth + 3);
      return inRange({ ...sum, sql: `(${double(first.sql)} ${sign} ${second.sql})`, depth });
    }
    case 'mul': {
      const [first, second] = a.depth >= b.depth ? [a, b] : [b, a];
      const depth = Math.max(first.depth + 3, second.depth + 3);
      const product = `(${double(first.sql)} * ${second.sql})`;
      return isNumber(type) ? { sql: product, nullable, depth } : inRange({ sql: product, nullable, depth, ...ticks });
    }
    case 'div':
    case 'divby': {
      const { sql, isNullable, depth } = divisor(b, right);
      const quotient = {
        sql: `(${double(a.sql)} / ${sql})`,
        nullable: nullable || isNullable,
        depth: Math.max(a.depth + 3, depth + 3),
      };
      const isWhole = operator === 'div' && isInteger(typeOf(left) ?? type) && isInteger(typeOf(right) ?? type);
      if (isNumber(type) && !isWhole) return quotient;
      return inRange({ ...quotient, ...ticks });
    }
    case 'mod': {
      const { sql, isNullable, depth } = divisor(b, right);
      return {
        sql: target.dialect.remainder(a.sql, sql),
        nullable: nullable || isNullable,
        depth: Math.max(a.depth + 1, depth + 3),
      };
    }
  }
}

/** All sums are those of double precision, on every store. */
function double(sql: string): string {
  return `CAST(${sql} AS DOUBLE PRECISION)`;
}

/** DEVIATION: a division by zero gives null, where OData would let the request fail for the sake of one row. */
function divisor(
  { sql, depth }: Compiled,
  expression: Expression,
): { readonly sql: string; readonly isNullable: boolean; readonly depth: number } {
  if (expression.kind === 'literal') return { sql, isNullable: false, depth };
  return { sql: `nullif(${sql}, 0)`, isNullable: true, depth: depth + 3 };
}

export function compileNegation({ operand }: Negation, target: Target): Compiled {
  const { sql, depth, ...rest } = compile(operand, target);
  return { ...rest, sql: `(- ${sql})`, depth: depth + 2 };
}
