// The meaning of an expression: its syntax bound to a type of the model, every operand with a type.
import {
  type Collection,
  type Expression,
  type ExpressionType,
  type Instance,
  isBoolean,
  typeOf,
} from '../plan/index.js';
import { notSupported } from './clause.js';
import { problem, type Scope, withoutAlias } from './expression-scope.js';
import type { Token } from './filter-lexer.js';
import { readLiteral } from './filter-literals.js';
import { bindArithmetic, bindComparison, bindFlagTest, bindMembership, bindNegation } from './filter-operators.js';
import { bindPath } from './filter-paths.js';
import type { Syntax } from './filter-syntax.js';
import { typeName } from './property-not-found.js';

/** What a part of an expression stands for. */
export type Operand = ValueOperand | InstanceOperand | CollectionOperand;

export interface ValueOperand {
  readonly kind: 'value';
  readonly expression: Expression;
  /** Undefined for null. */
  readonly type: ExpressionType | undefined;
  /** Of a literal: what it is made of, since it takes the type of what it is compared to. */
  readonly token?: Token | undefined;
}

export interface InstanceOperand {
  readonly kind: 'instance';
  readonly instance: Instance;
}

export interface CollectionOperand {
  readonly kind: 'collection';
  readonly collection: Collection;
}

export function valueOperand(expression: Expression): ValueOperand {
  return { kind: 'value', expression, type: typeOf(expression) };
}

export function positionOf(syntax: Syntax): number {
  return syntax.kind === 'literal' ? syntax.token.position : syntax.position;
}

/** What is true, false or unknown: a comparison, a function or a property by itself. */
export function bindCondition(given: Syntax, outer: Scope): Expression {
  const { syntax, scope } = withoutAlias(given, outer);
  const operand = bindOperand(syntax, scope);
  if (operand.kind === 'value' && operand.type && isBoolean(operand.type)) return operand.expression;
  const found = syntax.kind === 'literal' ? 'a value' : 'something that is neither true nor false';
  throw problem(scope, `a condition is expected, not ${found}`, positionOf(syntax));
}

/** One value, or null. */
export function bindValue(syntax: Syntax, scope: Scope): ValueOperand {
  const operand = bindOperand(syntax, scope);
  if (operand.kind === 'value') return operand;
  throw notSupported(scope.clause, nameOf(operand, scope));
}

/** How something that is no single value is called where it cannot stand. */
export function nameOf(operand: InstanceOperand | CollectionOperand, scope: Scope): string {
  if (operand.kind === 'collection') return `the collection ${operand.collection.property.name}`;
  const { instance } = operand;
  switch (instance.kind) {
    case 'complexValue':
      return `the complex value ${instance.property.name}`;
    case 'related':
      return `the entity ${instance.property.name}`;
    default:
      return `a whole ${typeName(instance.type, scope.model)}`;
  }
}

export function bindOperand(given: Syntax, outer: Scope): Operand {
  const { syntax, scope } = withoutAlias(given, outer);
  switch (syntax.kind) {
    case 'literal':
      return { ...valueOperand(readLiteral(syntax.token, scope)), token: syntax.token };
    case 'path':
      return bindPath(syntax.segments, syntax.position, scope);
    case 'list':
      throw problem(scope, 'a list is not expected', syntax.position);
    case 'unary':
      if (syntax.operator === '-') return valueOperand(bindNegation(syntax, scope));
      return valueOperand({ kind: 'not', operand: bindCondition(syntax.operand, scope) });
    case 'binary':
      return valueOperand(bindBinary(syntax, scope));
  }
}

export type BinarySyntax = Extract<Syntax, { kind: 'binary' }>;

function bindBinary(syntax: BinarySyntax, scope: Scope): Expression {
  const { operator } = syntax;
  switch (operator) {
    case 'and':
    case 'or':
      return {
        kind: 'logical',
        operator,
        left: bindCondition(syntax.left, scope),
        right: bindCondition(syntax.right, scope),
      };
    case 'eq':
    case 'ne':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return bindComparison(operator, syntax, scope);
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'divby':
    case 'mod':
      return bindArithmetic(operator, syntax, scope);
    case 'in':
      return bindMembership(syntax, scope);
    case 'has':
      return bindFlagTest(syntax, scope);
    default:
      throw new Error(`an operator without a meaning: ${operator}`);
  }
}
