// What SQLite says in its own way.
import type { Dialect, Schema, Term } from '../dialect.js';

export const sqlite: Dialect = {
  placeholder: (position) => `?${position}`,
  typedPlaceholder: (position) => `?${position}`,
  // JSON's booleans come out as 1 and 0, as SQLite's own.
  documentValue: (json, path) => (path.length === 0 ? json : `json_extract(${json}, ${jsonPath(path)})`),
  documentPart: (json, path) => (path.length === 0 ? json : `json_extract(${json}, ${jsonPath(path)})`),
  json: (text) => text,
  jsonArray: (values) => `json_array(${values.map(jsonTerm).join(', ')})`,
  jsonItems: (item, order) => `json_group_array(${item} ORDER BY ${order})`,
  items: (array) => `SELECT value FROM json_each(${array})`,
  elements: (array, alias) => `json_each(${array}) ${alias}`,
  elementOf: (alias) => `${alias}.value`,
  integer: (digits) => `CAST(${digits} AS INTEGER)`,
  truncated: (number) => `CAST(${number} AS INTEGER)`,
  saturated: (number) => `CAST(min(max(${number}, -9223372036854774784.0), 9223372036854774784.0) AS INTEGER)`,
  rounded: (number) => `round(${number})`,
  remainder: (number, divisor) => `(${number} % ${divisor})`,
  ticks: (instant) => `(unixepoch(substr(${instant}, 1, 19)) * 10000000 + CAST(substr(${instant}, 21, 7) AS INTEGER))`,
  position: (text, part) => `instr(${text}, ${part})`,
  length: (text) => `length(${text})`,
  substring: (text, start, length) =>
    `substr(${text}, max(${start}, 0) + 1${length === undefined ? '' : `, max(${length}, 0)`})`,
  startsWith: (text, start) => `(instr(${text}, ${start}) = 1)`,
  end: (text, count) => `substr(${text}, -${count})`,
  trimmed: (text, characters) => `trim(${text}, ${characters})`,
  lower: (text) => `lower(${text})`,
  upper: (text) => `upper(${text})`,
};

export const sqliteSchema: Schema = {
  text: 'TEXT',
  integer: 'INTEGER',
  json: 'TEXT',
  byKey: ' STRICT, WITHOUT ROWID',
  byArrival: ' STRICT',
  emptyObject: "'{}'",
  textAt: (column, path) => `json_extract(${column}, ${jsonPath(path)})`,
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
