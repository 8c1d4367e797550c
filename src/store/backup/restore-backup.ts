// Makes a store of a backup.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../base/index.js';
import { type Database, modeOf, openDatabase, type Writing } from '../database.js';
import type { KeptTable } from '../kept-tables.js';
import { migrations } from '../migrations/index.js';
import type { Scalar } from '../queries.js';
import { bound, type Cells } from '../table-pages.js';
import { type BackupSummary, readBackup, verifyBackup } from './file.js';
import type { BackupRow } from './format.js';

/** Most rows of one INSERT. */
const largestInsert = 50;

/**
 * Makes a store at `path`, which must have none, of the backup in the file. The whole file is read before anything is
 * made. Rows come in one transaction, and the row that says what the store is for is one of them: until its end, and
 * where it fails or its process dies, there are tables at most, no store.
 */
export async function restoreBackup(file: string, path: string, { clock }: { clock: Clock }): Promise<BackupSummary> {
  const summary = await verifyBackup(file);
  const { head } = summary;
  if (head.migrations > migrations.length) {
    throw new Error(
      `The backup '${file}' was written by a newer version of Offshoot: its store has migration ${head.migrations}, and this version knows ${migrations.length}.`,
    );
  }
  const database = await openDatabase(path, { create: true });
  try {
    if (await isBegun(database))
      throw new Error(`There is a store at '${database.name}' already; a backup makes a new one.`);
    await database.migrate(migrations.slice(0, head.migrations), clock);
    await database.write((writing) => insertAll(writing, database, file));
    await database.migrate(migrations, clock);
  } finally {
    await database.close();
  }
  return summary;
}

async function isBegun(database: Database): Promise<boolean> {
  return (await database.isStore()) && (await database.read(modeOf)) !== undefined;
}

async function insertAll(writing: Writing, database: Database, file: string): Promise<void> {
  const inserted: Record<string, number> = {};
  let waiting: BackupRow[] = [];
  const insertWaiting = async (): Promise<void> => {
    const [first] = waiting;
    if (!first) return;
    const { table } = first;
    inserted[table.name] = (inserted[table.name] ?? 0) + (await insert(writing, database, table, waiting));
    waiting = [];
  };
  let referring = false;
  for await (const line of readBackup(file)) {
    if (line.kind === 'row') {
      const { table, cells } = line.row;
      referring ||= refersLater(table, cells);
      if (waiting.length === largestInsert || waiting[0]?.table !== table) await insertWaiting();
      waiting.push(line.row);
    }
    if (line.kind === 'end') {
      await insertWaiting();
      if (!isDeepStrictEqual(inserted, { ...line.end.rows })) throw new Error('rows of a backup were not kept');
    }
  }
  if (!referring) return;
  // Each of these may refer to a row that came after its own.
  for await (const line of readBackup(file)) {
    if (line.kind === 'row' && refersLater(line.row.table, line.row.cells)) await refer(writing, database, line.row);
  }
}

function refersLater({ later = [] }: KeptTable, cells: Cells): boolean {
  return later.some((name) => cells[name] !== null);
}

async function insert(
  writing: Writing,
  database: Database,
  { name, columns, later = [] }: KeptTable,
  rows: readonly BackupRow[],
): Promise<number> {
  const names = Object.keys(columns).filter((column) => !later.includes(column));
  const values: Scalar[] = [];
  const tuples = rows.map(({ cells }) => {
    const tuple = names.map((column) => bound(database, columns[column], values.push(cells[column] ?? null)));
    return `(${tuple.join(', ')})`;
  });
  return writing.run(`INSERT INTO ${name} (${names.join(', ')}) VALUES ${tuples.join(', ')}`, values);
}

async function refer(
  writing: Writing,
  database: Database,
  { table: { name, columns, key, later = [] }, cells }: BackupRow,
): Promise<void> {
  const values: Scalar[] = [];
  const equal = (column: string): string =>
    `${column} = ${bound(database, columns[column], values.push(cells[column] ?? null))}`;
  const assignments = later.map(equal).join(', ');
  await writing.run(`UPDATE ${name} SET ${assignments} WHERE ${key.map(equal).join(' AND ')}`, values);
}
