// Operators: comparison, membership, flags and arithmetic, each with the types that it takes.
import {
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
  type ExpressionType,
  isInteger,
  isNumber,
  isSameType,
  type Literal,
  primitiveType,
  type Values,
} from '../plan/index.js';
import { notSupported } from './clause.js';
import { problem, type Scope, withoutAlias } from './expression-scope.js';
import {
  type BinarySyntax,
  bindOperand,
  bindValue,
  nameOf,
  type Operand,
  positionOf,
  type ValueOperand,
  valueOperand,
} from './filter-binding.js';
import { literal, readLiteralAs } from './filter-literals.js';
import type { Syntax } from './filter-syntax.js';
import { shiftInstant } from './instant.js';
import { typeName } from './property-not-found.js';

export function bindComparison(operator: ComparisonOperator, syntax: BinarySyntax, scope: Scope): Expression {
  const [left, right] = [bindOperand(syntax.left, scope), bindOperand(syntax.right, scope)];
  const absence = bindAbsence(operator, left, right) ?? bindAbsence(operator, right, left);
  if (absence) return absence;
  for (const operand of [left, right]) {
    if (operand.kind !== 'value') throw notSupported(scope.clause, nameOf(operand, scope));
  }
  const [a, b] = agree(left as ValueOperand, right as ValueOperand, syntax.position, scope);
  const isEquality = operator === 'eq' || operator === 'ne';
  if (!isEquality && (a.type?.name === 'Edm.Binary' || b.type?.name === 'Edm.Binary')) {
    throw problem(scope, 'Edm.Binary has no order', syntax.position);
  }
  // NaN equals nothing, not even itself, and has no order.
  if (isNotANumber(a.expression) || isNotANumber(b.expression)) return literal(operator === 'ne', 'Edm.Boolean');
  return { kind: 'comparison', operator, left: a.expression, right: b.expression };
}

/** `server eq null`, of a complex value or of what a navigation property leads to. */
function bindAbsence(operator: ComparisonOperator, one: Operand, other: Operand): Expression | undefined {
  if (one.kind !== 'instance' || other.kind !== 'value' || other.type !== undefined) return undefined;
  if (operator !== 'eq' && operator !== 'ne') return undefined;
  const absence: Expression = { kind: 'absence', of: one.instance };
  return operator === 'eq' ? absence : { kind: 'not', operand: absence };
}

function isNotANumber({ kind, ...rest }: Expression): boolean {
  return kind === 'literal' && Number.isNaN((rest as Literal).value);
}

/** Two operands of one type, or of numeric ones: a literal takes the type of the other side. */
function agree(
  left: ValueOperand,
  right: ValueOperand,
  position: number,
  scope: Scope,
): readonly [ValueOperand, ValueOperand] {
  const a = left.token && right.type && !right.token ? asLiteral(left.token, right.type, scope) : left;
  const b = right.token && left.type && !left.token ? asLiteral(right.token, left.type, scope) : right;
  if (a.type && b.type && !areComparable(a.type, b.type)) {
    const [one, other] = [typeName(a.type, scope.model), typeName(b.type, scope.model)];
    throw problem(scope, `${one} cannot be compared to ${other}`, position);
  }
  return [a, b];
}

function asLiteral(token: NonNullable<ValueOperand['token']>, type: ExpressionType, scope: Scope): ValueOperand {
  return { ...valueOperand(readLiteralAs(token, type, scope)), token };
}

function areComparable(a: ExpressionType, b: ExpressionType): boolean {
  return isSameType(a, b) || (isNumber(a) && isNumber(b));
}

