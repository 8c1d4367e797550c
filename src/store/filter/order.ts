// $orderby: the keys of an order as SQL.
import { isBoolean, type OrderKey, typeOf } from '../../plan/index.js';
import { orderable } from './comparison.js';
import { checked, type Target } from './compile.js';

export interface OrderTerm {
  /** The value by which rows are ordered: of members of an enumeration the number, of computed instants the ticks. */
  readonly sql: string;
  readonly nullable: boolean;
  readonly descending: boolean;
  /** Whether the value is true or false, which comes out of some stores as 1 or 0. */
  readonly boolean: boolean;
}

/** What stands behind ORDER BY is `orderedBy` of each term. Refuses: `filterTooIntricate`. */
export function compileOrder(keys: readonly OrderKey[], target: Target): OrderTerm[] {
  return keys.map(({ expression, descending }) => {
    const { sql, nullable } = checked(orderable(expression, target), target);
    const type = typeOf(expression);
    return { sql, nullable, descending, boolean: type !== undefined && isBoolean(type) };
  });
}

/** Null comes before all else, and behind it where the order is descending (OData 4.01 part 1, section 11.2.6.2). */
export function orderedBy({ sql, nullable, descending }: OrderTerm): string {
  const direction = descending ? ' DESC' : '';
  return `${sql}${direction}${nullable ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : ''}`;
}
