// What type an expression's value has, and an instance.
import type { EntityType, StructuredType, ValueType } from '../edm/index.js';
import type { Expression, ExpressionType, Instance, ValueTypeName } from './expression.js';

export function primitiveType(name: ValueTypeName): ExpressionType {
  return { kind: 'primitive', name };
}

/** Undefined for null alone. */
export function typeOf(expression: Expression): ExpressionType | undefined {
  switch (expression.kind) {
    case 'literal':
    case 'arithmetic':
    case 'call':
    case 'cast':
      return expression.type;
    case 'negation':
      return typeOf(expression.operand);
    case 'propertyPath':
      return single(expression.property.type);
    case 'variable':
      return single(expression.type);
    case 'count':
      return primitiveType('Edm.Int64');
    default:
      return primitiveType('Edm.Boolean');
  }
}

function single(type: ValueType | EntityType): ExpressionType {
  if (type.kind === 'primitive' || type.kind === 'enum') return type;
  throw new Error('an expression whose value is no single one');
}

/** The type of an instance as its way declares it. */
export function declaredType(instance: Instance): StructuredType {
  switch (instance.kind) {
    case 'current':
    case 'narrowed':
      return instance.type;
    case 'related':
      return instance.property.target();
    case 'variable':
    case 'complexValue': {
      const type = instance.kind === 'variable' ? instance.type : instance.property.type;
      if (type.kind === 'entity' || type.kind === 'complex') return type;
      throw new Error('an instance of no structured type');
    }
  }
}

/** Whether two types are one: an enumeration is only itself. */
export function isSameType(a: ExpressionType, b: ExpressionType): boolean {
  return a.kind === 'enum' || b.kind === 'enum' ? a === b : a.name === b.name;
}

const integers: ReadonlySet<string> = new Set<ValueTypeName>(['Edm.Int32', 'Edm.Int64']);
const numbers: ReadonlySet<string> = new Set<ValueTypeName>(['Edm.Int32', 'Edm.Int64', 'Edm.Decimal', 'Edm.Double']);

export function isInteger(type: ExpressionType): boolean {
  return type.kind === 'primitive' && integers.has(type.name);
}

export function isNumber(type: ExpressionType): boolean {
  return type.kind === 'primitive' && numbers.has(type.name);
}

export function isBoolean(type: ExpressionType): boolean {
  return type.kind === 'primitive' && type.name === 'Edm.Boolean';
}
