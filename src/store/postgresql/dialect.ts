// What PostgreSQL says in its own way. Texts compare by code point (`COLLATE "C"`), as they do in SQLite.
import type { EnumType, PrimitiveType } from '../../edm/index.js';
import type { Dialect, Schema } from '../dialect.js';
import type { Scalar } from '../queries.js';

const byCodePoint = 'COLLATE "C"';

export const postgresql: Dialect = {
  placeholder: (position) => `$${position}`,
  typedPlaceholder: (position, value) => typed(`$${position}`, value),
  documentValue: (json, path, type) => readAs(`(${json})::jsonb #>> ${pathText(path)}`, type),
  // JSON's null is a value of its own, which is no part here.
  documentPart: (json, path) => `nullif((${json})::jsonb #> ${pathText(path)}, 'null'::jsonb)`,
  json: (text) => `${text}::jsonb`,
  jsonArray: (values) => `jsonb_build_array(${values.map(({ sql }) => sql).join(', ')})`,
  jsonItems: (item, order) => `coalesce(jsonb_agg(${item} ORDER BY ${order}), '[]'::jsonb)`,
  items: (array) => `SELECT value FROM jsonb_array_elements_text(${array}::jsonb)`,
  elements: (array, alias) => `jsonb_array_elements((${array})::jsonb) ${alias}(value)`,
  elementOf: (alias) => `${alias}.value`,
  integer: (digits) => `CAST(${digits} AS BIGINT)`,
  truncated: (number) => `CAST(trunc(CAST(${number} AS DOUBLE PRECISION)) AS BIGINT)`,
  saturated: (number) =>
    `(SELECT CAST(CASE WHEN n > 9223372036854774784 THEN 9223372036854774784 WHEN n < -9223372036854774784 THEN -9223372036854774784 ELSE n END AS BIGINT) FROM (SELECT trunc(CAST(${number} AS DOUBLE PRECISION)) AS n) v)`,
  // Of doubles, PostgreSQL rounds halves to the even neighbour.
  rounded: (number) => `CAST(round(CAST(${number} AS NUMERIC)) AS DOUBLE PRECISION)`,
  remainder: (number, divisor) => `mod(CAST(${number} AS BIGINT), nullif(CAST(${divisor} AS BIGINT), 0))`,
  ticks: (instant) =>
    `(CAST(extract(epoch FROM CAST(substr(${instant}, 1, 19) AS TIMESTAMP)) AS BIGINT) * 10000000 + CAST(substr(${instant}, 21, 7) AS BIGINT))`,
  position: (text, part) => `strpos(${text}, ${part})`,
  length: (text) => `char_length(${text})`,
  substring: (text, start, length) =>
    `substr(${text}, ${bounded(start)} + 1${length === undefined ? '' : `, ${bounded(length)}`})`,
  startsWith: (text, start) => `(strpos(${text}, ${start}) = 1)`,
  end: (text, count) => `right(${text}, ${count})`,
  trimmed: (text, characters) => `btrim(${text}, ${characters})`,
  lower: (text) => `translate(${text}, '${capitals}', '${capitals.toLowerCase()}')`,
  upper: (text) => `translate(${text}, '${capitals.toLowerCase()}', '${capitals}')`,
};

export const postgresqlSchema: Schema = {
  text: `TEXT ${byCodePoint}`,
  integer: 'BIGINT',
  json: 'JSONB',
  byKey: '',
  byArrival: '',
  emptyObject: "'{}'::jsonb",
  textAt: (column, path) => `(${column} #>> ${pathText(path)}) ${byCodePoint}`,
};

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Without a type of its own, a parameter takes that of what it meets: 1.5 would be refused beside a whole number. */
function typed(placeholder: string, value: Scalar): string {
  switch (typeof value) {
    case 'string':
      return `(${placeholder}::text ${byCodePoint})`;
    case 'boolean':
      return `${placeholder}::boolean`;
    case 'number':
      return Number.isSafeInteger(value) ? `${placeholder}::bigint` : `${placeholder}::double precision`;
    default:
      return placeholder;
  }
}

function readAs(text: string, type: PrimitiveType | EnumType): string {
  switch (type.name) {
    case 'Edm.Boolean':
      return `(${text})::boolean`;
    case 'Edm.Int32':
      return `(${text})::bigint`;
    default:
      return `((${text}) ${byCodePoint})`;
  }
}

/** The names come from the model and hold no quotes. */
function pathText(path: readonly string[]): string {
  return `'{${path.map((name) => `"${name}"`).join(',')}}'`;
}

/** A place in a text: what is negative counts as 0, and nothing lies behind the longest text. Null stays null. */
function bounded(number: string): string {
  return `(SELECT CAST(CASE WHEN n < 0 THEN 0 WHEN n > 1000000000 THEN 1000000000 ELSE n END AS INTEGER) FROM (SELECT ${number} AS n) v)`;
}
