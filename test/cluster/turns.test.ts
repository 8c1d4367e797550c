// Three servers that write one object at once: nobody is passed over for long, and other tenants do not wait.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { auditEvents, derivedCredentials } from '../../src/model/index.js';
import { everything, type Unit, type UnitOutcome } from '../../src/plan/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { type Front, openFront } from '../faults/front.js';
import { leastSettings } from '../http/session.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { changed, insert, keepTenant, newTenantId, settings, unit, update } from '../store/entities.js';

const nodeCount = 3;
const clientsOfEach = 4;
const updatesOfEach = 15;

describe('three servers over one database', () => {
  let server: PostgresqlServer;
  let folder: string;
  let fronts: Front[];
  /** What became of each unit that was decided again, in its turn. */
  const again: UnitOutcome[] = [];
  before(async () => {
    server = await sharedPostgresql();
    folder = mkdtempSync(join(tmpdir(), 'offshoot-turns-'));
    const path = await newDatabase(server.url);
    const stores = await Promise.all(
      Array.from({ length: nodeCount }, () => openStore({ path, mode: 'development', create: true })),
    );
    fronts = await Promise.all(stores.map((store, index) => openFront(observed(store), join(folder, `${index}`))));
  });
  after(async () => {
    await Promise.all(fronts.map((front) => front.close()));
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function observed(store: Store): Store {
    const { decideInTurn } = store;
    assert.ok(decideInTurn);
    return {
      ...store,
      async decideInTurn(tenantId, decide) {
        const outcome = await decideInTurn(tenantId, decide);
        again.push(outcome);
        return outcome;
      },
    };
  }

  const front = (index: number): Front => {
    const found = fronts[index % fronts.length];
    assert.ok(found);
    return found;
  };

  test('update one object at once: none is refused, and each is decided twice at the most', async () => {
    const caller = await front(0).openTenant();
    const path = '/deviceManagement/derivedCredentials';
    const { id } = await caller.must('POST', path, leastSettings);
    const statuses: number[] = [];
    await Promise.all(
      Array.from({ length: nodeCount * clientsOfEach }, async (_, client) => {
        const { send } = await front(client).callerOf(caller.tenantId);
        for (let number = 0; number < updatesOfEach; number++) {
          const { status } = await send('PATCH', `${path}/${id}`, { displayName: `${number} by ${client}` });
          statuses.push(status);
        }
      }),
    );
    const all = nodeCount * clientsOfEach * updatesOfEach;
    assert.deepEqual(statuses, Array(all).fill(200));
    assert.ok(again.length > 0, 'they did meet');
    assert.deepEqual(new Set(again), new Set(['done']));
    const { store } = front(1);
    assert.equal((await store.find(caller.tenantId, derivedCredentials, id))?.version, all + 1);
    assert.equal(await store.count(caller.tenantId, everything(auditEvents)), all + 2);
  });

  test('decide on the state that they change: what comes meanwhile waits, other tenants do not', async () => {
    const [one, other] = [newTenantId(), newTenantId()];
    const first = settings();
    const { store } = front(0);
    for (const tenant of [one, other]) await store.write(unit(tenant, keepTenant(tenant), insert(first)));
    const events: string[] = [];
    let theirs: Promise<UnitOutcome> | undefined;
    const outcome = await store.decideInTurn?.(one, async (state): Promise<Unit> => {
      const before = await state.find(one, derivedCredentials, first.entity.id);
      assert.deepEqual(before, first);
      const next = update(changed(first, { displayName: 'theirs' }));
      theirs = front(1).store.write(unit(one, next));
      theirs.then((came) => events.push(`theirs ${came}`));
      for (const { store: each } of fronts) {
        const now = await each.find(other, derivedCredentials, first.entity.id);
        assert.ok(now);
        assert.equal(await each.write(unit(other, update(changed(now, { displayName: 'another' })))), 'done');
      }
      events.push('decided');
      return unit(one, update(changed(first, { displayName: 'ours' })));
    });
    events.push(`ours ${outcome}`);
    await theirs;
    assert.equal(events[0], 'decided');
    assert.deepEqual(events.toSorted(), ['decided', 'ours done', 'theirs conflict']);
    const found = await store.find(one, derivedCredentials, first.entity.id);
    assert.equal(found?.entity.displayName, 'ours');
  });

  test('need not write what they decided', async () => {
    const tenant = newTenantId();
    const { store } = front(2);
    await store.write(unit(tenant, keepTenant(tenant)));
    assert.equal(await store.decideInTurn?.(tenant, async () => undefined), 'done');
    assert.equal(await store.count(tenant, everything(auditEvents)), 1);
  });
});
