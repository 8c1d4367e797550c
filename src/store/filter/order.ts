// $orderby: the keys of an order as SQL.
import { isBoolean, type OrderKey, typeOf } from '../../plan/index.js';
import { isNull, orderable } from './comparison.js';
import { checked, type Target } from './compile.js';

export interface OrderTerm {
  /** The value by which rows are ordered: of members of an enumeration the number, of computed instants the ticks. */
  readonly sql: string;
  readonly nullable: boolean;
  readonly descending: boolean;
  /** Whether the value is true or false, which comes out of some stores as 1 or 0. */
  readonly boolean: boolean;
  /** Whether the value is a whole number of 64 bits, which JavaScript's numbers do not hold. */
  readonly wide: boolean;
  /** Whether the value is a number that may have a fraction. */
  readonly fraction: boolean;
}

/** What stands behind ORDER BY is `orderedBy` of each term. Refuses: `filterTooIntricate`. */
export function compileOrder(keys: readonly OrderKey[], target: Target): OrderTerm[] {
  // Null orders nothing, and PostgreSQL takes no constant for an order.
  const telling = keys.filter(({ expression }) => !isNull(expression));
  return telling.map(({ expression, descending }) => {
    const compiled = orderable(expression, target);
    const type = typeOf(expression);
    const wide = compiled.ticks === true || type?.name === 'Edm.Duration';
    // Of Int64, too, all that is made of others is a double.
    const fraction =
      ['Edm.Double', 'Edm.Decimal', 'Edm.Int64', 'Edm.Int32'].includes(type?.name ?? '') &&
      expression.kind !== 'propertyPath';
    // Told as a text, it stands in a CAST.
    const { sql, nullable } = checked({ ...compiled, depth: compiled.depth + (wide ? 3 : 0) }, target);
    return { sql, nullable, descending, boolean: type !== undefined && isBoolean(type), wide, fraction };
  });
}

/** Null comes before all else, and behind it where the order is descending (OData 4.01 part 1, section 11.2.6.2). */
export function orderedBy({ sql, nullable, descending }: OrderTerm): string {
  const direction = descending ? ' DESC' : '';
  return `${sql}${direction}${nullable ? ` NULLS ${descending ? 'LAST' : 'FIRST'}` : ''}`;
}
