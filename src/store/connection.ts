// One connection to a SQLite file: prepared statements by their text, values bound safely, rows as arrays.
import Database from 'libsql';
import { StorageFault, type StorageTrouble } from '../base/index.js';
import type { IsLast, Queries, Row, Scalar } from './queries.js';

/** What fails on the storage's side, rather than by what a statement says, is thrown as a StorageFault. */
export interface Connection extends Queries {
  /** The first row, for statements that answer at most one. */
  get(sql: string, parameters?: readonly Scalar[]): Row | undefined;
  all(sql: string, parameters?: readonly Scalar[]): readonly Row[];
  until(sql: string, parameters: readonly Scalar[], isLast: IsLast): readonly Row[];
  /** How many rows the statement changed. */
  run(sql: string, parameters?: readonly Scalar[]): number;
  /** Runs a text of several statements, which are not kept. */
  execute(sql: string): void;
  readonly inTransaction: boolean;
  close(): void;
}

/** How long a statement waits, on the event loop, for another process's lock: an administering command's write. */
const busyTimeout = 1000;
/** Statements kept prepared; the least recently used goes first. */
const statementLimit = 128;

/**
 * Opens the file, which is made if it does not exist. The caller hands in an absolute path, since SQLite takes
 * `:memory:` and `file:` for something else.
 */
export function openConnection(path: string, timeout = busyTimeout): Connection {
  const database = guarded(() => new Database(path, { timeout }));
  const statements = new Map<string, Database.Statement>();

  const prepared = (sql: string): Database.Statement => {
    let statement = statements.get(sql);
    if (statement) {
      statements.delete(sql);
    } else {
      statement = database.prepare(sql);
      if (statement.reader) statement.raw(true);
      const [oldest] = statements.keys();
      if (oldest !== undefined && statements.size >= statementLimit) statements.delete(oldest);
    }
    statements.set(sql, statement);
    return statement;
  };

  return {
    get: (sql, parameters = []) => guarded(() => prepared(sql).get(bindable(parameters)) as Row | undefined),
    all: (sql, parameters = []) => guarded(() => prepared(sql).all(bindable(parameters)) as Row[]),
    until: (sql, parameters, isLast) => guarded(() => rowsUntil(prepared(sql), bindable(parameters), isLast)),
    run: (sql, parameters = []) => guarded(() => prepared(sql).run(bindable(parameters)).changes),
    execute: (sql) => guarded(() => void database.exec(sql)),
    get inTransaction() {
      return database.inTransaction;
    },
    close: () => {
      // The driver keeps the file, and with it a lock, until the statements are collected.
      if (database.inTransaction) database.exec('ROLLBACK');
      statements.clear();
      database.close();
    },
  };
}

/** The driver steps through a hundred rows at a time. */
function rowsUntil(statement: Database.Statement, values: ReturnType<typeof bindable>, isLast: IsLast): Row[] {
  const rows: Row[] = [];
  for (const row of statement.iterate(values) as Iterable<Row>) {
    rows.push(row);
    if (!isLast(row)) continue;
    // A statement that is left in the middle goes on reading its state of the file; the driver resets it behind a `get`.
    statement.get(values);
    break;
  }
  return rows;
}

/** What SQLite sets for each connection anew: references are checked, and a commit is on disk before it answers. */
export function configure(connection: Connection): void {
  connection.run('PRAGMA foreign_keys = ON');
  connection.run('PRAGMA synchronous = FULL');
}

/**
 * The driver aborts the process on a boolean, cuts a text at U+0000 and replaces lone surrogates. Such a text is bound
 * as a blob instead: it equals no text that is stored, and a column of texts refuses it, so nothing is kept changed.
 */
function bindable(parameters: readonly Scalar[]): (string | number | Buffer | null)[] {
  return parameters.map((value) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' && !isKeepable(value)) return Buffer.from(value);
    return value;
  });
}

function isKeepable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/**
 * SQLite's extended result codes for a foreign key, a primary key, a RESTRICT action (which SQLite raises as a
 * trigger) and a unique constraint. A CHECK or NOT NULL that fails is a fault of the program instead.
 */
const conflictCodes: ReadonlySet<number | undefined> = new Set([787, 1555, 1811, 2067]);

/** Whether a statement failed because of what other rows hold. */
export function isConflict(error: unknown): boolean {
  return conflictCodes.has(resultCode(error));
}

/** Whether a statement failed because another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return error instanceof StorageFault && error.trouble === 'locked';
}

const notDatabase = 26;

/** Whether the file is no SQLite database (SQLITE_NOTADB). */
export function isNoDatabase(error: unknown): boolean {
  return error instanceof StorageFault && resultCode(error.cause) === notDatabase;
}

/** SQLite's primary result codes, the low byte of the extended ones, that speak of the storage. */
const troubles: Readonly<Record<number, StorageTrouble>> = {
  3: 'readOnly', // SQLITE_PERM
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  7: 'failing', // SQLITE_NOMEM
  8: 'readOnly', // SQLITE_READONLY
  10: 'failing', // SQLITE_IOERR
  11: 'damaged', // SQLITE_CORRUPT
  13: 'full', // SQLITE_FULL
  14: 'failing', // SQLITE_CANTOPEN
  15: 'locked', // SQLITE_PROTOCOL: the locks of the write-ahead log were contended for too long
  [notDatabase]: 'damaged',
};

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = resultCode(error);
    const trouble = code === undefined ? undefined : troubles[code & 0xff];
    if (trouble === undefined || !(error instanceof Error)) throw error;
    throw new StorageFault(trouble, error.message, { cause: error });
  }
}

/** Of a file that cannot be opened, the driver tells the code at the end of the text alone. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  const [, code] = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(error.message) ?? [];
  return code === undefined ? undefined : Number(code);
}