export function bindMembership(syntax: BinarySyntax, scope: Scope): Expression {
  const operand = bindValue(syntax.left, scope);
  const among = bindAmong(syntax.right, scope);
  if (!Array.isArray(among)) {
    const { type } = among.property;
    if (type.kind === 'complex') throw notSupported(scope.clause, `the collection ${among.property.name}`);
    const item = { kind: 'variable', name: '', type } as const;
    const [left] = agree(operand, valueOperand(item), syntax.position, scope);
    return { kind: 'membership', operand: left.expression, among };
  }
  let left = operand;
  const items: Expression[] = [];
  for (const item of among) {
    const [a, b] = agree(left, bindValue(item.syntax, item.scope), positionOf(item.syntax), scope);
    left = left.token ? left : a;
    if (!isNotANumber(b.expression)) items.push(b.expression);
  }
  if (isNotANumber(left.expression)) return literal(false, 'Edm.Boolean');
  return { kind: 'membership', operand: left.expression, among: items };
}

type ScopedSyntax = ReturnType<typeof withoutAlias>;

/** The items of a list, each as it stands, or a collection of the model. */
function bindAmong(given: Syntax, outer: Scope): ScopedSyntax[] | Values {
  const { syntax, scope } = withoutAlias(given, outer);
  if (syntax.kind === 'list') {
    const [only] = syntax.items;
    if (syntax.items.length !== 1 || only?.kind !== 'path')
      return syntax.items.map((item) => ({ syntax: item, scope }));
    return bindAmong(only, scope);
  }
  if (syntax.kind === 'path') {
    const operand = bindOperand(syntax, scope);
    if (operand.kind === 'collection' && operand.collection.kind === 'values') return operand.collection;
    if (operand.kind !== 'value') throw notSupported(scope.clause, nameOf(operand, scope));
  }
  // One value in parentheses is a list of one.
  return [{ syntax, scope }];
}

export function bindFlagTest(syntax: BinarySyntax, scope: Scope): Expression {
  const operand = bindValue(syntax.left, scope);
  const { type } = operand;
  if (type?.kind !== 'enum' || !type.flags) {
    const found = type ? typeName(type, scope.model) : 'null';
    throw problem(scope, `'has' takes an enumeration of flags, not ${found}`, syntax.position);
  }
  const right = bindValue(syntax.right, scope);
  const flags = right.token && readLiteralAs(right.token, type, scope);
  if (!flags) throw notSupported(scope.clause, "'has' with flags that are no literal");
  if (flags.value === null) throw problem(scope, "'has' takes flags, not null", syntax.position);
  return { kind: 'flagTest', operand: operand.expression, flags };
}

export function bindNegation(syntax: Extract<Syntax, { kind: 'unary' }>, scope: Scope): Expression {
  const { expression, type } = bindValue(syntax.operand, scope);
  if (type && !isNumber(type) && type.name !== 'Edm.Duration') {
    throw problem(scope, `'-' takes a number or a duration, not ${typeName(type, scope.model)}`, syntax.position);
  }
  refuseSpecial(expression, scope);
  return { kind: 'negation', operand: expression };
}

export function bindArithmetic(operator: ArithmeticOperator, syntax: BinarySyntax, scope: Scope): Expression {
  const [left, right] = [bindValue(syntax.left, scope), bindValue(syntax.right, scope)];
  for (const { expression } of [left, right]) refuseSpecial(expression, scope);
  const [a, b] = durationsOf(operator, left, right, scope);
  const type = resultType(operator, a.type, b.type);
  if (type === undefined) {
    const [one, other] = [a, b].map((side) => (side.type ? typeName(side.type, scope.model) : 'null'));
    throw problem(scope, `'${operator}' does not take ${one} and ${other}`, syntax.position);
  }
  if (['div', 'divby', 'mod'].includes(operator) && isZero(b.expression)) {
    throw problem(scope, 'a division by zero', syntax.position);
  }
  if (operator === 'mod' && !(isInteger(a.type ?? type) && isInteger(b.type ?? type))) {
    throw notSupported(scope.clause, 'mod of numbers that are no integers');
  }
  return (
    fold(operator, a.expression, b.expression, syntax.position, scope) ?? {
      kind: 'arithmetic',
      operator,
      left: a.expression,
      right: b.expression,
      type,
    }
  );
}

