// What the databases say differently; all other SQL here is meant for each of them.
import type { EnumType, PrimitiveType } from '../edm/index.js';
import type { Scalar } from './queries.js';

/** A scalar of a statement; `json` where it is a JSON text that stands for its value. */
export interface Term {
  readonly sql: string;
  readonly json: boolean;
  /** Whether it is a number with a fraction that must come out of JSON as it went in, if need be as a text. */
  readonly fraction?: boolean;
}

export interface Dialect {
  /** The parameter at the position, from 1; one position may be used several times. */
  placeholder(position: number): string;
  /** The same where the statement around does not tell the type of the value. */
  typedPlaceholder(position: number, value: Scalar): string;
  /**
   * The value at the path inside JSON, as SQL's own value of the type; null where any step is. An empty path is the
   * JSON itself: an item of `elements`.
   */
  documentValue(json: string, path: readonly string[], type: PrimitiveType | EnumType): string;
  /** The part at the path inside JSON as JSON; null where any step is. */
  documentPart(json: string, path: readonly string[]): string;
  /** A JSON text as JSON. */
  json(text: string): string;
  /** A JSON array of the values. */
  jsonArray(values: readonly Term[]): string;
  /** An aggregate: the JSON array of one JSON value for each row, in the order of the terms. */
  jsonItems(item: string, order: string): string;
  /** A subquery that answers the items of a JSON array of strings. */
  items(array: string): string;
  /** What stands behind FROM for the items of a JSON array; each is `elementOf(alias)`. Null has no items. */
  elements(array: string, alias: string): string;
  elementOf(alias: string): string;
  /** A whole number in decimal digits as one of 64 bits. */
  integer(digits: string): string;
  /** Of a number, towards zero. */
  truncated(number: string): string;
  /** Of a number, towards zero, and no further from it than the largest double that is a whole number of 64 bits. */
  saturated(number: string): string;
  /** To the nearest whole number, halves away from zero. */
  rounded(number: string): string;
  /** Of whole numbers, with the sign of the first; null where the second is zero. */
  remainder(number: string, divisor: string): string;
  /** The ticks of 100 ns from 1970 to an instant in its stored form, which stands there twice. */
  ticks(instant: string): string;
  /** Where the second text begins in the first, from 1; 0 where it does not occur. Counted in code points, as below. */
  position(text: string, part: string): string;
  length(text: string): string;
  /** `start` from 0 and `length`; what is negative counts as 0. */
  substring(text: string, start: string, length: string | undefined): string;
  startsWith(text: string, start: string): string;
  /** The last characters; all where there are fewer. `count` is at least 1. */
  end(text: string, count: number): string;
  /** Without the characters of `characters` at both ends. */
  trimmed(text: string, characters: string): string;
  /** A to Z alone. */
  lower(text: string): string;
  /** a to z alone. */
  upper(text: string): string;
}

/** How a step of the schema is written for a database. */
export interface Schema {
  readonly text: string;
  /** A whole number of 64 bits. */
  readonly integer: string;
  /** A JSON value that is looked into. */
  readonly json: string;
  /** Behind the parenthesis of a table that is read by its primary key, and of one whose rows are long. */
  readonly byKey: string;
  readonly byArrival: string;
  /** A JSON object without members. */
  readonly emptyObject: string;
  /** The text at the path in a JSON column. */
  textAt(column: string, path: readonly string[]): string;
}

/** The values of one statement, collected while its text is written. */
export interface Parameters {
  readonly values: readonly Scalar[];
  /** Adds the value and answers its placeholder. */
  add(value: Scalar): string;
  /** A name for a table inside the statement that nothing else in it has. */
  newAlias(): string;
}

export function newParameters(dialect: Dialect): Parameters {
  const values: Scalar[] = [];
  let aliases = 0;
  return {
    values,
    add: (value) => dialect.typedPlaceholder(values.push(value), value),
    newAlias: () => `x${++aliases}`,
  };
}
