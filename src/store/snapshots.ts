// The snapshots of a development store, whichever database keeps it.
import { StorageFault } from '../base/index.js';
import type { UnitOutcome } from '../plan/index.js';
import type { WriteStatement } from './apply-group.js';
import type { Queries, Row } from './queries.js';
import type { SnapshotStatements } from './snapshot-statements.js';
import type { Snapshots } from './store.js';

/** `apply` carries all of the statements out, at one moment, or none. */
export function createSnapshots(
  queries: Queries,
  statements: SnapshotStatements,
  apply: (statements: readonly WriteStatement[]) => Promise<UnitOutcome>,
): Snapshots {
  let prepared: Promise<unknown> | undefined;
  const prepare = async (): Promise<void> => {
    prepared ??= apply(statements.prepare);
    try {
      await prepared;
    } catch (error) {
      prepared = undefined;
      throw error;
    }
  };
  const done = async (work: readonly WriteStatement[]): Promise<boolean> => {
    await prepare();
    return (await apply(work)) === 'done';
  };
  const listed = async (): Promise<readonly Row[]> => {
    try {
      const rows = await queries.all(statements.list);
      prepared ??= Promise.resolve();
      return rows;
    } catch (error) {
      // What is no fault of the storage is that there is no such table yet.
      if (error instanceof StorageFault || prepared) throw error;
      await prepare();
      return queries.all(statements.list);
    }
  };
  return {
    take: (snapshot, { replace }) => done(statements.take(snapshot, replace)),
    restore: (name) => done(statements.restore(name)),
    remove: (name) => done(statements.remove(name)),
    async list() {
      const rows = await listed();
      return rows.map(([name, takenDateTime]) => ({ name: String(name), takenDateTime: String(takenDateTime) }));
    },
  };
}
