// Comparisons, which are never null (OData 4.01 part 2, section 5.1.1.1).
import { type Absence, type Comparison, type Expression, type Literal, typeOf } from '../../plan/index.js';
import { linkColumn } from '../layout.js';
import { type Compiled, compile, type Target, type Use } from './compile.js';
import { numberOf } from './enumerations.js';
import { at } from './places.js';

export function compileComparison(comparison: Comparison, target: Target, use: Use): Compiled {
  const { operator, left, right } = comparison;
  return operator === 'eq' || operator === 'ne'
    ? compileEquality({ ...comparison, operator }, target, use)
    : compileOrder({ operator, left, right }, target, use);
}

interface Sides<Operator> {
  readonly operator: Operator;
  readonly left: Expression;
  readonly right: Expression;
}

function compileEquality({ operator, left, right }: Sides<'eq' | 'ne'>, target: Target, use: Use): Compiled {
  const equal = operator === 'eq';
  if (isNull(right) || isNull(left)) {
    const { sql, depth } = compile(isNull(right) ? left : right, target);
    return { sql: `(${sql} ${equal ? 'IS NULL' : 'IS NOT NULL'})`, nullable: false, depth: depth + 1 };
  }
  const [a, b] = alike(compile(left, target), compile(right, target), left, right, target);
  const [first, second] = a.depth >= b.depth ? [a, b] : [b, a];
  const depth = Math.max(first.depth + 1, second.depth + 3);
  // Null is never equal to what is not null, and unknown is as good as false in a condition: the plain sign does.
  const isPlain = !(a.nullable || b.nullable) || (equal && use === 'condition' && !(a.nullable && b.nullable));
  const sign = (isPlain ? plain : nullSafe)[operator];
  return { sql: `(${first.sql} ${sign} ${second.sql})`, nullable: isPlain && (a.nullable || b.nullable), depth };
}

// PostgreSQL serves only the plain signs from an index.
const plain = { eq: '=', ne: '<>' };
const nullSafe = { eq: 'IS NOT DISTINCT FROM', ne: 'IS DISTINCT FROM' };

const signs = { gt: '>', ge: '>=', lt: '<', le: '<=' };
const mirrored = { gt: '<', ge: '<=', lt: '>', le: '>=' };

function compileOrder({ operator, left, right }: Sides<keyof typeof signs>, target: Target, use: Use): Compiled {
  const sides = [orderable(left, target), orderable(right, target)] as const;
  const [a, b] = alike(...sides, left, right, target);
  const isMirrored = b.depth > a.depth;
  const [first, second] = isMirrored ? [b, a] : [a, b];
  const sql = `(${first.sql} ${(isMirrored ? mirrored : signs)[operator]} ${second.sql})`;
  const depth = Math.max(first.depth + 1, second.depth + 3);
  const nullable = a.nullable || b.nullable;
  if (!nullable || use === 'condition') return { sql, nullable, depth };
  return { sql: `coalesce(${sql}, FALSE)`, nullable: false, depth: depth + 3 };
}

/** A value as its order has it: members of enumerations by their numbers. */
export function orderable(expression: Expression, target: Target): Compiled {
  const type = typeOf(expression);
  return type?.kind === 'enum' ? numberOf(expression, type, target) : compile(expression, target);
}

/** Two operands in one form: where one instant is in ticks, the other is too. */
export function alike(
  a: Compiled,
  b: Compiled,
  left: Expression,
  right: Expression,
  target: Target,
): readonly [Compiled, Compiled] {
  if (!a.ticks && !b.ticks) return [a, b];
  return [inTicks(a, left, target), inTicks(b, right, target)];
}

/** An instant, or a duration, in ticks. */
export function inTicks(compiled: Compiled, expression: Expression, { dialect }: Target): Compiled {
  if (compiled.ticks || typeOf(expression)?.name !== 'Edm.DateTimeOffset') return compiled;
  return { ...compiled, sql: dialect.ticks(compiled.sql), depth: compiled.depth + 8, ticks: true };
}

export function compileAbsence({ of }: Absence, target: Target): Compiled {
  if (of.kind === 'related' && !of.property.contained) {
    // Nothing that is linked to can go away, so the link itself tells.
    return isNothing(
      at(of.of, target, (place) => {
        if (place.kind !== 'row') throw new Error(`'${of.property.name}' is no property of an entity`);
        return { sql: `${place.alias}.${linkColumn(place.layout.set, of.property)}`, nullable: true, depth: 0 };
      }),
    );
  }
  return isNothing(presenceOf(of, target));
}

/** Something that is null where the instance is nothing, and only there. */
export function presenceOf(instance: Absence['of'], target: Target): Compiled {
  return at(instance, target, (place, { dialect }) =>
    place.kind === 'row'
      ? { sql: `${place.alias}.id`, nullable: false, depth: 0 }
      : { sql: dialect.documentPart(place.json, place.path), nullable: true, depth: 0 },
  );
}

function isNothing({ sql, depth }: Compiled): Compiled {
  return { sql: `(${sql} IS NULL)`, nullable: false, depth: depth + 1 };
}

export function isNull(expression: Expression): expression is Literal {
  return expression.kind === 'literal' && expression.value === null;
}
