// The canonical functions: which arguments each takes and what it answers (URL conventions, sections 5.1.1.5 to 5.1.1.9).
import { formatInstant } from '../base/index.js';
import {
  type Expression,
  type ExpressionType,
  type FunctionName,
  functionNames,
  isInteger,
  isNumber,
  primitiveType,
  type ValueTypeName,
} from '../plan/index.js';
import { notSupported } from './clause.js';
import { problem, type Scope } from './expression-scope.js';
import { bindOperand, bindValue, type Operand, positionOf, type ValueOperand, valueOperand } from './filter-binding.js';
import { literal } from './filter-literals.js';
import type { Segment, Syntax } from './filter-syntax.js';
import { bindCast, bindIsOf } from './filter-types.js';
import { typeName } from './property-not-found.js';

/** What an argument may be. */
type Parameter = 'text' | 'integer' | 'number' | 'instant' | 'instantOrDate' | 'instantOrTime' | 'duration';

interface Signature {
  readonly parameters: readonly Parameter[];
  /** How many of the last ones may be left out. */
  readonly optional?: number;
  /** Undefined for that of the argument. */
  readonly result: ValueTypeName | undefined;
}

const signatures: Readonly<Record<FunctionName, Signature>> = {
  concat: { parameters: ['text', 'text'], result: 'Edm.String' },
  contains: { parameters: ['text', 'text'], result: 'Edm.Boolean' },
  endswith: { parameters: ['text', 'text'], result: 'Edm.Boolean' },
  indexof: { parameters: ['text', 'text'], result: 'Edm.Int32' },
  length: { parameters: ['text'], result: 'Edm.Int32' },
  startswith: { parameters: ['text', 'text'], result: 'Edm.Boolean' },
  substring: { parameters: ['text', 'integer', 'integer'], optional: 1, result: 'Edm.String' },
  tolower: { parameters: ['text'], result: 'Edm.String' },
  toupper: { parameters: ['text'], result: 'Edm.String' },
  trim: { parameters: ['text'], result: 'Edm.String' },
  date: { parameters: ['instant'], result: 'Edm.Date' },
  day: { parameters: ['instantOrDate'], result: 'Edm.Int32' },
  fractionalseconds: { parameters: ['instantOrTime'], result: 'Edm.Decimal' },
  hour: { parameters: ['instantOrTime'], result: 'Edm.Int32' },
  minute: { parameters: ['instantOrTime'], result: 'Edm.Int32' },
  month: { parameters: ['instantOrDate'], result: 'Edm.Int32' },
  second: { parameters: ['instantOrTime'], result: 'Edm.Int32' },
  time: { parameters: ['instant'], result: 'Edm.TimeOfDay' },
  totaloffsetminutes: { parameters: ['instant'], result: 'Edm.Int32' },
  totalseconds: { parameters: ['duration'], result: 'Edm.Decimal' },
  year: { parameters: ['instantOrDate'], result: 'Edm.Int32' },
  ceiling: { parameters: ['number'], result: undefined },
  floor: { parameters: ['number'], result: undefined },
  round: { parameters: ['number'], result: undefined },
};

const accepts: Readonly<Record<Parameter, (type: ExpressionType) => boolean>> = {
  text: ({ name }) => name === 'Edm.String',
  integer: isInteger,
  number: isNumber,
  instant: ({ name }) => name === 'Edm.DateTimeOffset',
  instantOrDate: ({ name }) => name === 'Edm.DateTimeOffset' || name === 'Edm.Date',
  instantOrTime: ({ name }) => name === 'Edm.DateTimeOffset' || name === 'Edm.TimeOfDay',
  duration: ({ name }) => name === 'Edm.Duration',
};

/** Functions without arguments. `maxdatetime` and `mindatetime` are what the stored form of an instant can hold. */
const constants: Readonly<Record<string, (scope: Scope) => string>> = {
  now: ({ now }) => formatInstant(now),
  maxdatetime: () => '9999-12-31T23:59:59.9999999Z',
  mindatetime: () => '0001-01-01T00:00:00.0000000Z',
};

/** A call at the beginning of a path. Refuses what is no function of ours by its name: `filterNotSupported`. */
export function bindCall(segment: Segment, position: number, scope: Scope): Operand {
  const given = segment.arguments ?? [];
  const name = segment.name.toLowerCase();
  if (name === 'isof') return valueOperand(bindIsOf(given, position, scope));
  if (name === 'cast') return bindCast(given, position, scope);
  if (Object.hasOwn(constants, name)) {
    if (given.length > 0) throw problem(scope, `'${name}' takes no arguments`, position);
    return valueOperand(literal(constants[name]?.(scope) ?? null, 'Edm.DateTimeOffset'));
  }
  const known = functionNames.find((candidate) => candidate === name);
  if (!known || segment.variable !== undefined) throw notSupported(scope.clause, segment.name);
  return valueOperand(bindFunction(known, given, position, scope));
}

function bindFunction(name: FunctionName, given: readonly Syntax[], position: number, scope: Scope): Expression {
  const { parameters, optional = 0, result } = signatures[name];
  if (given.length > parameters.length || given.length < parameters.length - optional) {
    const count = optional > 0 ? `${parameters.length - optional} or ${parameters.length}` : `${parameters.length}`;
    throw problem(scope, `'${name}' takes ${count} arguments, not ${given.length}`, position);
  }
  if (name === 'length') {
    const operand = given[0] && bindOperand(given[0], scope);
    if (operand?.kind === 'collection') return { kind: 'count', over: operand.collection };
  }
  const values = given.map((syntax, index) => bindArgument(name, syntax, parameters[index] ?? 'text', scope));
  if (name === 'substring') checkIndices(values, given, scope);
  const type = result === undefined ? (values[0]?.type ?? primitiveType('Edm.Double')) : primitiveType(result);
  return { kind: 'call', function: name, arguments: values.map(({ expression }) => expression), type };
}

function bindArgument(name: FunctionName, syntax: Syntax, parameter: Parameter, scope: Scope): ValueOperand {
  const operand = bindValue(syntax, scope);
  const { expression, type, token } = operand;
  const position = positionOf(syntax);
  if (type && !accepts[parameter](type)) {
    throw problem(scope, `'${name}' does not take ${typeName(type, scope.model)} there`, position);
  }
  if (expression.kind === 'literal' && typeof expression.value === 'number' && !Number.isFinite(expression.value)) {
    throw notSupported(scope.clause, 'INF or NaN in a function');
  }
  if (type?.name === 'Edm.DateTimeOffset') {
    // What an instant is called elsewhere in the world is not kept, so its parts cannot be told (section 5.1.1.8).
    if (token && !/(?:Z|[+-]00:00)$/i.test(token.text)) {
      throw problem(scope, `'${name}' takes instants in UTC, with the offset Z,`, position);
    }
    if (expression.kind === 'arithmetic') throw notSupported(scope.clause, `'${name}' of a computed instant`);
  }
  return operand;
}

/** A negative length is a bad request; so is, here, a negative start, which OData leaves open (section 5.1.1.5.7). */
function checkIndices(values: readonly ValueOperand[], given: readonly Syntax[], scope: Scope): void {
  values.slice(1).forEach(({ expression }, index) => {
    const syntax = given[index + 1];
    if (expression.kind === 'literal' && Number(expression.value) < 0 && syntax) {
      throw problem(scope, "'substring' takes no negative numbers", positionOf(syntax));
    }
  });
}
