// How large and how small the numbers of an expression can become, whatever the rows hold. SQLite has an infinity and
// rounds to zero, PostgreSQL refuses: what could come to that is refused before either is asked.
import { GraphError } from '../../base/index.js';
import { type Arithmetic, type Expression, isInteger, isNumber, typeOf } from '../../plan/index.js';

/** Bounds of the absolute value. */
export interface Magnitude {
  readonly most: number;
  /** The least that is not zero. */
  readonly least: number;
  /** Of what every value is a multiple. */
  readonly step: number;
}

const epsilon = 2 ** -52;
/** The largest double that is a number of 64 bits: no duration is longer. */
const wide = 2 ** 63 - 1024;

const whole = (most: number): Magnitude => ({ most, least: 1, step: 1 });

/** By the type alone; instants are in ticks from 1970. */
const ofType: Readonly<Record<string, Magnitude>> = {
  'Edm.Int32': whole(2 ** 31),
  'Edm.Int64': whole(wide),
  'Edm.Duration': whole(wide),
  'Edm.DateTimeOffset': whole(2 ** 60),
};

const known = new WeakMap<Expression, Magnitude>();

/** Refuses (`valueOutOfRange`) what can leave the range of doubles at either end. */
export function magnitudeOf(expression: Expression): Magnitude {
  const found = known.get(expression) ?? reckon(expression);
  known.set(expression, found);
  return found;
}

/** Whether what the arithmetic makes of instants and durations can be longer than the longest duration. */
export function exceedsTicks(arithmetic: Arithmetic): boolean {
  return ofArithmetic(arithmetic).most > wide;
}

/** Refuses (`valueOutOfRange`) a number that can be too large to be made one of 64 bits. */
export function checkWhole(expression: Expression): void {
  if (magnitudeOf(expression).most > wide) throw new GraphError('valueOutOfRange');
}

function reckon(expression: Expression): Magnitude {
  const type = typeOf(expression);
  const usual = ofType[type?.name ?? ''] ?? whole(2 ** 31);
  switch (expression.kind) {
    case 'literal': {
      const value = Math.abs(Number(expression.value));
      if (!type || !(isNumber(type) || type.name === 'Edm.Duration') || value === 0) return whole(1);
      return { most: value, least: value, step: Number.isInteger(value) ? 1 : value * epsilon };
    }
    case 'count':
      return whole(2 ** 53);
    case 'negation':
      return magnitudeOf(expression.operand);
    case 'cast':
      // A number that does not fit into a whole one is null.
      return type && isInteger(type) ? usual : magnitudeOf(expression.operand);
    case 'call': {
      const [first] = expression.arguments;
      switch (expression.function) {
        case 'fractionalseconds':
          return { most: 1, least: 1e-7, step: 1e-7 * epsilon };
        case 'totalseconds':
          return { most: wide / 1e7, least: 1e-7, step: 1e-7 * epsilon };
        case 'ceiling':
        case 'floor':
        case 'round':
          return whole((first ? magnitudeOf(first).most : 0) + 1);
        default:
          return usual;
      }
    }
    case 'arithmetic': {
      const result = ofArithmetic(expression);
      if (result.most > Number.MAX_VALUE || result.least === 0) throw new GraphError('valueOutOfRange');
      return isNumber(expression.type) ? result : whole(Math.min(result.most, wide));
    }
    default:
      return usual;
  }
}

function ofArithmetic({ operator, left, right, type }: Arithmetic): Magnitude {
  const [a, b] = [magnitudeOf(left), magnitudeOf(right)];
  switch (operator) {
    case 'add':
    case 'sub': {
      const step = Math.min(a.step, b.step);
      return { most: a.most + b.most, least: step, step };
    }
    case 'mul':
      return rounded(a.most * b.most, a.least * b.least, a.step === 1 && b.step === 1);
    case 'div':
    case 'divby':
      if (operator === 'div' && isInteger(type)) {
        checkWhole(left);
        return whole(a.most);
      }
      return rounded(a.most / b.least, a.least / b.most, false);
    case 'mod':
      checkWhole(left);
      checkWhole(right);
      return whole(Math.min(a.most, b.most));
  }
}

function rounded(most: number, least: number, isWhole: boolean): Magnitude {
  return { most, least, step: isWhole ? 1 : least * epsilon };
}
