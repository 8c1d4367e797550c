// Two servers over one database, of which one does its work while the other is in the middle of its own.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { openStore, type Store } from '../../src/store/index.js';
import { type Caller, type Front, openFront } from '../faults/front.js';
import { rowsOf, type Tables } from '../postgresql-rows.js';

export interface TwoNodes {
  readonly store: Store;
  /** A caller of either server, for the same new tenant. */
  openTenant(): Promise<{ tenantId: string; slow: Caller; quick: Caller }>;
  /** Runs `work` just before the slow server's store is called for the tenant for the so-manieth time from now. */
  before(tenantId: string, call: number, work: () => Promise<void>): void;
  /** Tells how many calls there were since, and which it was. */
  disarm(tenantId: string): { calls: number; met: string | undefined };
  rows(tenantId: string): Promise<Tables>;
  close(): Promise<void>;
}

interface Interruption {
  calls: number;
  readonly at: number;
  met: string | undefined;
  readonly work: () => Promise<void>;
}

export async function openTwoNodes(database: string, folder: string): Promise<TwoNodes> {
  const interruptions = new Map<string, Interruption>();
  const meet = async (tenantId: string, name: string): Promise<void> => {
    const interruption = interruptions.get(tenantId);
    if (!interruption || ++interruption.calls !== interruption.at) return;
    interruption.met = name;
    await interruption.work();
  };
  const options = { path: database, mode: 'development', create: true } as const;
  const [first, second] = [await openStore(options), await openStore(options)];
  const slow = await openFront(interrupted(first, meet), join(folder, 'slow'));
  const quick: Front = await openFront(second, join(folder, 'quick'));
  const client = new pg.Pool({ connectionString: database, max: 2 });
  return {
    store: second,
    async openTenant() {
      const tenantId = randomUUID();
      return { tenantId, slow: await slow.callerOf(tenantId), quick: await quick.callerOf(tenantId) };
    },
    before(tenantId, call, work) {
      interruptions.set(tenantId, { calls: 0, at: call, met: undefined, work });
    },
    disarm(tenantId) {
      const { calls = 0, met } = interruptions.get(tenantId) ?? {};
      interruptions.delete(tenantId);
      return { calls, met };
    },
    rows: (tenantId) => rowsOf(client, tenantId),
    async close() {
      await Promise.all([slow.close(), quick.close(), client.end()]);
    },
  };
}

/** The store, with `meet` before each call by which a request is decided or written. */
function interrupted(store: Store, meet: (tenantId: string, name: string) => Promise<void>): Store {
  const met =
    <A extends readonly [string, ...unknown[]], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await meet(args[0], name);
      return call(...args);
    };
  return {
    ...store,
    find: met('find', store.find),
    list: met('list', store.list),
    findRelated: met('findRelated', store.findRelated),
    referrers: met('referrers', store.referrers),
    ...(store.chainEnd && { chainEnd: met('chainEnd', store.chainEnd) }),
    ...(store.decideInTurn && { decideInTurn: met('decideInTurn', store.decideInTurn) }),
    write: async (unit) => {
      await meet(unit.tenantId, 'write');
      return store.write(unit);
    },
  };
}
