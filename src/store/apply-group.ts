// Writes a group of units in one transaction, each with its own success or failure.
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

/** What became of a unit; a fault of the storage means that nothing of the unit was changed. */
export type UnitResult = UnitOutcome | { readonly fault: unknown };

/** Applies units in their order and answers, once the commit is on disk, what became of each. */
export type ApplyGroup = (units: readonly (readonly WriteStatement[])[]) => Promise<readonly UnitResult[]>;

/** Throws where the whole group failed; then nothing of it was changed, and the connection can be used again. */
export function applyGroup(connection: Connection, units: readonly (readonly WriteStatement[])[]): UnitResult[] {
  try {
    // Left over only if a rollback failed.
    if (connection.inTransaction) connection.run('ROLLBACK');
    connection.run('BEGIN IMMEDIATE');
    const results = units.map((unit) => applyUnit(connection, unit));
    connection.run('COMMIT');
    return results;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function applyUnit(connection: Connection, statements: readonly WriteStatement[]): UnitResult {
  connection.run('SAVEPOINT unit');
  try {
    const missed = statements.find(({ sql, parameters, changes }) => connection.run(sql, parameters) !== changes);
    if (missed) connection.run('ROLLBACK TO unit');
    connection.run('RELEASE unit');
    return missed ? missed.otherwise : 'done';
  } catch (error) {
    // A full disk or a failed read makes SQLite undo the whole transaction, the units before this one included.
    if (!connection.inTransaction) throw error;
    connection.run('ROLLBACK TO unit');
    connection.run('RELEASE unit');
    return isConflict(error) ? 'conflict' : { fault: error };
  }
}

function rollBack(connection: Connection): void {
  try {
    if (connection.inTransaction) connection.run('ROLLBACK');
  } catch {
    // The error that led here says more; the next group tries again.
  }
}
