// What the databases say differently; all other SQL here is meant for each of them.
import type { EnumType, PrimitiveType } from '../edm/index.js';

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
  /**
   * The value at the path inside JSON, as SQL's own value of the type; null where any step is. An empty path is the
   * JSON itself: an item of `elements`.
   */
  documentValue(json: string, path: readonly string[], type: PrimitiveType | EnumType): string;
  /** The part at the path inside JSON as JSON; null where any step is. */
  documentPart(json: string, path: readonly string[]): string;
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
  /** Without the characters of `characters` at both ends. */
  trimmed(text: string, characters: string): string;
  /** A to Z alone. */
  lower(text: string): string;
  /** a to z alone. */
  upper(text: string): string;
}

export const sqlite: Dialect = {
  placeholder: (position) => `?${position}`,
  // JSON's booleans come out as 1 and 0, as SQLite's own.
  documentValue: (json, path) => (path.length === 0 ? json : `json_extract(${json}, ${jsonPath(path)})`),
  documentPart: (json, path) => (path.length === 0 ? json : `json_extract(${json}, ${jsonPath(path)})`),
  jsonArray: (values) => `json_array(${values.map(jsonTerm).join(', ')})`,
  jsonItems: (item, order) => `json_group_array(${item} ORDER BY ${order})`,
  items: (array) => `SELECT value FROM json_each(${array})`,
  elements: (array, alias) => `json_each(${array}) ${alias}`,
  elementOf: (alias) => `${alias}.value`,
  integer: (digits) => `CAST(${digits} AS INTEGER)`,
  truncated: (number) => `CAST(${number} AS INTEGER)`,
  rounded: (number) => `round(${number})`,
  remainder: (number, divisor) => `(${number} % ${divisor})`,
  ticks: (instant) => `(unixepoch(substr(${instant}, 1, 19)) * 10000000 + CAST(substr(${instant}, 21, 7) AS INTEGER))`,
  position: (text, part) => `instr(${text}, ${part})`,
  length: (text) => `length(${text})`,
  substring: (text, start, length) =>
    `substr(${text}, max(${start}, 0) + 1${length === undefined ? '' : `, max(${length}, 0)`})`,
  startsWith: (text, start) => `(instr(${text}, ${start}) = 1)`,
  trimmed: (text, characters) => `trim(${text}, ${characters})`,
  lower: (text) => `lower(${text})`,
  upper: (text) => `upper(${text})`,
};

/** SQLite writes fractions into JSON with 15 digits, which tell most of them and not all. */
function jsonTerm({ sql, json, fraction }: Term): string {
  if (fraction) return `CASE WHEN ${sql} IS NOT NULL THEN printf('%!.17g', ${sql}) END`;
  return json ? `json(${sql})` : sql;
}

/** The names come from the model and hold no quotes. */
function jsonPath(path: readonly string[]): string {
  return `'$${path.map((name) => (/^\w+$/.test(name) ? `.${name}` : `."${name}"`)).join('')}'`;
}

/** The values of one statement, collected while its text is written. */
export interface Parameters {
  readonly values: readonly (string | number | boolean | null)[];
  /** Adds the value and answers its placeholder. */
  add(value: string | number | boolean | null): string;
  /** A name for a table inside the statement that nothing else in it has. */
  newAlias(): string;
}

export function newParameters(dialect: Dialect): Parameters {
  const values: (string | number | boolean | null)[] = [];
  let aliases = 0;
  return {
    values,
    add: (value) => dialect.placeholder(values.push(value)),
    newAlias: () => `x${++aliases}`,
  };
}
