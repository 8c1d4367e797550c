// The rows of a whole table in the order of its key, some at a time, whichever database keeps it.

import type { Database } from './database.js';
import type { ColumnKind, KeptTable } from './kept-tables.js';
import type { Queries, Scalar } from './queries.js';

/** By the column's name: a text, a whole number in decimal digits, JSON as a text. */
export type Cells = Readonly<Record<string, string | null>>;

/** Bounds what is in memory: rows with documents have some kilobytes. */
const pageSize = 200;

/** `queries` are those of one `read`, so that all pages are of one state. No page is empty. */
export async function* pagesOf(
  queries: Queries,
  database: Pick<Database, 'dialect' | 'schema'>,
  table: KeptTable,
): AsyncGenerator<readonly Cells[]> {
  const names = Object.keys(table.columns);
  // With the table's name, since PostgreSQL would order by the text that a number is selected as.
  const selected = names.map((name) => {
    return table.columns[name] === 'text' ? `t.${name}` : `CAST(t.${name} AS TEXT)`;
  });
  const key = table.key.map((name) => `t.${name}`).join(', ');
  const last = table.key.map((name, index) => bound(database, table.columns[name], index + 1)).join(', ');
  const order = `ORDER BY ${key} LIMIT ${pageSize}`;
  const first = `SELECT ${selected.join(', ')} FROM ${table.name} t ${order}`;
  const next = `SELECT ${selected.join(', ')} FROM ${table.name} t WHERE (${key}) > (${last}) ${order}`;
  for (let after: readonly Scalar[] | undefined; ; ) {
    const rows = await (after ? queries.all(next, after) : queries.all(first));
    const page = rows.map((row): Cells => {
      return Object.fromEntries(names.map((name, index) => [name, row[index] as string | null]));
    });
    if (page.length > 0) yield page;
    const end = page.at(-1);
    if (!end || page.length < pageSize) return;
    after = table.key.map((name) => end[name] ?? null);
  }
}

/** The parameter at the position, a text, as a value of the column. */
export function bound(
  { dialect, schema }: Pick<Database, 'dialect' | 'schema'>,
  kind: ColumnKind | undefined,
  position: number,
): string {
  const placeholder = dialect.placeholder(position);
  if (kind === 'integer') return `CAST(${placeholder} AS ${schema.integer})`;
  return kind === 'json' ? `CAST(${placeholder} AS ${schema.json})` : placeholder;
}