/** INF and NaN can be compared; what sums of them would be, the stores do not agree on. */
function refuseSpecial(expression: Expression, scope: Scope): void {
  if (expression.kind !== 'literal' || typeof expression.value !== 'number') return;
  if (!Number.isFinite(expression.value)) throw notSupported(scope.clause, 'INF or NaN in a sum');
}

function isZero(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.value === 0;
}

/** A text beside an instant or a duration is a duration; where both would be numbers, it stays a text. */
function durationsOf(
  operator: ArithmeticOperator,
  left: ValueOperand,
  right: ValueOperand,
  scope: Scope,
): readonly [ValueOperand, ValueOperand] {
  const isTime = ({ type }: ValueOperand): boolean =>
    type?.name === 'Edm.DateTimeOffset' || type?.name === 'Edm.Duration';
  const duration = primitiveType('Edm.Duration');
  const read = (text: ValueOperand, beside: ValueOperand): ValueOperand =>
    (operator === 'add' || operator === 'sub') && text.token?.kind === 'string' && isTime(beside)
      ? asLiteral(text.token, duration, scope)
      : text;
  return [read(left, right), read(right, left)];
}

/** The type of a sum; undefined where the operator does not take the operands (URL conventions, section 5.1.1.2). */
function resultType(
  operator: ArithmeticOperator,
  left: ExpressionType | undefined,
  right: ExpressionType | undefined,
): ExpressionType | undefined {
  const [a, b] = [left ?? right ?? primitiveType('Edm.Int32'), right ?? left ?? primitiveType('Edm.Int32')];
  if (isNumber(a) && isNumber(b)) {
    if (operator === 'divby' && a.name !== 'Edm.Double' && b.name !== 'Edm.Double') return primitiveType('Edm.Decimal');
    return (['Edm.Double', 'Edm.Decimal', 'Edm.Int64', 'Edm.Int32'] as const)
      .filter((name) => a.name === name || b.name === name)
      .map(primitiveType)[0];
  }
  const pair = `${a.name} ${operator} ${b.name}`;
  const times: Readonly<Record<string, 'Edm.DateTimeOffset' | 'Edm.Duration'>> = {
    'Edm.DateTimeOffset add Edm.Duration': 'Edm.DateTimeOffset',
    'Edm.DateTimeOffset sub Edm.Duration': 'Edm.DateTimeOffset',
    'Edm.DateTimeOffset sub Edm.DateTimeOffset': 'Edm.Duration',
    'Edm.Duration add Edm.Duration': 'Edm.Duration',
    'Edm.Duration sub Edm.Duration': 'Edm.Duration',
  };
  if (Object.hasOwn(times, pair)) return primitiveType(times[pair] ?? 'Edm.Duration');
  const scales = operator === 'mul' || operator === 'div' || operator === 'divby';
  if (scales && a.name === 'Edm.Duration' && isNumber(b)) return a;
  return operator === 'mul' && isNumber(a) && b.name === 'Edm.Duration' ? b : undefined;
}

/** An instant moved by a duration, both constant, is one: an index then serves `createdDateTime gt now() sub …`. */
function fold(
  operator: ArithmeticOperator,
  left: Expression,
  right: Expression,
  position: number,
  scope: Scope,
): Literal | undefined {
  if (left.kind !== 'literal' || left.type?.name !== 'Edm.DateTimeOffset') return undefined;
  if (right.kind !== 'literal' || right.type?.name !== 'Edm.Duration') return undefined;
  const ticks = BigInt(String(right.value));
  const instant = shiftInstant(String(left.value), operator === 'add' ? ticks : -ticks);
  if (instant === undefined) throw problem(scope, 'the instant is out of range', position);
  return literal(instant, 'Edm.DateTimeOffset');
}
