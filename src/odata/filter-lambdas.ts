// any and all.
import type { Collection, Expression, Variable } from '../plan/index.js';
import { problem, type Scope } from './expression-scope.js';
import { bindCondition } from './filter-binding.js';
import type { Segment, Syntax } from './filter-syntax.js';

/** The condition sees the variable by the name that the text gives it; names of variables are case-sensitive. */
export function bindQuantifier(
  operator: 'any' | 'all',
  over: Collection,
  segment: Segment,
  position: number,
  scope: Scope,
): Expression {
  const { arguments: given, variable: name } = segment;
  if (!given) throw problem(scope, `'${operator}' takes parentheses`, position);
  const [condition, ...others] = given;
  const variable = newVariable(name ?? 'item', over, scope);
  if (!condition) {
    if (operator === 'any') return { kind: 'quantifier', operator, over, variable, condition: undefined };
    throw problem(scope, "'all' takes a condition", position);
  }
  if (name === undefined || others.length > 0) {
    throw problem(scope, `'${operator}' takes a variable and a condition: ${operator}(x:…)`, position);
  }
  const inner = { ...scope, variables: new Map([...scope.variables, [name, variable]]) };
  return { kind: 'quantifier', operator, over, variable, condition: bindCondition(condition, inner) };
}

/** `$count($filter=…)`: the condition sees the item as `$this`, and its properties by their names alone. */
export function bindFilteredCount(
  over: Collection,
  given: readonly Syntax[],
  position: number,
  scope: Scope,
): Expression {
  const [filter, ...others] = given;
  if (!filter || others.length > 0) throw problem(scope, "'$count' takes one $filter in its parentheses", position);
  const variable = newVariable('$this', over, scope);
  const variables = new Map([...scope.variables, ['$this', variable]]);
  const condition = bindCondition(filter, { ...scope, current: variable, variables });
  return { kind: 'count', over, where: { variable, condition } };
}

function newVariable(name: string, over: Collection, { variables }: Scope): Variable {
  const taken = new Set([...variables.values()].map((variable) => variable.name));
  let unique = name;
  for (let number = 2; taken.has(unique); number++) unique = `${name}${number}`;
  return { kind: 'variable', name: unique, type: over.kind === 'values' ? over.property.type : over.type };
}
