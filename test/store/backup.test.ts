// Backups: everything a store keeps, exactly, from either database into either; what is no whole backup is refused.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { systemClock } from '../../src/base/index.js';
import {
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  iosEnterpriseWiFiConfiguration,
  iosTrustedRootCertificate,
} from '../../src/model/index.js';
import { everything, type Stored } from '../../src/plan/index.js';
import { openConnection } from '../../src/store/connection.js';
import { openDatabase } from '../../src/store/database.js';
import { openStore, restoreBackup, type Store, writeBackup } from '../../src/store/index.js';
import { keptTables, passingTables } from '../../src/store/kept-tables.js';
import { newDatabase, type PostgresqlServer, startPostgresql } from '../postgresql.js';
import { type Line, pack, unpack } from './backup-file.js';
import { application, user } from './directory.js';
import { changed, insert, keepTenant, newTenantId, profile, settings, unit, update, vpn } from './entities.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-backup-'));
let server: PostgresqlServer;
before(async () => {
  server = await startPostgresql();
});
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const time = { clock: systemClock };
let count = 0;
const newFile = (): string => join(folder, `${++count}.backup`);
const newPath = (): string => join(folder, `${++count}`, 'offshoot.db');

const strange = 'a\tb\n"c" \u2028 \u{1f511} é e\u0301 \\ %';
const root = profile(iosTrustedRootCertificate, { displayName: 'Root', certFileName: 'root.cer' });
const wiFi = {
  ...profile(iosEnterpriseWiFiConfiguration, { displayName: strange, networkName: strange, ssid: '\u{1f511}' }),
  links: {
    identityCertificateForClientAuthentication: null,
    derivedCredentialSettings: null,
    rootCertificatesForServerValidation: [root.entity.id],
  },
};

/** A store with rows in every table, among them a profile that comes before the one to which it refers. */
async function fill(path: string): Promise<{ tenant: string; first: Stored; second: Stored }> {
  const store = await openStore({ path, mode: 'production', create: true });
  const tenant = newTenantId();
  const first = settings({ displayName: strange, helpUrl: null });
  const second = changed(first, { displayName: 'second' });
  await store.write(unit(tenant, keepTenant(tenant), insert(first)));
  await store.write(unit(tenant, insert(root), insert(wiFi)));
  await store.write(
    unit(tenant, insert({ ...vpn(), links: { ...vpn().links, derivedCredentialSettings: first.entity.id } })),
  );
  await store.write(unit(tenant, update(second)));
  const made = { before: undefined, after: application({ displayName: strange }) };
  await store.write(unit(tenant, { kind: 'application', ...made }));
  await store.write(unit(tenant, { kind: 'user', before: undefined, after: user({ displayName: strange }) }));
  await store.write(unit(tenant, { kind: 'limits', before: undefined, after: { limits: [{ most: 7 }], version: 1 } }));
  await store.keepSecret('a', strange);
  await store.close();
  return { tenant, first, second };
}

/** What the API tells of a tenant. */
async function told(path: string, tenant: string): Promise<unknown> {
  const store = await openStore({ path, create: false });
  try {
    const list = async (set: typeof deviceConfigurations) => (await store.list(tenant, everything(set))).rows;
    return {
      tenants: await store.listTenants(),
      secret: await store.findSecret('a'),
      applications: await store.listApplications(tenant),
      users: await store.listUsers(tenant),
      limits: await store.findLimits(),
      settings: await list(derivedCredentials),
      profiles: await list(deviceConfigurations),
      events: await list(auditEvents),
      referrers: await store.referrers(tenant, deviceConfigurations, root.entity.id),
    };
  } finally {
    await store.close();
  }
}

const rowsIn = (lines: readonly Line[]): Line[] => lines.filter(({ table }) => table);

