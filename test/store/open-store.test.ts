// Opening a store: what is refused, who may read the files, many at once, one server per folder.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/base/index.js';
import { deviceConfigurations } from '../../src/model/index.js';
import { everything } from '../../src/plan/index.js';
import { openConnection } from '../../src/store/connection.js';
import { lockDataFolder, openStore, type Store } from '../../src/store/index.js';
import { migrate } from '../../src/store/migrate.js';
import { migrations } from '../../src/store/migrations/index.js';
import { changeLicense, eq, insert, keepTenant, newTenantId, unit, vpn } from './entities.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;
const newPath = (): string => join(folder, `${++count}`, 'data', 'offshoot.db');
const door = fileURLToPath(new URL('../../src/store/index.js', import.meta.url));

/** A store that was made and closed, then changed by hand. */
async function storeWith(sql: string): Promise<string> {
  const path = newPath();
  await (await openStore({ path, mode: 'development', create: true })).close();
  const connection = openConnection(path);
  connection.execute(sql);
  connection.close();
  return path;
}

/** Runs a module text in a process of its own. */
function run(code: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe('opening a store', () => {
  it('makes the folder and the file for their owner alone', async () => {
    const path = newPath();
    const store = await openStore({ path, mode: 'development', create: true });
    await store.write(unit(newTenantId()));
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
    for (const suffix of ['', '-wal', '-shm']) assert.equal(statSync(path + suffix).mode & 0o777, 0o600);
    await store.close();
  });

  it('finds again what was written', async () => {
    const path = newPath();
    const id = newTenantId();
    const first = await openStore({ path, mode: 'production', create: true });
    await first.write(unit(id, keepTenant(id)));
    await first.close();
    const second = await openStore({ path, create: false });
    assert.equal(second.mode, 'production');
    assert.equal((await second.findTenant(id))?.id, id);
    await second.close();
  });

  it('refuses a store that was made for the other mode, whichever it is', async () => {
    for (const [born, other] of [
      ['development', 'production'],
      ['production', 'development'],
    ] as const) {
      const path = newPath();
      await (await openStore({ path, mode: born, create: true })).close();
      await assert.rejects(openStore({ path, mode: other, create: true }), {
        message: `The store '${path}' was made for ${born} and cannot be used for ${other}.`,
      });
      await (await openStore({ path, mode: born, create: false })).close();
    }
  });

  it('refuses a path without a store, and makes none', async () => {
    const path = newPath();
    await assert.rejects(openStore({ path, create: false }), { message: `There is no Offshoot store at '${path}'.` });
    await assert.rejects(openStore({ path, mode: 'development', create: false }), /There is no Offshoot store/);
    assert.equal(existsSync(path), false);
  });

  it('refuses a file that is something else, and leaves it as it is', async () => {
    const path = join(folder, 'text.db');
    writeFileSync(path, 'not a database\n'.repeat(100));
    const other = join(folder, 'other.db');
    const connection = openConnection(other);
    connection.execute('CREATE TABLE anything (a)');
    connection.close();
    for (const foreign of [path, other]) {
      const before = readFileSync(foreign);
      await assert.rejects(openStore({ path: foreign, mode: 'development', create: true }), {
        message: `The file '${foreign}' is not an Offshoot store.`,
      });
      assert.deepEqual(readFileSync(foreign), before);
    }
  });

  it('refuses a store that a newer version wrote', async () => {
    const path = await storeWith("INSERT INTO migrations VALUES (99, 'x', 'later')");
    await assert.rejects(openStore({ path, create: false }), /newer version of Offshoot/);
  });

  it('refuses a store with a migration that is not ours', async () => {
    const path = await storeWith("UPDATE migrations SET checksum = 'x' WHERE number = 1");
    await assert.rejects(openStore({ path, create: false }), /Migration 1 of the store .* is not the one/);
  });

  it('refuses a folder that cannot be made', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const path = join(file, 'offshoot.db');
    await assert.rejects(
      openStore({ path, mode: 'development', create: true }),
      /^Error: The data folder .* cannot be written/,
    );
    await assert.rejects(lockDataFolder(file), /^Error: The data folder .* cannot be written/);
  });

  it('is safe when several processes make one store at once', async () => {
    const path = newPath();
    const code = `import { openStore } from ${JSON.stringify(door)};
      const store = await openStore({ path: ${JSON.stringify(path)}, mode: 'development', create: true });
      console.log(await store.keepSecret('key', String(process.pid)));
      await store.close();`;
    const secrets = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const child = run(code);
        let text = '';
        child.stdout?.on('data', (chunk) => {
          text += chunk;
        });
        assert.deepEqual((await once(child, 'close'))[0], 0);
        return text;
      }),
    );
    assert.equal(new Set(secrets).size, 1);
  });

  it('waits for another who has the new file in hand', async () => {
    const path = join(folder, 'in-hand.db');
    const other = openConnection(path);
    other.run('BEGIN IMMEDIATE');
    const opening = openStore({ path, mode: 'development', create: true });
    setTimeout(() => other.run('ROLLBACK'), 60);
    await (await opening).close();
    other.close();
  });

  it('shows at once what another process committed', async () => {
    const path = newPath();
    const [a, b]: [Store, Store] = [
      await openStore({ path, mode: 'development', create: true }),
      await openStore({ path, create: false }),
    ];
    const id = newTenantId();
    await Promise.all([a.write(unit(id, keepTenant(id))), b.write(unit(newTenantId()))]);
    await b.write(unit(id, changeLicense(id, 'active', 'expired')));
    assert.equal((await a.findTenant(id))?.license, 'expired');
    await a.close();
    await b.close();
  });

  it('keeps its locks while another store of its process opens and closes the file', async () => {
    const path = newPath();
    const held = await openStore({ path, mode: 'development', create: true });
    const id = newTenantId();
    await held.write(unit(id, keepTenant(id)));
    await (await openStore({ path, create: false })).close();
    const child = run(`import { openStore } from ${JSON.stringify(door)};
      await (await openStore({ path: ${JSON.stringify(path)}, create: false })).close();`);
    await once(child, 'close');
    assert.ok(existsSync(`${path}-wal`), 'the log, which whoever closes the file last removes, is in use');
    await held.write(unit(id, changeLicense(id, 'active', 'expired')));
    const after = await openStore({ path, create: false });
    assert.equal((await after.findTenant(id))?.license, 'expired');
    await after.close();
    await held.close();
  });

  it('serves list order, display names and references from indexes', async () => {
    const path = newPath();
    await (await openStore({ path, mode: 'development', create: true })).close();
    const connection = openConnection(path);
    for (const [condition, index] of [
      ['', 'by_creation (tenant_id=?)'],
      ['AND (display_name = ?2)', 'by_display_name (tenant_id=? AND display_name=?)'],
      [
        'AND derived_credential_settings_id = ?2',
        'by_derived_credential_settings (tenant_id=? AND derived_credential_settings_id=?)',
      ],
    ]) {
      const plan = connection.all(
        `EXPLAIN QUERY PLAN SELECT * FROM device_configurations WHERE tenant_id = ?1 ${condition} ORDER BY created_date_time, id`,
      );
      const steps = plan.map((row) => row.at(-1));
      assert.deepEqual(steps, [`SEARCH device_configurations USING INDEX device_configurations_${index}`]);
    }
    connection.close();
  });

  it('answers and filters by the default of a property that a document lacks', async () => {
    const path = newPath();
    const id = newTenantId();
    const store = await openStore({ path, mode: 'development', create: true });
    const old = vpn();
    await store.write(unit(id, keepTenant(id), insert(old)));
    const connection = openConnection(path);
    connection.run(
      "UPDATE device_configurations SET properties = json_remove(properties, '$.roleScopeTagIds', '$.supportsScopeTags')",
    );
    connection.close();
    assert.deepEqual(await store.find(id, deviceConfigurations, old.entity.id), old);
    const query = { ...everything(deviceConfigurations), filter: eq('supportsScopeTags', false) };
    assert.equal((await store.list(id, query)).rows.length, 1);
    await store.close();
  });
});

