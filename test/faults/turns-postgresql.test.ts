// A change that is decided in its turn over PostgreSQL, any one call of which fails; and two that wait for each other.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { systemClock } from '../../src/base/index.js';
import { auditEvents, derivedCredentials } from '../../src/model/index.js';
import { everything, type UnitOutcome } from '../../src/plan/index.js';
import type { Store } from '../../src/store/index.js';
import { openPool, type Pool, stateOf, usualLimits } from '../../src/store/postgresql/connection.js';
import { openPostgresqlStore } from '../../src/store/postgresql/open.js';
import { leastProfiles, leastSettings } from '../http/session.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { changed, insert, keepTenant, newTenantId, settings, unit, update } from '../store/entities.js';
import { type Front, openFront } from './front.js';
import { Faults, wireFaultKinds } from './injected-faults.js';
import { withFaults } from './postgresql-ground.js';

let server: PostgresqlServer;
let database: string;
before(async () => {
  server = await sharedPostgresql();
  database = await newDatabase(server.url);
});
after(() => server.stop());

const open = (connect: (url: string) => Pool, patience: number): Promise<Store> =>
  openPostgresqlStore(
    database,
    'a test',
    { mode: 'development', birthMode: 'development', clock: systemClock, observe: () => {} },
    { connect, patience },
  );

describe('a change that is decided in its turn', () => {
  for (const [fault, kind] of Object.entries(wireFaultKinds)) {
    test(`is made once or not at all where a call ${fault}`, async () => {
      const faults = new Faults();
      const store = await open((url) => withFaults(openPool(url), faults), 40);
      const first = settings();
      for (let number = 1, hit = true; hit; number++) {
        const tenant = newTenantId();
        await store.write(unit(tenant, keepTenant(tenant), insert(first)));
        const find = (): ReturnType<Store['find']> => store.find(tenant, derivedCredentials, first.entity.id);
        const named: string[] = [];
        faults.arm(number, kind);
        // As whoever decides has it: what is answered is what the last decision said.
        const outcome: UnitOutcome | 'failed' = await (store
          .decideInTurn?.(tenant, async (state) => {
            const before = await state.find(tenant, derivedCredentials, first.entity.id).catch(() => undefined);
            if (!before) return undefined;
            const after = changed(before, { displayName: `${before.version} and ${named.length}` });
            named.push(String(after.entity.displayName));
            return unit(tenant, update(after));
          })
          .catch(() => 'failed' as const) ?? 'failed');
        hit = faults.disarm();
        const found = await find();
        const place = `call ${number}, ${faults.trace.at(-1)}`;
        const events = await store.count(tenant, everything(auditEvents));
        assert.equal(events, found?.version, `an event for each version: ${place}`);
        if (outcome === 'done' && named.length > 0) {
          assert.deepEqual([found?.version, found?.entity.displayName], [2, named.at(-1)], place);
        } else assert.ok(found?.version === 1 || (outcome === 'failed' && found?.version === 2), place);
        assert.notEqual(outcome, 'conflict', place);
        // Nothing holds the turn any more.
        const next = await find();
        assert.ok(next);
        assert.equal(await store.write(unit(tenant, update(changed(next, { displayName: 'next' })))), 'done', place);
      }
      await store.close();
    });
  }
});

test('a server that stands still with the turn in hand loses it, and what it decided', async () => {
  const [still, other] = [
    await open((url) => openPool(url, { ...usualLimits, idleTimeout: 100 }), 8000),
    await open(openPool, 8000),
  ];
  const tenant = newTenantId();
  const first = settings();
  await other.write(unit(tenant, keepTenant(tenant), insert(first)));
  let theirs: UnitOutcome | undefined;
  const ours = await still.decideInTurn?.(tenant, async () => {
    theirs = await other.write(unit(tenant, update(changed(first, { displayName: 'theirs' }))));
    return unit(tenant, update(changed(first, { displayName: 'ours' })));
  });
  assert.deepEqual([ours, theirs], ['conflict', 'done']);
  const found = await other.find(tenant, derivedCredentials, first.entity.id);
  assert.equal(found?.entity.displayName, 'theirs');
  assert.equal(await still.count(tenant, everything(auditEvents)), 2);
  await Promise.all([still.close(), other.close()]);
});

