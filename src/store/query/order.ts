// The order of a collection, and the condition that begins a page behind the last entity of the one before.
import type { OrderKey, Position } from '../../plan/index.js';
import { compileOrder, type OrderTerm } from '../filter/order.js';
import type { Layout } from '../layout.js';
import { type Statement, targetOf } from './statement.js';

/**
 * The terms that put the rows of a table into one order and no other: those asked for, then the order of creation, which
 * goes the way of the last of them, so that an index can be read in one direction.
 */
export function orderTerms(
  orderBy: readonly OrderKey[],
  layout: Layout,
  alias: string,
  statement: Statement,
): OrderTerm[] {
  const asked = compileOrder(orderBy, targetOf(statement, { layout, alias }));
  const descending = asked.at(-1)?.descending ?? false;
  const creation = layout.order.map((column) => ({
    sql: `${alias}.${column}`,
    descending,
    nullable: false,
    boolean: false,
    wide: false,
    fraction: false,
  }));
  return [...asked, ...creation].filter(({ sql }, index, all) => all.findIndex((term) => term.sql === sql) === index);
}

/**
 * That a row comes after the position. Null is the least value (OData 4.01 part 2, section 5.1.7).
 * Where all keys go one way and none can be null, the condition is one comparison of rows, which an index serves.
 */
export function isBehind(keys: readonly OrderTerm[], position: Position, { parameters }: Statement): string {
  if (position.length !== keys.length) throw new Error('a position of another order');
  const values = position.map((value, index) => {
    if (value === null) return undefined;
    return keys[index]?.wide ? `CAST(${parameters.add(value)} AS BIGINT)` : parameters.add(value);
  });
  const [first] = keys;
  if (first && keys.every(({ nullable, descending }) => !nullable && descending === first.descending)) {
    const names = keys.map(({ sql }) => sql).join(', ');
    return `(${names}) ${first.descending ? '<' : '>'} (${values.join(', ')})`;
  }
  const steps = keys.map((key, index) => {
    const before = keys.slice(0, index).map((other, at) => isSame(other, values[at]));
    return `(${[...before, isAfter(key, values[index])].join(' AND ')})`;
  });
  return `(${steps.join(' OR ')})`;
}

function isSame({ sql }: OrderTerm, value: string | undefined): string {
  return value === undefined ? `${sql} IS NULL` : `${sql} = ${value}`;
}

function isAfter({ sql, descending, nullable }: OrderTerm, value: string | undefined): string {
  if (value === undefined) return descending ? 'FALSE' : `${sql} IS NOT NULL`;
  if (!descending) return `${sql} > ${value}`;
  return nullable ? `(${sql} < ${value} OR ${sql} IS NULL)` : `${sql} < ${value}`;
}
