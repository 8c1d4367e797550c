// Expressions in prefix notation, for tests to compare.
import type { Collection, Expression, Instance } from '../../src/plan/index.js';

export function words(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'number' ? String(expression.value) : JSON.stringify(expression.value);
    case 'propertyPath':
      return way(expression.of) + expression.property.name;
    case 'variable':
      return expression.name;
    case 'comparison':
    case 'logical':
    case 'arithmetic':
      return `(${expression.operator} ${words(expression.left)} ${words(expression.right)})`;
    case 'absence':
      return `(absent ${way(expression.of).slice(0, -1)})`;
    case 'membership': {
      const { operand, among } = expression;
      return `(in ${words(operand)} ${'kind' in among ? collection(among) : `[${among.map(words).join(' ')}]`})`;
    }
    case 'flagTest':
      return `(has ${words(expression.operand)} ${words(expression.flags)})`;
    case 'not':
      return `(not ${words(expression.operand)})`;
    case 'negation':
      return `(- ${words(expression.operand)})`;
    case 'call':
      return `(${[expression.function, ...expression.arguments.map(words)].join(' ')})`;
    case 'cast':
      return `(cast ${words(expression.operand)} ${expression.type.name})`;
    case 'typeTest':
      return `(isof ${way(expression.of).slice(0, -1) || '$it'} ${expression.type.name})`;
    case 'quantifier': {
      const { operator, over, variable, condition } = expression;
      return condition
        ? `(${operator} ${variable.name} ${collection(over)} ${words(condition)})`
        : `(${operator} ${collection(over)})`;
    }
    case 'count':
      return `(count ${collection(expression.over)})`;
  }
}

/** Ends in a slash unless it is empty. */
function way(instance: Instance): string {
  switch (instance.kind) {
    case 'current':
      return '';
    case 'variable':
      return `${instance.name}/`;
    case 'narrowed':
      return `${way(instance.of)}${instance.type.name}/`;
    default:
      return `${way(instance.of)}${instance.property.name}/`;
  }
}

function collection(over: Collection): string {
  const cast = over.kind === 'targets' && over.type !== over.property.target() ? `/${over.type.name}` : '';
  return `${way(over.of)}${over.property.name}${cast}`;
}
