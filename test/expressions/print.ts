// Expressions as OData's text, which the parser reads back as the same tree.
import { model } from '../../src/model/index.js';
import { durationOfTicks } from '../../src/odata/duration.js';
import type { Collection, Expression, Instance, Literal } from '../../src/plan/index.js';

export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression);
    case 'propertyPath':
      return way(expression.of) + expression.property.name;
    case 'variable':
      return expression.name;
    case 'comparison':
    case 'logical':
    case 'arithmetic':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'absence':
      return `(${whole(expression.of)} eq null)`;
    case 'membership': {
      const { operand, among } = expression;
      return `(${print(operand)} in ${'kind' in among ? collection(among) : `(${among.map(print).join(',')})`})`;
    }
    case 'flagTest':
      return `(${print(expression.operand)} has ${print(expression.flags)})`;
    case 'not':
      return `(not (${print(expression.operand)}))`;
    case 'negation':
      return `(- (${print(expression.operand)}))`;
    case 'call':
      return `${expression.function}(${expression.arguments.map(print).join(',')})`;
    case 'cast':
      return `cast(${print(expression.operand)},${typeName(expression.type)})`;
    case 'typeTest': {
      const { of, type } = expression;
      return `isof(${of.kind === 'current' ? '' : `${whole(of)},`}'${model.qualifiedName(type)}')`;
    }
    case 'quantifier': {
      const { operator, over, variable, condition } = expression;
      return `${collection(over)}/${operator}(${condition ? `${variable.name}:${print(condition)}` : ''})`;
    }
    case 'count':
      return `${collection(expression.over)}/$count`;
  }
}

function printLiteral({ value, type }: Literal): string {
  if (value === null) return 'null';
  if (type?.kind === 'enum') return `${model.qualifiedName(type)}'${value}'`;
  switch (type?.name) {
    case 'Edm.String':
      return `'${String(value).replaceAll("'", "''")}'`;
    case 'Edm.Duration':
      return `duration'${durationOfTicks(String(value))}'`;
    case 'Edm.Binary':
      return `binary'${value}'`;
    case 'Edm.Decimal':
      return Number.isInteger(value) ? `${value}.0` : String(value);
    case 'Edm.Double':
      if (value === Number.POSITIVE_INFINITY) return 'INF';
      return value === Number.NEGATIVE_INFINITY ? '-INF' : Number(value).toExponential();
    default:
      return String(value);
  }
}

function typeName(type: { readonly kind: string; readonly name: string }): string {
  return type.kind === 'primitive' ? type.name : model.qualifiedName(type);
}

/** Ends in a slash unless it is empty. */
function way(instance: Instance): string {
  switch (instance.kind) {
    case 'current':
      return '';
    case 'variable':
      return `${instance.name}/`;
    case 'narrowed':
      return `${way(instance.of)}${model.qualifiedName(instance.type)}/`;
    default:
      return `${way(instance.of)}${instance.property.name}/`;
  }
}

function whole(instance: Instance): string {
  return way(instance).slice(0, -1) || '$it';
}

function collection(over: Collection): string {
  const cast = over.kind === 'targets' && over.type !== over.property.target();
  return `${way(over.of)}${over.property.name}${cast ? `/${model.qualifiedName(over.type)}` : ''}`;
}
