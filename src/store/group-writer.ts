// Gathers units that wait at the same moment, so that they share a commit.
import type { UnitOutcome } from '../plan/index.js';
import type { ApplyGroup, UnitResult, WriteStatement } from './apply-group.js';

export interface GroupWriter {
  /**
   * Applies the statements whole or not at all and answers after the commit is on disk. A statement that fails on what
   * other rows hold is a `conflict`. Rejects on a fault of the storage; then nothing was changed.
   */
  write(statements: readonly WriteStatement[]): Promise<UnitOutcome>;
  /** Writes what waits; units that come later are rejected. */
  close(): Promise<void>;
}

interface Waiting {
  readonly statements: readonly WriteStatement[];
  resolve(outcome: UnitOutcome): void;
  reject(error: unknown): void;
}

/** Most units of one transaction: bounds how long the first of them waits. */
const largestGroup = 256;

/** `apply` is asked for one group at a time; meanwhile the next one gathers. */
export function openGroupWriter(apply: ApplyGroup): GroupWriter {
  const waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let closed = false;

  const writeGroups = async (): Promise<void> => {
    // The first that waits starts the group; the others of this turn of the event loop join it.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting.splice(0, largestGroup);
      const results = await applyGroup(group);
      for (const [index, unit] of group.entries()) settle(unit, results[index]);
    }
    writing = undefined;
  };

  const applyGroup = async (group: readonly Waiting[]): Promise<readonly UnitResult[]> => {
    try {
      return await apply(group.map(({ statements }) => statements));
    } catch (fault) {
      return group.map(() => ({ fault }));
    }
  };

  return {
    write(statements) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the store is closed'));
        waiting.push({ statements, resolve, reject });
        writing ??= writeGroups();
      });
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}

function settle(unit: Waiting, result: UnitResult | undefined): void {
  if (typeof result === 'string') unit.resolve(result);
  else unit.reject(result?.fault ?? new Error('a unit of work was not answered'));
}