describe('a backup', () => {
  it('has every column of every table of the store, whichever database keeps it', async () => {
    for (const path of [newPath(), await newDatabase(server.url)]) {
      await fill(path);
      const database = await openDatabase(path, { create: false });
      const query = path.startsWith('postgres')
        ? "SELECT table_name, column_name FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        : "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table'";
      const columns = await database.read(async (queries) => queries.all(query));
      await database.close();
      const kept = keptTables.flatMap(({ name, columns: of }) => Object.keys(of).map((column) => `${name}.${column}`));
      const found = columns
        .map(([table, column]) => `${table}.${column}`)
        .filter((name) => !['migrations', ...passingTables].some((table) => name.startsWith(`${table}.`)));
      assert.deepEqual(kept.toSorted(), found.toSorted());
    }
  });

  it('moves a store from SQLite to PostgreSQL and back with everything in it', async () => {
    const [first, second, third] = [newPath(), await newDatabase(server.url), newPath()];
    const { tenant } = await fill(first);
    const connection = openConnection(first);
    connection.execute('UPDATE tenants SET version = 9007199254740993');
    connection.close();
    const files = [newFile(), newFile(), newFile()] as const;
    const summary = await writeBackup(first, files[0], time);
    assert.deepEqual(await restoreBackup(files[0], second, time), summary);
    await writeBackup(second, files[1], time);
    await restoreBackup(files[1], third, time);
    await writeBackup(third, files[2], time);
    const rows = files.map((file) => rowsIn(unpack(file)));
    assert.equal(rows[0]?.find(({ table }) => table === 'tenants').row.version, '9007199254740993');
    assert.deepEqual(rows[1], rows[0]);
    assert.deepEqual(rows[2], rows[0]);
    const before = await told(first, tenant);
    for (const path of [second, third]) assert.deepEqual(await told(path, tenant), before);
  });

  it('is of one moment while the store is written', async () => {
    for (const path of [newPath(), await newDatabase(server.url)]) {
      const { tenant, second } = await fill(path);
      const store = await openStore({ path, create: false });
      let writing = true;
      const written = writeOn(store, tenant, second, () => writing);
      const file = newFile();
      await writeBackup(path, file, time);
      writing = false;
      await written;
      await store.close();
      const rows = rowsIn(unpack(file));
      const versions = rows.filter(({ table }) => table === 'derived_credential_settings');
      const events = rows.filter(({ table }) => table === 'audit_events');
      const [head] = rows.filter(({ table }) => table === 'audit_heads');
      assert.equal(events.length, Number(versions[0].row.version) + 5);
      assert.deepEqual([head.row.position, head.row.hash], [events.at(-1).row.position, events.at(-1).row.hash]);
    }
  });

  it('is readable by its owner alone, and has its name only when it is whole', async () => {
    const path = newPath();
    await fill(path);
    const own = mkdtempSync(join(folder, 'own-'));
    const file = join(own, 'store.backup');
    await writeBackup(path, file, time);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await assert.rejects(writeBackup(path, file, time), /exists already/);
    const connection = openConnection(path);
    connection.execute("UPDATE device_configurations SET properties = '{' WHERE type = 'iosVpnConfiguration'");
    connection.close();
    await assert.rejects(
      writeBackup(path, join(own, 'other'), time),
      /of 'device_configurations' has a document that is not JSON/,
    );
    assert.deepEqual(readdirSync(own), ['store.backup']);
  });
});

async function writeOn(store: Store, tenant: string, from: Stored, go: () => boolean): Promise<void> {
  let latest = from;
  do {
    latest = changed(latest, { displayName: `${latest.version}` });
    assert.equal(await store.write(unit(tenant, update(latest))), 'done');
  } while (go());
}

