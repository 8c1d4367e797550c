// What the databases say differently; all other SQL here is meant for each of them.
import type { EnumType, PrimitiveType } from '../edm/index.js';

export interface Dialect {
  /** The parameter at the position, from 1; one position may be used several times. */
  placeholder(position: number): string;
  /** The value at the path inside a JSON column, as SQL's own value of the type; null where any step is. */
  documentValue(column: string, path: readonly string[], type: PrimitiveType | EnumType): string;
  /** A subquery that answers the items of a JSON array of strings. */
  items(array: string): string;
}

export const sqlite: Dialect = {
  placeholder: (position) => `?${position}`,
  // The names come from the model and need no escaping. JSON's booleans come out as 1 and 0, as SQLite's own.
  documentValue: (column, path) => `json_extract(${column}, '$.${path.join('.')}')`,
  items: (array) => `SELECT value FROM json_each(${array})`,
};

/** The values of one statement, collected while its text is written. */
export interface Parameters {
  readonly values: readonly (string | number | boolean | null)[];
  /** Adds the value and answers its placeholder. */
  add(value: string | number | boolean | null): string;
}

export function newParameters(dialect: Dialect): Parameters {
  const values: (string | number | boolean | null)[] = [];
  return { values, add: (value) => dialect.placeholder(values.push(value)) };
}