describe('a migration', () => {
  const next = migrations.length + 1;

  it('is applied once, after those before it', async () => {
    const path = await storeWith('SELECT 1');
    const connection = openConnection(path);
    const steps = [...migrations, { number: next, sql: () => 'CREATE TABLE second (a TEXT) STRICT;' }];
    migrate(connection, path, steps, systemClock);
    migrate(connection, path, steps, systemClock);
    assert.deepEqual(
      connection.all('SELECT number FROM migrations ORDER BY number'),
      steps.map(({ number }) => [number]),
    );
    connection.close();
  });

  it('that fails leaves nothing of itself', async () => {
    const path = await storeWith('SELECT 1');
    const connection = openConnection(path);
    const steps = [
      ...migrations,
      { number: next, sql: () => 'CREATE TABLE second (a TEXT) STRICT; CREATE TABLE tenants (a TEXT);' },
    ];
    assert.throws(() => migrate(connection, path, steps, systemClock), /already exists/);
    assert.deepEqual(connection.all("SELECT name FROM sqlite_schema WHERE name = 'second'"), []);
    assert.equal(connection.inTransaction, false);
    connection.close();
  });
});

describe('the lock of a data folder', () => {
  it('refuses a second server in the same process until it is released', async () => {
    const data = join(folder, 'locked');
    const lock = await lockDataFolder(data);
    await assert.rejects(lockDataFolder(data), {
      message: `Another Offshoot server is running on the data folder '${data}'.`,
    });
    lock.release();
    (await lockDataFolder(data)).release();
    assert.equal(statSync(data).mode & 0o777, 0o700);
  });

  it('dies with its process, even by kill -9', async () => {
    const data = join(folder, 'killed');
    mkdirSync(data);
    const child = run(`import { lockDataFolder } from ${JSON.stringify(door)};
      await lockDataFolder(${JSON.stringify(data)});
      console.log('locked');
      setInterval(() => {}, 1000);`);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    await assert.rejects(lockDataFolder(data), /Another Offshoot server/);
    child.kill('SIGKILL');
    await once(child, 'close');
    (await lockDataFolder(data)).release();
  });

  it('does not keep administering commands from the store', async () => {
    const path = newPath();
    const lock = await lockDataFolder(join(path, '..'));
    await (await openStore({ path, mode: 'development', create: true })).close();
    lock.release();
  });
});