test('reads of other tenants do not wait where turns are held, however many', async () => {
  const connections = 2;
  const store = await open((url) => openPool(url, { ...usualLimits, connections }), 8000);
  const tenants = Array.from({ length: connections + 1 }, () => ({ id: newTenantId(), first: settings() }));
  for (const { id, first } of tenants) await store.write(unit(id, keepTenant(id), insert(first)));
  const other = tenants.pop();
  assert.ok(other);
  const holder = new pg.Client(database);
  await holder.connect();
  await holder.query('BEGIN');
  const ids = tenants.map(({ id }) => id);
  await holder.query('SELECT 1 FROM audit_heads WHERE tenant_id = ANY ($1) FOR UPDATE', [ids]);
  let answered = 0;
  const writes = tenants.map(async ({ id, first }) => {
    await store.write(unit(id, update(changed(first, { displayName: 'after' }))));
    answered++;
  });
  await waitingForLocks(connections);
  assert.ok(await store.find(other.id, derivedCredentials, other.first.entity.id));
  assert.equal(await store.trouble(), undefined);
  assert.equal(answered, 0);
  await holder.query('ROLLBACK');
  await holder.end();
  await Promise.all(writes);
  await store.close();
});

describe('a deadlock with another connection', () => {
  let folder: string;
  let front: Front;
  const states: (string | undefined)[] = [];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'offshoot-deadlock-'));
    front = await openFront(await open((url) => telling(openPool(url)), 8000), folder);
  });
  after(async () => {
    await front.close();
    rmSync(folder, { recursive: true });
  });

  /** The pool, of which the states of its faults are kept. */
  function telling(pool: Pool): Pool {
    const told = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        states.push(stateOf(error));
        throw error;
      }
    };
    return {
      ...pool,
      run: (sql, parameters) => told(pool.run(sql, parameters)),
      lend: (work) => told(pool.lend(work)),
    };
  }

  for (const [what, table, change] of [
    ['an update, in one statement', 'derived_credential_settings', { method: 'PATCH', body: { displayName: 'after' } }],
    ['a delete, in a transaction', 'device_configurations', { method: 'DELETE' }],
  ] as const) {
    test(`ends ${what}, which is then made once, and answered as if nothing had been`, async () => {
      const { tenantId, must, send } = await front.openTenant();
      const path = '/deviceManagement/derivedCredentials';
      const { id } = await must('POST', path, leastSettings);
      const profile = { ...leastProfiles.iosVpnConfiguration, authenticationMethod: 'derivedCredential' };
      await must('POST', '/deviceManagement/deviceConfigurations', profile);
      const other = new pg.Client(database);
      await other.connect();
      try {
        // Whoever waits first looks first whether he waits for himself, unless he is more patient.
        await other.query("SET deadlock_timeout = '60s'");
        await other.query('BEGIN');
        await other.query(`SELECT 1 FROM ${table} WHERE tenant_id = $1 FOR UPDATE`, [tenantId]);
        states.length = 0;
        const answered = send(change.method, `${path}/${id}`, 'body' in change ? change.body : undefined);
        await waitingForLocks(1);
        await other.query('SELECT 1 FROM audit_heads WHERE tenant_id = $1 FOR UPDATE', [tenantId]);
        await other.query('ROLLBACK');
        const { status, text } = await answered;
        assert.equal(status, change.method === 'DELETE' ? 204 : 200, text);
        assert.deepEqual(states, ['40P01']);
        const { value } = await must('GET', '/deviceManagement/auditEvents');
        assert.equal(value.length, 4, 'of the tenant, the object, the profile and the change, one event each');
      } finally {
        await other.end();
      }
    });
  }
});

/** Until so many statements of the server wait for locks that others have. */
async function waitingForLocks(count: number): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'offshoot' AND wait_event_type = 'Lock'",
      );
      if (rows.length >= count) return;
      await delay(5);
    }
  } finally {
    await client.end();
  }
}
