// Brings a SQLite file to the program's schema, one step per transaction, whoever else opens it at the same moment.
import { type Clock, formatInstant } from '../base/index.js';
import { type Connection, isNoDatabase } from './connection.js';
import { checksumOf, type Migration } from './migrations/index.js';
import { sqliteSchema } from './sqlite/dialect.js';

/** `OFSH`: what SQLite's file header and file(1) call an application's own number. */
const applicationId = 0x4f465348;

/** Whether the file is a store or has nothing in it yet; a file that is something else is refused. */
export function recognize(connection: Connection, path: string): 'store' | 'empty' {
  const foreign = (): Error => new Error(`The file '${path}' is not an Offshoot store.`);
  try {
    // In this order, since another process may make the store between the two: number and tables come in one commit.
    const tables = connection.get('SELECT count(*) FROM sqlite_schema')?.[0];
    const number = connection.get('PRAGMA application_id')?.[0];
    if (number === applicationId) return 'store';
    if (number !== 0 || tables !== 0) throw foreign();
    return 'empty';
  } catch (error) {
    throw isNoDatabase(error) ? foreign() : error;
  }
}

/**
 * Applies the steps that the file lacks, each with its number and checksum in one transaction. Refuses a file with
 * steps that the program does not know and a step whose text was changed since. Answers how many it applied.
 */
export function migrate(connection: Connection, path: string, migrations: readonly Migration[], clock: Clock): number {
  let made = 0;
  // Looked at first without a write lock: most of the times there is nothing to do.
  for (let applied = countApplied(connection, path, migrations); applied < migrations.length; ) {
    connection.run('BEGIN IMMEDIATE');
    try {
      applied = countApplied(connection, path, migrations);
      const next = migrations[applied];
      if (next) {
        apply(connection, next, clock);
        applied++;
        made++;
      }
      connection.run('COMMIT');
    } catch (error) {
      if (connection.inTransaction) connection.run('ROLLBACK');
      throw error;
    }
  }
  return made;
}

function countApplied(connection: Connection, path: string, migrations: readonly Migration[]): number {
  if (recognize(connection, path) === 'empty') return 0;
  const rows = connection.all('SELECT number, checksum FROM migrations ORDER BY number');
  rows.forEach(([number, checksum], index) => {
    const migration = migrations[index];
    if (!migration) {
      throw new Error(
        `The store '${path}' was written by a newer version of Offshoot: it has migration ${number}, and this version knows ${migrations.length}.`,
      );
    }
    if (number !== migration.number || checksum !== checksumOf(migration, sqliteSchema)) {
      throw new Error(`Migration ${migration.number} of the store '${path}' is not the one that this version knows.`);
    }
  });
  return rows.length;
}

function apply(connection: Connection, migration: Migration, clock: Clock): void {
  if (migration.number === 1) {
    connection.execute(`
      PRAGMA application_id = ${applicationId};
      CREATE TABLE migrations (
        number INTEGER NOT NULL PRIMARY KEY,
        checksum TEXT NOT NULL,
        applied_date_time TEXT NOT NULL
      ) STRICT;`);
  }
  connection.execute(migration.sql(sqliteSchema));
  connection.run('INSERT INTO migrations (number, checksum, applied_date_time) VALUES (?1, ?2, ?3)', [
    migration.number,
    checksumOf(migration, sqliteSchema),
    formatInstant(clock.now()),
  ]);
}
