// Writes a group of units in one transaction, each with its own success or failure.
import type { UnitOutcome } from '../plan/index.js';
import { type Heads, openHeads } from './audit-heads.js';
import { type Connection, isConflict } from './connection.js';
import type { Scalar } from './queries.js';

/** One statement of a unit. Plain data, so that a unit can be sent to another thread. */
export interface WriteStatement {
  readonly sql: string;
  readonly parameters: readonly Scalar[];
  /** How many rows it has to change, or that any number will do; otherwise the unit is undone and answers `otherwise`. */
  readonly changes: number | 'any';
  readonly otherwise: UnitOutcome;
  /** Of an audit event: the tenant into whose chain it goes. Its place there and its hash are bound as the last values. */
  readonly chain?: string;
  /** Whether it reads or writes whole tables, those that are kept up to date at the end of a group among them. */
  readonly wholeStore?: true;
}

/** What became of a unit; a fault of the storage means that nothing of the unit was changed. */
export type UnitResult = UnitOutcome | { readonly fault: unknown };

/** Applies units in their order and answers, once the commit is on disk, what became of each. */
export type ApplyGroup = (units: Units) => Promise<readonly UnitResult[]>;

type Units = readonly (readonly WriteStatement[])[];

/** Throws where the whole group failed; then nothing of it was changed, and the connection can be used again. */
export function applyGroup(connection: Connection, units: Units): readonly UnitResult[] {
  // Nearly always every unit applies, and a savepoint for each would cost a fifth of the work.
  return applyTogether(connection, units) ?? applyOneByOne(connection, units);
}

/** Undefined, and nothing changed, where not every unit applies. */
function applyTogether(connection: Connection, units: Units): readonly UnitResult[] | undefined {
  begin(connection);
  const heads = openHeads(connection);
  try {
    for (const unit of units) {
      if (findMissed(connection, heads, unit)) {
        rollBack(connection);
        return undefined;
      }
    }
    heads.save();
    connection.run('COMMIT');
    return units.map(() => 'done');
  } catch {
    // Whatever it was, the units one by one will tell whose fault it is.
    rollBack(connection);
    return undefined;
  }
}

function applyOneByOne(connection: Connection, units: Units): readonly UnitResult[] {
  begin(connection);
  const heads = openHeads(connection);
  try {
    const results = units.map((unit) => applyUnit(connection, heads, unit));
    heads.save();
    connection.run('COMMIT');
    return results;
  } catch (error) {
    rollBack(connection);
    throw error;
  }
}

function begin(connection: Connection): void {
  // Left over only if a rollback failed.
  if (connection.inTransaction) connection.run('ROLLBACK');
  connection.run('BEGIN IMMEDIATE');
}

/** Runs the statements up to the first that does not change as many rows as it has to. */
function findMissed(
  connection: Connection,
  heads: Heads,
  statements: readonly WriteStatement[],
): WriteStatement | undefined {
  return statements.find(({ sql, parameters, changes, chain, wholeStore }) => {
    if (wholeStore) heads.save();
    const changed = connection.run(sql, chain === undefined ? parameters : heads.link(chain, parameters));
    return changes !== 'any' && changed !== changes;
  });
}

/** One unit inside the group's transaction. */
function applyUnit(connection: Connection, heads: Heads, statements: readonly WriteStatement[]): UnitResult {
  connection.run('SAVEPOINT unit');
  const before = heads.copy();
  const undo = (): void => {
    connection.run('ROLLBACK TO unit');
    heads.restore(before);
  };
  try {
    const missed = findMissed(connection, heads, statements);
    if (missed) undo();
    connection.run('RELEASE unit');
    return missed ? missed.otherwise : 'done';
  } catch (error) {
    // A full disk or a failed read makes SQLite undo the whole transaction, the units before this one included.
    if (!connection.inTransaction) throw error;
    undo();
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
