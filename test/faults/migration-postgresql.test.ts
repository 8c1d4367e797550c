// Migrations of a PostgreSQL database with something in it: cut off anywhere, by many at once, under a server that does not know them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/base/index.js';
import { deviceConfigurations } from '../../src/model/index.js';
import { openStore } from '../../src/store/index.js';
import { type Migration, migrations } from '../../src/store/migrations/index.js';
import { openPool, type Pool } from '../../src/store/postgresql/connection.js';
import { migrate } from '../../src/store/postgresql/migrate.js';
import { newDatabase, type OwnPostgresqlServer, startPostgresql } from '../postgresql.js';
import { insert, keepTenant, newTenantId, unit, vpn } from '../store/entities.js';
import { Faults, wireFaultKinds } from './injected-faults.js';
import { withFaults } from './postgresql-ground.js';

/** What later versions might do: they only add, so that the version before can go on. */
const later: readonly Migration[] = [
  {
    number: migrations.length + 1,
    sql: ({ text }) => `ALTER TABLE tenants ADD COLUMN region ${text} NOT NULL DEFAULT 'none';`,
  },
  { number: migrations.length + 2, sql: ({ text }) => `CREATE TABLE regions (name ${text} NOT NULL PRIMARY KEY);` },
];
const all = [...migrations, ...later];

describe('a migration of a PostgreSQL database', () => {
  let server: OwnPostgresqlServer;
  let made: { path: string; tenant: string; profile: string; pool: Pool };
  before(async () => {
    server = await startPostgresql('fsync=off');
    made = await newStore();
  });
  after(async () => {
    await made.pool.close();
    await server.stop();
  });

  /** A store with a tenant and a profile, as this version makes it. */
  async function newStore(): Promise<typeof made> {
    const path = await newDatabase(server.url);
    const store = await openStore({ path, mode: 'development', create: true });
    const tenant = newTenantId();
    const stored = vpn();
    await store.write(unit(tenant, keepTenant(tenant), insert(stored)));
    await store.close();
    return { path, tenant, profile: stored.entity.id, pool: openPool(path) };
  }

  async function countOf(query: string): Promise<number> {
    return Number((await made.pool.get(`SELECT count(*) FROM ${query}`))?.[0]);
  }

  /** As it was before. */
  async function goBack(): Promise<void> {
    await made.pool.run('ALTER TABLE tenants DROP COLUMN IF EXISTS region');
    await made.pool.run('DROP TABLE IF EXISTS regions');
    await made.pool.run('DELETE FROM migrations WHERE number > $1', [migrations.length]);
  }

  for (const [name, kind] of Object.entries(wireFaultKinds)) {
    test(`one call of which ${name} is there whole or not at all, and is made by the next start`, async () => {
      const faults = new Faults();
      for (let number = 1, hit = true; hit; number++) {
        await goBack();
        faults.arm(number, kind);
        await migrate(withFaults(made.pool, faults), 'it', all, systemClock).catch((error: unknown) =>
          assert.match(String(error), /an injected fault/),
        );
        hit = faults.disarm();
        const steps = await countOf('migrations');
        assert.deepEqual(
          [
            await countOf("information_schema.columns WHERE table_name = 'tenants' AND column_name = 'region'"),
            await countOf("information_schema.tables WHERE table_name = 'regions'"),
          ],
          [steps > migrations.length ? 1 : 0, steps > migrations.length + 1 ? 1 : 0],
          `call ${number}: ${faults.trace.at(-1)}`,
        );
        await migrate(made.pool, 'it', all, systemClock);
        assert.equal(await countOf('migrations'), all.length);
        assert.deepEqual(await made.pool.all('SELECT id, region FROM tenants'), [[made.tenant, 'none']]);
      }
    });
  }

  test('is made once by several nodes at once', async () => {
    await goBack();
    const pools = Array.from({ length: 4 }, () => openPool(made.path));
    const steps = await Promise.all(pools.map((pool) => migrate(pool, 'it', all, systemClock)));
    await Promise.all(pools.map((pool) => pool.close()));
    assert.equal(
      steps.reduce((sum, each) => sum + each),
      later.length,
    );
    assert.equal(await countOf('migrations'), all.length);
  });

  test('that only adds leaves a server of the version before at work; its next start is refused', async () => {
    await goBack();
    const { path, pool, tenant, profile } = made;
    const old = await openStore({ path, mode: 'development', create: false });
    assert.equal((await old.find(tenant, deviceConfigurations, profile))?.entity.id, profile);
    await migrate(pool, 'it', all, systemClock);
    assert.equal((await old.find(tenant, deviceConfigurations, profile))?.entity.id, profile);
    const other = newTenantId();
    const added = vpn();
    assert.equal(await old.write(unit(other, keepTenant(other), insert(added))), 'done');
    assert.equal((await old.find(other, deviceConfigurations, added.entity.id))?.entity.id, added.entity.id);
    await old.close();
    await assert.rejects(openStore({ path, create: false }), /was written by a newer version of Offshoot/);
    await pool.run('DELETE FROM migrations WHERE number > 1');
    await pool.run("UPDATE migrations SET checksum = 'another' WHERE number = 1");
    await assert.rejects(openStore({ path, create: false }), /Migration 1 of the store .* is not the one/);
  });
});
