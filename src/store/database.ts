// A database as the administering commands have it: one state of the whole to read, one transaction to write.
import type { Clock } from '../base/index.js';
import { isDatabaseUrl, withoutPassword } from './database-url.js';
import type { Dialect, Schema } from './dialect.js';
import type { Migration } from './migrations/index.js';
import type { Queries, Scalar } from './queries.js';
import type { StoreMode } from './store.js';

/** Runs statements inside one transaction. */
export interface Writing extends Queries {
  /** How many rows the statement changed. */
  run(sql: string, parameters?: readonly Scalar[]): number | Promise<number>;
}

export interface Database {
  /** Where it is, as messages may tell it. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly schema: Schema;
  /** Whether it has a store's tables; they may be empty still. */
  isStore(): Promise<boolean>;
  /** Applies those of the steps that it lacks; refuses other ones. */
  migrate(steps: readonly Migration[], clock: Clock): Promise<void>;
  /** What the database itself finds wrong with its files, in sentences. */
  examine(): Promise<readonly string[]>;
  /** `work` reads one committed state of the whole, whoever writes meanwhile. */
  read<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** All that `work` writes is kept, or nothing of it. */
  write<T>(work: (writing: Writing) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * Opens a database, as it is. With `create` a file that does not exist is made, and no server can have it meanwhile;
 * otherwise a place without a store is refused.
 */
export async function openDatabase(path: string, { create }: { create: boolean }): Promise<Database> {
  const database = isDatabaseUrl(path)
    ? (await import('./postgresql/database.js')).openPostgresqlDatabase(path, withoutPassword(path))
    : await (await import('./sqlite/database.js')).openSqliteDatabase(path, { create });
  try {
    if (!create && !(await database.isStore())) throw noStore(database.name);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** What a store was born for; undefined in the tables of one that nobody has begun to use. */
export async function modeOf(queries: Queries): Promise<StoreMode | undefined> {
  const mode = (await queries.get('SELECT mode FROM store'))?.[0];
  return mode === 'development' || mode === 'production' ? mode : undefined;
}

export function noStore(name: string): Error {
  return new Error(`There is no Offshoot store at '${name}'.`);
}
