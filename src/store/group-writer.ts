// Writes units that wait at the same moment in one transaction, each with its own success or failure.
import type { UnitOutcome } from '../plan/index.js';
import { type Connection, isConflict, type Scalar } from './connection.js';

/** One statement of a unit. Plain data, so that a unit can be sent to another thread. */
export interface WriteStatement {
  readonly sql: string;
  readonly parameters: readonly Scalar[];
  /** How many rows it has to change; otherwise the unit is undone and answers `otherwise`. */
  readonly changes: number;
  readonly otherwise: UnitOutcome;
}

export interface GroupWriter {
  /**
   * Applies the statements whole or not at all and answers after the commit is on disk. A statement that fails on what
   * other rows hold is a `conflict`. Rejects on a fault of the storage; then nothing was changed.
   */
  write(statements: readonly WriteStatement[]): Promise<UnitOutcome>;
  /** Writes what waits; units that come later are rejected. */
  close(): void;
}

interface Waiting {
  readonly statements: readonly WriteStatement[];
  resolve(outcome: UnitOutcome): void;
  reject(error: unknown): void;
}

/** Most units of one transaction: bounds how long the first of them waits, and the event loop with it. */
const largestGroup = 256;

export function openGroupWriter(connection: Connection): GroupWriter {
  const waiting: Waiting[] = [];
  let closed = false;

  const writeGroup = (): void => {
    const group = waiting.splice(0, largestGroup);
    if (waiting.length > 0) setImmediate(writeGroup);
    if (group.length > 0) applyGroup(connection, group);
  };

  return {
    write(statements) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the store is closed'));
        // The first that waits starts the group; the others of this turn of the event loop join it.
        if (waiting.length === 0) setImmediate(writeGroup);
        waiting.push({ statements, resolve, reject });
      });
    },
    close() {
      closed = true;
      while (waiting.length > 0) writeGroup();
    },
  };
}

function applyGroup(connection: Connection, group: readonly Waiting[]): void {
  try {
    // Left over only if a rollback failed.
    if (connection.inTransaction) connection.run('ROLLBACK');
    connection.run('BEGIN IMMEDIATE');
    const settlements = group.map((unit) => applyUnit(connection, unit));
    connection.run('COMMIT');
    for (const settle of settlements) settle();
  } catch (error) {
    rollBack(connection);
    for (const unit of group) unit.reject(error);
  }
}

/** Applies one unit inside the group's transaction; answers how to settle it once the transaction is committed. */
function applyUnit(connection: Connection, { statements, resolve, reject }: Waiting): () => void {
  connection.run('SAVEPOINT unit');
  try {
    const missed = statements.find(({ sql, parameters, changes }) => connection.run(sql, parameters) !== changes);
    if (missed) connection.run('ROLLBACK TO unit');
    connection.run('RELEASE unit');
    return () => resolve(missed ? missed.otherwise : 'done');
  } catch (error) {
    // A full disk or a failed read makes SQLite undo the whole transaction, the units before this one included.
    if (!connection.inTransaction) throw error;
    connection.run('ROLLBACK TO unit');
    connection.run('RELEASE unit');
    return () => (isConflict(error) ? resolve('conflict') : reject(error));
  }
}

function rollBack(connection: Connection): void {
  try {
    if (connection.inTransaction) connection.run('ROLLBACK');
  } catch {
    // The error that led here says more; the next group tries again.
  }
}
