// Gathers the units of one turn of the event loop, so that they are sent, and mostly written, together.
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

/** Groups are handed to `apply` in their order, without waiting for the one before. */
export function openGroupWriter(apply: ApplyGroup): GroupWriter {
  let gathered: Waiting[] = [];
  /** Settles when what was gathered last, and all before it, has been answered. */
  let written: Promise<void> = Promise.resolve();
  let closed = false;

  const sendAfterTurn = async (before: Promise<void>): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    const group = gathered;
    gathered = [];
    const results = await resultsOf(group);
    for (const [index, unit] of group.entries()) settle(unit, results[index]);
    await before;
  };

  const resultsOf = async (group: readonly Waiting[]): Promise<readonly UnitResult[]> => {
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
        gathered.push({ statements, resolve, reject });
        if (gathered.length === 1) written = sendAfterTurn(written);
      });
    },
    async close() {
      closed = true;
      await written;
    },
  };
}

function settle(unit: Waiting, result: UnitResult | undefined): void {
  if (typeof result === 'string') unit.resolve(result);
  else unit.reject(result?.fault ?? new Error('a unit of work was not answered'));
}
