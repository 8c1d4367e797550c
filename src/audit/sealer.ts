// Signs the ends of audit chains as they move: after so many events, and after so much time.
import { type Clock, formatInstant } from '../base/index.js';
import type { Unit } from '../plan/index.js';
import type { AuditEnd, AuditSeals, DecideUnit, UnitWriter } from '../store/index.js';
import type { SealedEnd, SealKey } from './seal.js';

export interface Sealer extends UnitWriter {
  /** Signs what is not signed yet, as far as the storage lets. */
  close(): Promise<void>;
}

/**
 * Lets units pass to `store` and signs the ends of the chains that they lead to: a tenant's after every `every` of its
 * events that were written here, and whichever is unsigned, by whomever it was written, after every `seconds` and at the
 * end. Several processes may do so at once: one seal of an end is kept, and each that was made holds.
 */
export function openSealer({
  store,
  key,
  every,
  seconds,
  clock,
  onSealed,
  onFailure,
}: {
  store: UnitWriter & AuditSeals;
  key: SealKey;
  every: number;
  seconds: number;
  clock: Clock;
  onSealed: (end: SealedEnd, seal: string) => void;
  onFailure: (error: unknown) => void;
}): Sealer {
  /** Events of a tenant since its end was signed here. */
  const written = new Map<string, number>();
  let working: Promise<void> = Promise.resolve();

  const seal = async (end: AuditEnd): Promise<void> => {
    const { tenantId: tenant, position, hash } = end;
    const sealed = { tenant, position, hash, time: formatInstant(clock.now()) };
    const text = key.seal(sealed);
    await store.keepSeal(end, text);
    onSealed(sealed, text);
  };
  const sealAll = async (): Promise<void> => {
    written.clear();
    for (let after = ''; ; ) {
      const ends = await store.listUnsealed(after);
      for (const end of ends) await seal(end);
      const last = ends.at(-1);
      if (!last) return;
      after = last.tenantId;
    }
  };
  const sealTenant = async (tenantId: string): Promise<void> => {
    const end = await store.findUnsealed(tenantId);
    if (end) await seal(end);
  };
  /** One after the other; what fails is done with the next that succeeds. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    working = working.then(work).catch(onFailure);
    return working;
  };
  const timer = setInterval(() => void inTurn(sealAll), seconds * 1000);
  timer.unref();

  const count = (unit: Unit): void => {
    const { tenantId } = unit;
    const events = (written.get(tenantId) ?? 0) + eventsOf(unit);
    if (events >= every) {
      written.delete(tenantId);
      void inTurn(() => sealTenant(tenantId));
    } else {
      written.set(tenantId, events);
    }
  };
  const { decideInTurn } = store;

  return {
    async write(unit) {
      const outcome = await store.write(unit);
      if (outcome === 'done') count(unit);
      return outcome;
    },
    ...(decideInTurn && {
      async decideInTurn(tenantId: string, decide: DecideUnit) {
        let decided: Unit | undefined;
        const outcome = await decideInTurn(tenantId, async (state) => {
          decided = await decide(state);
          return decided;
        });
        if (outcome === 'done' && decided) count(decided);
        return outcome;
      },
    }),
    close() {
      clearInterval(timer);
      return inTurn(sealAll);
    },
  };
}

function eventsOf({ followers = [] }: Unit): number {
  return followers.reduce((sum, follower) => sum + eventsOf(follower), 1);
}
