// Taking snapshots of a development store, and going back to them, under requests.
import { type Clock, formatInstant, GraphError, type NewId } from '../base/index.js';
import type { Snapshot, Snapshots } from '../store/index.js';
import type { Service } from './service.js';

export interface SnapshotKeeper {
  /**
   * Keeps the whole state as it is at one moment, under a name of its own unless one is given. Refuses: `snapshotName`,
   * `snapshotExists` unless it is to be replaced, `snapshotInitial`.
   */
  snapshot(name?: string, options?: { readonly replace?: boolean }): Promise<Snapshot>;
  /** The oldest first. */
  snapshots(): Promise<readonly Snapshot[]>;
  /** Refuses: `snapshotNotFound`, `snapshotInitial`. */
  removeSnapshot(name: string): Promise<void>;
  /** Goes back to the snapshot, its audit included. Refuses: `snapshotNotFound`. */
  restore(name: string): Promise<void>;
}

/** The state of a store after its first start. */
export const initialSnapshot = 'initial';

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function createSnapshotKeeper({
  snapshots,
  service,
  clock,
  newId,
  onTaken,
  onRestored,
}: {
  snapshots: Snapshots;
  service: Pick<Service, 'replaceState'>;
  clock: Clock;
  newId: NewId;
  onTaken: (name: string, milliseconds: number) => void;
  onRestored: (name: string, milliseconds: number) => void;
}): SnapshotKeeper {
  return {
    async snapshot(name = newId(), { replace = false } = {}) {
      checkName(name);
      if (name === initialSnapshot && replace) throw new GraphError('snapshotInitial', { target: 'name' });
      const snapshot = { name, takenDateTime: formatInstant(clock.now()) };
      const begun = performance.now();
      if (!(await snapshots.take(snapshot, { replace }))) {
        throw new GraphError('snapshotExists', { target: 'name', values: { name } });
      }
      onTaken(name, performance.now() - begun);
      return snapshot;
    },
    snapshots: () => snapshots.list(),
    async removeSnapshot(name) {
      if (name === initialSnapshot) throw new GraphError('snapshotInitial', { target: 'name' });
      if (!(await snapshots.remove(name))) throw notFound(name);
    },
    async restore(name) {
      const begun = performance.now();
      if (!(await service.replaceState(() => snapshots.restore(name)))) throw notFound(name);
      onRestored(name, performance.now() - begun);
    },
  };
}

function checkName(name: string): void {
  if (!nameForm.test(name)) throw new GraphError('snapshotName', { target: 'name' });
}

function notFound(name: string): GraphError {
  return new GraphError('snapshotNotFound', { target: 'name', values: { name } });
}
