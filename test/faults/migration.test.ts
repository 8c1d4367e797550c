// Migrations of a store with something in it: cut off anywhere, by many at once, under a server that does not know them.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/index.js';
import { deviceConfigurations } from '../../src/model/index.js';
import { openConnection } from '../../src/store/connection.js';
import { openStore } from '../../src/store/index.js';
import { migrate } from '../../src/store/migrate.js';
import { type Migration, migrations } from '../../src/store/migrations/index.js';
import type { Row } from '../../src/store/queries.js';
import { insert, keepTenant, newTenantId, unit, vpn } from '../store/entities.js';
import { Faults, faultKinds, withFaults } from './injected-faults.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-migration-'));
after(() => rmSync(folder, { recursive: true }));

/** What later versions might do: they only add, so that the version before can go on. */
const later: readonly Migration[] = [
  { number: migrations.length + 1, sql: () => "ALTER TABLE tenants ADD COLUMN region TEXT NOT NULL DEFAULT 'none';" },
  { number: migrations.length + 2, sql: () => 'CREATE TABLE regions (name TEXT NOT NULL PRIMARY KEY) STRICT;' },
];
const all = [...migrations, ...later];

let count = 0;

/** A store with a tenant and a profile, as this version makes it. */
async function newStore(): Promise<{ path: string; tenant: string; profile: string }> {
  const path = join(folder, `${++count}`, 'offshoot.db');
  const store = await openStore({ path, mode: 'development', create: true });
  const tenant = newTenantId();
  const stored = vpn();
  await store.write(unit(tenant, keepTenant(tenant), insert(stored)));
  await store.close();
  return { path, tenant, profile: stored.entity.id };
}

function look(path: string, sql: string): readonly Row[] {
  const connection = openConnection(path);
  try {
    return connection.all(sql);
  } finally {
    connection.close();
  }
}

const applied = (path: string): number => Number(look(path, 'SELECT max(number) FROM migrations')[0]?.[0]);

describe('a migration', () => {
  for (const [name, kind] of Object.entries(faultKinds)) {
    test(`whose call ${name} is there whole or not at all, and is made by the next start`, async () => {
      const faults = new Faults();
      for (let number = 1, hit = true; hit; number++) {
        const { path, tenant } = await newStore();
        const connection = withFaults(openConnection(path), faults);
        faults.arm(number, kind);
        try {
          migrate(connection, path, all, systemClock);
        } catch (error) {
          assert.match(String(error), /an injected fault/);
        }
        hit = faults.disarm();
        connection.close();
        const steps = applied(path);
        const columns = look(path, "SELECT 1 FROM pragma_table_info('tenants') WHERE name = 'region'").length;
        const tables = look(path, "SELECT 1 FROM sqlite_schema WHERE name = 'regions'").length;
        assert.deepEqual(
          [columns, tables],
          [steps > migrations.length ? 1 : 0, steps > migrations.length + 1 ? 1 : 0],
          `call ${number}: ${faults.trace.at(-1)}`,
        );
        const next = openConnection(path);
        migrate(next, path, all, systemClock);
        next.close();
        assert.equal(applied(path), all.length);
        assert.deepEqual(look(path, 'SELECT id, region FROM tenants'), [[tenant, 'none']]);
      }
    });
  }

  test('is made once by several processes at once', async () => {
    const { path } = await newStore();
    const code = `
      import { openConnection } from ${JSON.stringify(compiled('store/connection.js'))};
      import { migrate } from ${JSON.stringify(compiled('store/migrate.js'))};
      import { migrations } from ${JSON.stringify(compiled('store/migrations/index.js'))};
      const steps = ${JSON.stringify(later.map(({ number, sql }) => [number, String(sql)]))};
      const later = steps.map(([number, sql]) => ({ number, sql: eval(sql) }));
      const connection = openConnection(${JSON.stringify(path)});
      console.log(migrate(connection, 'it', [...migrations, ...later], { now: () => Date.now() }));
      connection.close();`;
    const made = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
        });
        assert.deepEqual((await once(child, 'close'))[0], 0);
        return Number(text);
      }),
    );
    assert.equal(
      made.reduce((sum, each) => sum + each),
      later.length,
    );
    assert.deepEqual(
      look(path, 'SELECT number FROM migrations ORDER BY number'),
      all.map(({ number }) => [number]),
    );
  });

  test('that only adds leaves a server of the version before at work; its next start is refused', async () => {
    const { path, tenant, profile } = await newStore();
    const old = await openStore({ path, mode: 'development', create: false });
    const connection = openConnection(path);
    migrate(connection, path, all, systemClock);
    connection.close();
    assert.equal((await old.find(tenant, deviceConfigurations, profile))?.entity.id, profile);
    const other = newTenantId();
    const added = vpn();
    assert.equal(await old.write(unit(other, keepTenant(other), insert(added))), 'done');
    assert.equal((await old.find(other, deviceConfigurations, added.entity.id))?.entity.id, added.entity.id);
    await old.close();
    await assert.rejects(openStore({ path, create: false }), /was written by a newer version of Offshoot/);
  });
});

function compiled(file: string): string {
  return fileURLToPath(new URL(`../../src/${file}`, import.meta.url));
}
