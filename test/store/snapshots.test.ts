// Snapshots of a development store, over SQLite and PostgreSQL: everything that it keeps, at one moment, and back.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealKeyOf, verifyAudit } from '../../src/audit/index.js';
import {
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  iosEnterpriseWiFiConfiguration,
  iosTrustedRootCertificate,
} from '../../src/model/index.js';
import { everything } from '../../src/plan/index.js';
import { openDatabase } from '../../src/store/database.js';
import { openStore, readAuditRows, type Snapshots, type Store } from '../../src/store/index.js';
import { keptTables, passingTables } from '../../src/store/kept-tables.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import {
  changed,
  changeLicense,
  insert,
  keepTenant,
  newTenantId,
  noon,
  profile,
  settings,
  unit,
  update,
  vpn,
} from './entities.js';

const sealKey = sealKeyOf(
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
);
const folder = mkdtempSync(join(tmpdir(), 'offshoot-snapshots-'));
let server: PostgresqlServer;
let count = 0;
before(async () => {
  server = await sharedPostgresql();
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const places = {
  SQLite: async () => join(folder, `${++count}.db`),
  PostgreSQL: () => newDatabase(server.url),
};

/** Names of the tables that the store's own database has. */
async function tablesOf(path: string): Promise<string[]> {
  const query = path.startsWith('postgres')
    ? "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    : "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  const database = await openDatabase(path, { create: false });
  try {
    return (await database.read(async (queries) => queries.all(query))).map(([name]) => String(name));
  } finally {
    await database.close();
  }
}

/** Every row of the tables. */
async function rowsOf(path: string, tables: readonly string[]): Promise<Record<string, unknown>> {
  const database = await openDatabase(path, { create: false });
  try {
    return await database.read(async (queries) => {
      const rows: Record<string, unknown> = {};
      for (const table of tables) {
        const found = await queries.all(`SELECT * FROM ${table}`);
        rows[table] = found.map((row) => JSON.stringify(row)).sort();
      }
      return rows;
    });
  } finally {
    await database.close();
  }
}

/** Whether each chain of the store is whole. */
async function brokenChains(path: string): Promise<string[]> {
  const broken: string[] = [];
  await readAuditRows(path, async (trail) => {
    for await (const verdict of verifyAudit(trail, { keys: undefined, anchors: new Map() })) {
      if (verdict.broken) broken.push(verdict.broken.text);
    }
  });
  return broken;
}

function snapshotsOf({ snapshots }: Store): Snapshots {
  assert.ok(snapshots);
  return snapshots;
}

const take = (store: Store, name: string, replace = false) =>
  snapshotsOf(store).take({ name, takenDateTime: noon }, { replace });

for (const [name, newPlace] of Object.entries(places)) {
  describe(`snapshots of a ${name} store`, () => {
    let path: string;
    let store: Store;
    before(async () => {
      path = await newPlace();
      store = await openStore({ path, mode: 'development', create: true });
    });
    after(() => store.close());

    it('hold every table that the store has, but for what the server itself is', async () => {
      await take(store, 'tables');
      const tables = await tablesOf(path);
      const own = tables.filter((table) => !/^snapshots?_\d+/.test(table) && table !== 'migrations');
      const twins = tables.flatMap((table) => /^snapshot_\d+_(.+)$/.exec(table)?.[1] ?? []);
      assert.deepEqual(own.toSorted(), [...twins, ...passingTables, 'secrets', 'store'].toSorted());
    });

    it('bring back every row of every table, references among profiles and audit chains included', async () => {
      const tenant = newTenantId();
      const own = settings();
      const root = profile(iosTrustedRootCertificate, { displayName: 'Root', certFileName: 'a' });
      const made = profile(iosEnterpriseWiFiConfiguration, { displayName: 'Wi-Fi', networkName: 'a', ssid: '🔑' });
      const wiFi = {
        ...made,
        links: {
          ...made.links,
          identityCertificateForClientAuthentication: null,
          rootCertificatesForServerValidation: [root.entity.id],
          derivedCredentialSettings: own.entity.id,
        },
      };
      await store.write(unit(tenant, keepTenant(tenant), insert(own)));
      await store.write(unit(tenant, insert(root), insert(wiFi)));
      await store.keepSecret('a', 'before');
      const end = await store.findUnsealed(tenant);
      assert.ok(end);
      const { position, hash } = end;
      await store.keepSeal(end, sealKey.seal({ tenant, position, hash, time: noon }));
      const tables = keptTables.filter(({ ofServer }) => !ofServer).map((table) => table.name);
      const first = await rowsOf(path, tables);
      assert.equal(await take(store, 'first'), true);

      const other = newTenantId();
      await store.write(unit(other, keepTenant(other), insert(vpn())));
      await store.write(
        unit(tenant, update(changed(own, { displayName: 'after' })), changeLicense(tenant, 'active', 'expired')),
      );
      await store.keepSecret('b', 'after');
      const second = await rowsOf(path, tables);
      assert.notDeepEqual(second, first);
      assert.equal(await take(store, 'second'), true);

      assert.equal(await snapshotsOf(store).restore('first'), true);
      assert.deepEqual(await rowsOf(path, tables), first);
      assert.deepEqual(await store.find(tenant, derivedCredentials, own.entity.id), own);
      assert.equal(await store.findTenant(other), undefined);
      assert.equal(await store.findSecret('b'), 'after', 'the keys of the server are no part of it');
      assert.equal(await store.write(unit(tenant, update(changed(own, { displayName: 'anew' })))), 'done');

      assert.equal(await snapshotsOf(store).restore('second'), true);
      assert.deepEqual(await rowsOf(path, tables), second);
      assert.equal((await store.findTenant(tenant))?.license, 'expired');
      assert.deepEqual(await brokenChains(path), []);
    });

    it('have names, of which each is taken once unless it is to be replaced', async () => {
      const snapshots = snapshotsOf(store);
      assert.equal(await take(store, 'named'), true);
      assert.equal(await take(store, 'named'), false);
      const tenant = newTenantId();
      await store.write(unit(tenant, keepTenant(tenant)));
      assert.equal(await take(store, 'named', true), true);
      await snapshots.restore('named');
      assert.ok(await store.findTenant(tenant));
      assert.ok((await snapshots.list()).some(({ name: each }) => each === 'named'));
      assert.equal(await snapshots.remove('named'), true);
      assert.equal(await snapshots.remove('named'), false);
      assert.equal(await snapshots.restore('named'), false);
      assert.ok((await snapshots.list()).every(({ name: each }) => each !== 'named'));
    });

    it('are of one moment, and bring it back as one, while the store is written', async () => {
      const tenant = newTenantId();
      let latest = settings();
      await store.write(unit(tenant, keepTenant(tenant), insert(latest)));
      let writing = true;
      const work = async (): Promise<void> => {
        while (writing) {
          const stored = await store.find(tenant, derivedCredentials, latest.entity.id);
          assert.ok(stored, 'no reader sees a store without its rows');
          latest = changed(stored, { displayName: `${stored.version + 1}` });
          await store.write(unit(tenant, update(latest)));
        }
      };
      const working = work();
      for (let round = 0; round < 10; round++) {
        assert.equal(await take(store, 'moving', true), true);
        assert.equal(await snapshotsOf(store).restore('moving'), true);
      }
      writing = false;
      await working;
      await snapshotsOf(store).restore('moving');
      const stored = await store.find(tenant, derivedCredentials, latest.entity.id);
      const events = await store.count(tenant, everything(auditEvents));
      assert.equal(events, stored?.version, 'one event for each version');
      assert.deepEqual(await brokenChains(path), []);
    });

    it('lose no unit that shares a commit with one, and put its event into the chain that is there then', async () => {
      const tenant = newTenantId();
      await store.write(unit(tenant, keepTenant(tenant)));
      await take(store, 'shared');
      // All in one turn of the event loop, in this order: each is on its way a few microtasks after the call.
      const calls = [
        () => store.write(unit(tenant, insert(vpn({ displayName: 'before' })))),
        () => snapshotsOf(store).restore('shared'),
        () => store.write(unit(tenant, insert(vpn({ displayName: 'after' })))),
        () => take(store, 'shared', true),
      ];
      const outcomes: Promise<unknown>[] = [];
      for (const call of calls) {
        outcomes.push(call());
        for (let ticks = 0; ticks < 20; ticks++) await undefined;
      }
      assert.deepEqual(await Promise.all(outcomes), ['done', true, 'done', true]);
      await snapshotsOf(store).restore('shared');
      assert.deepEqual(await brokenChains(path), []);
      const { rows } = await store.list(tenant, everything(deviceConfigurations));
      // Where they are on their way on connections of their own, any of them may be the last.
      if (name === 'SQLite') {
        assert.deepEqual(
          rows.map(({ stored }) => stored.entity.displayName),
          ['after'],
        );
      }
      assert.equal(await store.count(tenant, everything(auditEvents)), 1 + rows.length);
    });

    it('keep no seal of an end that was read before and is gone', async () => {
      const tenant = newTenantId();
      await store.write(unit(tenant, keepTenant(tenant)));
      await take(store, 'unsealed');
      await store.write(unit(tenant, insert(vpn())));
      const end = await store.findUnsealed(tenant);
      assert.ok(end);
      await snapshotsOf(store).restore('unsealed');
      await store.write(unit(tenant, insert(vpn())));
      await store.keepSeal(end, 'a seal of another chain');
      assert.ok(await store.findUnsealed(tenant), 'the end that is there now has no seal yet');
    });

    it('outlive the process, and are no part of a store for production', async () => {
      const own = await newPlace();
      const first = await openStore({ path: own, mode: 'development', create: true });
      await take(first, 'kept');
      await first.close();
      const second = await openStore({ path: own, create: false });
      assert.deepEqual(await snapshotsOf(second).list(), [{ name: 'kept', takenDateTime: noon }]);
      await second.close();
      const production = await openStore({ path: await newPlace(), mode: 'production', create: true });
      assert.equal(production.snapshots, undefined);
      await production.close();
    });
  });
}
