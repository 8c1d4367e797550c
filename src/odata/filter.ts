// $filter: text → a condition of the plan.
import type { EntityType, Model } from '../edm/index.js';
import type { Expression } from '../plan/index.js';
import { type GivenContext, openScope } from './expression-scope.js';
import { bindCondition } from './filter-binding.js';
import { parseSyntax } from './filter-syntax.js';

/**
 * A `$filter` as a condition on entities of the type. Names match in any case, but those of lambda variables and aliases.
 * Refuses: `filterInvalid` (syntax, types, literals, with the position), `filterTooDeep`, `filterTooLarge`,
 * `filterListTooLong`, `propertyNotFound`, `unknownType`, `castNotDerived`, and what is OData but not supported, by its
 * name: `filterNotSupported`.
 */
export function parseFilter(text: string, type: EntityType, model: Model, context: GivenContext): Expression {
  const scope = openScope('filter', type, model, context);
  return bindCondition(parseSyntax(text, 'filter', scope.budget), scope);
}
