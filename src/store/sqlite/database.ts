// A SQLite file as the administering commands have it.
import { dirname, resolve } from 'node:path';
import { type Connection, openConnection } from '../connection.js';
import { type FolderLock, isThere, lockDataFolder, makeOwnFile } from '../data-folder.js';
import { type Database, noStore } from '../database.js';
import { migrate, recognize } from '../migrate.js';
import { prepare } from '../open-store.js';
import { sqlite, sqliteSchema } from './dialect.js';

/** How long a statement waits for a server's write, in milliseconds. */
const patience = 10_000;

/** As `openDatabase`. One transaction at a time: the two of its connection would be one. */
export async function openSqliteDatabase(path: string, { create }: { create: boolean }): Promise<Database> {
  const file = resolve(path);
  if (!create && !isThere(file)) throw noStore(path);
  let lock: FolderLock | undefined;
  let connection: Connection | undefined;
  const close = async (): Promise<void> => {
    connection?.close();
    lock?.release();
  };
  try {
    if (create) lock = await lockDataFolder(dirname(file));
    makeOwnFile(file);
    connection = openConnection(file, patience);
    const opened = connection;
    recognize(opened, path);
    if (create) await prepare(opened, path);
    return {
      name: path,
      dialect: sqlite,
      schema: sqliteSchema,
      isStore: async () => recognize(opened, path) === 'store',
      async migrate(steps, clock) {
        migrate(opened, path, steps, clock);
      },
      examine: async () => examine(opened),
      read: (work) => inTransaction(opened, 'BEGIN', () => work(opened), 'ROLLBACK'),
      write: (work) => inTransaction(opened, 'BEGIN IMMEDIATE', () => work(opened), 'COMMIT'),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function inTransaction<T>(
  connection: Connection,
  begin: string,
  work: () => Promise<T>,
  end: string,
): Promise<T> {
  connection.run(begin);
  try {
    const result = await work();
    connection.run(end);
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.run('ROLLBACK');
    throw error;
  }
}

/** The file's pages and indexes, then references across tables. */
function examine(connection: Connection): string[] {
  const integrity = connection.all('PRAGMA integrity_check').map(([text]) => String(text));
  const broken = new Map<string, number>();
  for (const [table, , parent] of connection.all('PRAGMA foreign_key_check')) {
    const reference = `'${table}' to '${parent}'`;
    broken.set(reference, (broken.get(reference) ?? 0) + 1);
  }
  return [
    ...integrity.filter((text) => text !== 'ok'),
    ...[...broken].map(([reference, rows]) => `${rows} rows refer from ${reference} and find nothing`),
  ];
}
