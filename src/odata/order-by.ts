// $orderby: text → the keys of an order.
import type { EntityType, Model } from '../edm/index.js';
import type { OrderKey } from '../plan/index.js';
import { notSupported } from './clause.js';
import { type GivenContext, openScope, problem } from './expression-scope.js';
import { bindValue, positionOf } from './filter-binding.js';
import { parseOrderSyntax } from './filter-syntax.js';

/**
 * The keys of `$orderby`, loosest first: expressions of a single value that has an order. Refuses as `parseFilter` does.
 */
export function parseOrderBy(text: string, type: EntityType, model: Model, context: GivenContext): OrderKey[] {
  const scope = openScope('orderby', type, model, context);
  return parseOrderSyntax(text, scope.budget).map(({ key, descending }) => {
    const { expression, type: found } = bindValue(key, scope);
    if (found?.name === 'Edm.Binary') throw problem(scope, 'Edm.Binary has no order', positionOf(key));
    // Of the values of one type, these two alone are no numbers in JSON, of which a skip token is made.
    if (expression.kind === 'literal' && typeof expression.value === 'number' && !Number.isFinite(expression.value)) {
      throw notSupported(scope.clause, 'INF or NaN as a key');
    }
    return { expression, descending };
  });
}