describe('restoring', () => {
  let file: string;
  before(async () => {
    const path = newPath();
    await fill(path);
    file = newFile();
    await writeBackup(path, file, time);
  });

  async function refuses(name: string, expected: RegExp): Promise<void> {
    const path = newPath();
    await assert.rejects(restoreBackup(name, path, time), expected);
    assert.throws(() => statSync(path), 'nothing was made');
  }
  /** A file whose lines are those of the backup, changed, behind a digest that fits. */
  function forged(change: (lines: Line[]) => Line[]): string {
    const name = newFile();
    pack(name, change(unpack(file)));
    return name;
  }
  function fileOf(content: Buffer): string {
    const name = newFile();
    writeFileSync(name, content);
    return name;
  }

  it('refuses a file that is something else', async () => {
    for (const content of ['', 'text', gzipSync(''), gzipSync('text\n'), gzipSync('{"backup":"other"}\n')]) {
      await refuses(fileOf(Buffer.from(content)), /is no backup of Offshoot/);
    }
    await assert.rejects(restoreBackup(newFile(), newPath(), time), /there is no such file/);
  });

  it('refuses a file that was cut, wherever', async () => {
    const bytes = readFileSync(file);
    for (const length of [bytes.length - 1, bytes.length - 9, bytes.length >> 1, 40]) {
      await refuses(fileOf(bytes.subarray(0, length)), /is (damaged|no backup)/);
    }
    const lines = gunzipSync(bytes).toString().split('\n');
    await refuses(fileOf(gzipSync(`${lines.slice(0, -2).join('\n')}\n`)), /damaged: its end is missing/);
    await refuses(fileOf(gzipSync(lines.slice(0, -2).join('\n'))), /damaged: its end is missing/);
  });

  it('refuses a file in which anything was changed', async () => {
    const text = gunzipSync(readFileSync(file)).toString();
    const changes = [
      text.replace('"development"', '"production"').replace('"active"', '"absent"'),
      text.replace(/\{"table":"secrets"[^\n]*\n/, ''),
      text.replace(/(\{"table":"secrets"[^\n]*\n)/, '$1$1'),
      `${text}{"table":"secrets","row":{"name":"b","text":"b"}}\n`,
    ];
    for (const changedText of changes) await refuses(fileOf(gzipSync(changedText)), /is damaged/);
    const bytes = readFileSync(file);
    for (const place of [20, bytes.length >> 1, bytes.length - 6]) {
      const flipped = Buffer.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ 0x10;
      await refuses(fileOf(flipped), /is (damaged|no backup)/);
    }
  });

  it('refuses rows of tables and columns that it does not know', async () => {
    const changes: ((row: Line) => Line)[] = [
      (row) => ({ ...row, table: 'migrations' }),
      (row) => ({ ...row, row: { ...row.row, other: 'a' } }),
      (row) => ({ ...row, row: { ...row.row, id: 1 } }),
      ({ table, row: { version, ...rest } }) => ({ table, row: rest }),
      (row) => ({ ...row, row: { ...row.row, version: 'one' } }),
    ];
    for (const change of changes) {
      const name = forged((lines) => lines.map((line) => (line.table === 'tenants' ? change(line) : line)));
      await refuses(name, /damaged: at line \d+/);
    }
  });

  it('refuses a file without what its store is for, or of two minds about it', async () => {
    const isStore = ({ table }: Line): boolean => table === 'store';
    await refuses(
      forged((lines) => lines.filter((line) => !isStore(line))),
      /damaged: it does not say what its store is for/,
    );
    const other = ({ table, row }: Line): Line => ({
      table,
      row: { ...row, mode: row.mode === 'production' ? 'development' : 'production' },
    });
    await refuses(
      forged((lines) => lines.map((line) => (isStore(line) ? other(line) : line))),
      /damaged: at line 2/,
    );
  });

  it('refuses a newer format and a newer schema', async () => {
    await refuses(
      forged(([head, ...lines]) => [{ ...head, format: 2, mode: 'another' }, ...lines]),
      /newer version of Offshoot: its format is 2/,
    );
    await refuses(
      forged(([head, ...lines]) => [{ ...head, migrations: 99 }, ...lines]),
      /newer version of Offshoot: its store has migration 99/,
    );
  });

  it('leaves no half of a store, and can be done again', async () => {
    const twice = forged((lines) => {
      const events = lines.filter(({ table }) => table === 'audit_heads');
      return [...lines, ...events];
    });
    for (const path of [newPath(), await newDatabase(server.url)]) {
      await assert.rejects(restoreBackup(twice, path, time));
      await assert.rejects(openStore({ path, create: false }), /There is no Offshoot store/);
      await restoreBackup(file, path, time);
      const again = newFile();
      await writeBackup(path, again, time);
      assert.deepEqual(rowsIn(unpack(again)), rowsIn(unpack(file)));
    }
  });

  it('refuses a place that has a store', async () => {
    for (const path of [newPath(), await newDatabase(server.url)]) {
      await (await openStore({ path, mode: 'production', create: true })).close();
      await assert.rejects(restoreBackup(file, path, time), /There is a store at .* already/);
    }
  });
});
