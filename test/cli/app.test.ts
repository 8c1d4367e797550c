// `offshoot app`, beside a running server and without one.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { verifySecret } from '../../src/directory/index.js';
import type { Application } from '../../src/plan/index.js';
import { makeTestAuthority } from '../http/certificates.js';
import { call } from '../support.js';
import { contentOf, development, offshoot, rowsOf, serve, temporaryFolder } from './program.js';

const first = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const second = '6e2f4f3b-8d75-4a1c-8b62-1d9e3c2f7081';
const read = 'DeviceManagementConfiguration.Read.All';
const write = 'DeviceManagementConfiguration.ReadWrite.All';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function applicationIn(folder: string, tenantId: string, appId: string): Promise<Application> {
  const rows = await rowsOf(folder, 'applications');
  const row = rows.find(({ tenant_id, id }) => tenant_id === tenantId && id === appId);
  assert.ok(row);
  return { id: row.id, version: Number(row.version), ...row.properties };
}

describe('offshoot app', () => {
  let folder: string;
  let data: readonly string[];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'offshoot-directory-'));
    data = ['--data', folder];
    assert.equal((await offshoot('tenant', 'add', first, ...data)).code, 0);
  });

  const app = (...args: readonly string[]) => offshoot('app', ...args, ...data);
  after(() => rmSync(folder, { recursive: true }));
  const must = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await app(...args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const create = async (...args: readonly string[]) =>
    JSON.parse(await must('create', '--json', '--name', 'An app', ...args));
  const show = async (id: string, ...args: readonly string[]) => JSON.parse(await must('show', id, ...args));
  const events = async (appId: string) => {
    const told = (await rowsOf(folder, 'audit_events')).map((row) => ({ ...row, ...JSON.parse(row.properties) }));
    return told.filter(({ resources }) => resources[0].resourceId === appId);
  };

  test('makes an application and prints its id, a secret and the tenant; the secret is kept nowhere', async () => {
    const made = await create(
      '--role',
      write,
      '--role',
      write,
      '--scope',
      read,
      '--redirect-uri',
      'http://localhost:3000/cb',
    );
    assert.deepEqual(Object.keys(made), ['appId', 'clientSecret', 'tenantId']);
    assert.match(made.appId, uuid);
    assert.match(made.clientSecret, /^[\w-]{43}$/);
    assert.equal(made.tenantId, first, 'the only one');
    const kept = await applicationIn(folder, first, made.appId);
    assert.equal(verifySecret(kept, made.clientSecret, Date.now()), 'valid');
    assert.equal(verifySecret(kept, `${made.clientSecret}a`, Date.now()), 'wrong');
    assert.equal(verifySecret(kept, made.clientSecret, Date.now() + 181 * 86_400_000), 'expired');
    assert.ok(!(await contentOf(folder)).includes(made.clientSecret), 'the store has it not');
    const { secrets, ...rest } = await show(made.appId);
    assert.deepEqual(rest, {
      id: made.appId,
      displayName: 'An app',
      enabled: true,
      roles: [write],
      scopes: [read],
      redirectUris: ['http://localhost:3000/cb'],
      certificates: [],
      version: 1,
    });
    assert.equal(secrets[0].hint, made.clientSecret.slice(0, 3));
    assert.equal('hash' in secrets[0], false);
    const days = (Date.parse(secrets[0].endDateTime) - Date.parse(secrets[0].startDateTime)) / 86_400_000;
    assert.ok(Math.abs(days - 180) < 0.01);
  });

  test('prints the same for people, without a secret where none is wanted', async () => {
    const text = await must('create', '--name', 'Another', '--no-secret');
    assert.match(text, new RegExp(`^appId +[0-9a-f-]{36}\ntenantId +${first}\n$`));
    const [, id = ''] = /appId +(\S+)/.exec(text) ?? [];
    assert.deepEqual((await show(id)).secrets, []);
    assert.match(await must('list'), new RegExp(`^${id}  enabled   Another$`, 'm'));
    assert.ok(JSON.parse(await must('list', '--json')).some((each: { id: string }) => each.id === id));
  });

  test('changes what is said and nothing else, as one audited change', async () => {
    const { appId } = await create('--role', read, '--redirect-uri', 'https://a.example/cb');
    await must(
      'update',
      appId.toUpperCase(),
      '--name',
      'Renamed',
      '--state',
      'disabled',
      '--add-role',
      write,
      '--remove-role',
      read,
      '--add-redirect-uri',
      'org.example.app:/cb',
    );
    const { displayName, enabled, roles, scopes, redirectUris, version } = await show(appId);
    assert.deepEqual(
      { displayName, enabled, roles, scopes, redirectUris, version },
      {
        displayName: 'Renamed',
        enabled: false,
        roles: [write],
        scopes: [],
        redirectUris: ['https://a.example/cb', 'org.example.app:/cb'],
        version: 2,
      },
    );
    const told = await events(appId);
    assert.deepEqual(
      told.map(({ activity }) => activity),
      ['Create application', 'Patch application'],
    );
    assert.equal(told[1]?.actor.applicationDisplayName, 'offshoot app');
    assert.deepEqual(told[1]?.resources[0]?.modifiedProperties.slice(0, 3), [
      { displayName: 'displayName', newValue: 'Renamed', oldValue: 'An app' },
      { displayName: 'enabled', newValue: 'false', oldValue: 'true' },
      { displayName: 'roles', newValue: JSON.stringify([write]), oldValue: JSON.stringify([read]) },
    ]);
    await must('update', appId, '--add-role', write);
    assert.equal((await show(appId)).version, 2, 'what changes nothing writes nothing');
  });

  test('rotates secrets: a new one beside the old, then without it', async () => {
    const { appId, clientSecret: old } = await create('--expires', '2d');
    const added = JSON.parse(await must('secret', 'add', appId, '--name', 'next', '--expires', '90d', '--json'));
    assert.deepEqual(Object.keys(added), ['appId', 'clientSecret', 'secretId', 'endDateTime', 'tenantId']);
    const both = await applicationIn(folder, first, appId);
    for (const text of [old, added.clientSecret]) assert.equal(verifySecret(both, text, Date.now()), 'valid');
    assert.equal(verifySecret(both, old, Date.now() + 3 * 86_400_000), 'expired');
    assert.equal(verifySecret(both, added.clientSecret, Date.now() + 3 * 86_400_000), 'valid');
    const [before] = both.secrets;
    await must('secret', 'remove', appId, String(before?.id));
    const one = await applicationIn(folder, first, appId);
    assert.equal(verifySecret(one, old, Date.now()), 'wrong');
    assert.equal(verifySecret(one, added.clientSecret, Date.now()), 'valid');
    const told = JSON.stringify((await events(appId)).map(({ properties: _, ...event }) => event));
    for (const secret of both.secrets) {
      assert.ok(told.includes(secret.id) && told.includes(secret.hint), 'that there is a secret is told');
      assert.ok(!told.includes(secret.hash));
    }
    assert.ok(!told.includes(old) && !told.includes(added.clientSecret), 'and never what it is');
    const again = await app('secret', 'remove', appId, String(before?.id));
    assert.deepEqual([again.code, again.stderr], [1, `offshoot: Resource '${before?.id}' does not exist.\n`]);
  });

  test('adds a certificate by its PEM file, finds it by its thumbprints, and removes it', async () => {
    const { appId } = await create('--no-secret');
    const issued = await (await makeTestAuthority('Test')).issue('app');
    const file = join(folder, 'app.pem');
    writeFileSync(file, issued.cert);
    const added = JSON.parse(await must('certificate', 'add', appId, '--file', file, '--name', 'laptop', '--json'));
    const [kept] = (await show(appId)).certificates;
    assert.deepEqual([kept.id, kept.thumbprint, kept.displayName], [added.certificateId, added.thumbprint, 'laptop']);
    assert.match(kept.thumbprint, /^[\w-]{27}$/);
    assert.match(kept.thumbprintSha256, /^[\w-]{43}$/);
    assert.match(
      (await app('certificate', 'add', appId, '--file', file)).stderr,
      /There is a certificate '.*' already/,
    );
    writeFileSync(file, `${issued.cert}\n${issued.key}`);
    const withKey = await app('certificate', 'add', appId, '--file', file);
    assert.deepEqual([withKey.code, withKey.stderr.includes('private key')], [1, true]);
    assert.ok(!withKey.stderr.includes(issued.key.slice(40, 60)));
    await must('certificate', 'remove', appId, kept.id);
    assert.deepEqual((await show(appId)).certificates, []);
  });

  test('deletes an application, of which the audit keeps telling', async () => {
    const { appId } = await create();
    await must('delete', appId);
    for (const command of ['show', 'delete']) assert.equal((await app(command, appId)).code, 1);
    assert.deepEqual(
      (await events(appId)).map(({ activity }) => activity),
      ['Create application', 'Delete application'],
    );
    assert.equal((await offshoot('check', ...data)).code, 0);
  });

  test('refuses with exit code 1 what is not right, and says what would be', async () => {
    const { appId } = await create();
    for (const [args, expected] of [
      [
        ['--role', 'DeviceManagementConfiguration.Read.Al'],
        /no permission of this server. Did you mean 'DeviceManagementConfiguration.Read.All'\?/,
      ],
      [['--redirect-uri', 'http://evil.example/cb'], /plain http, and not of this machine/],
      [['--redirect-uri', 'javascript:alert(1)'], /the scheme of 'javascript:alert\(1\)'/],
      [['--redirect-uri', 'https://a.example/*'], /is not an absolute URI/],
      [['--redirect-uri', 'https://a.example/#x'], /has a fragment/],
      [['--redirect-uri', 'https://user@a.example/'], /has a user/],
      [['--name', ' '], /'displayName' is invalid: it is empty/],
      [['--name', 'a\x1b[2J'], /control character/],
    ] as const) {
      const { code, stdout, stderr } = await app('create', '--name', 'An app', ...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, expected);
    }
    assert.match((await app('update', appId, '--add-scope', 'nope')).stderr, /'scopes' has 'nope'/);
    for (const args of [['create'], ['show', 'x'], ['create', '--name', 'a', '--expires', '-1h'], ['secret', 'add']]) {
      assert.equal((await app(...args)).code, 2);
    }
  });

  test('asks which tenant is meant where there are several, and keeps them apart', async () => {
    assert.equal((await offshoot('tenant', 'add', second, ...data)).code, 0);
    const unsaid = await app('create', '--name', 'a');
    assert.deepEqual([unsaid.code, unsaid.stderr], [1, 'offshoot: There are 2 tenants: name one with --tenant.\n']);
    const { appId } = await create('--tenant', second);
    assert.equal((await app('show', appId, '--tenant', first)).code, 1);
    assert.equal((await app('delete', appId, '--tenant', first)).code, 1);
    assert.equal((await show(appId, '--tenant', second)).id, appId);
    const unknown = await app('list', '--tenant', '00000000-0000-4000-8000-000000000000');
    assert.match(unknown.stderr, /There is no tenant 00000000/);
  });
});

test('offshoot app uses the development tenant of a development store, beside its server, whose audit tells of it', async (t) => {
  const folder = await temporaryFolder(t);
  const { ready, stderr } = await serve(t, ...development(folder));
  const { code, stdout } = await offshoot('app', 'create', '--name', 'Beside', '--json', '--data', folder);
  assert.equal(code, 0);
  const { appId, clientSecret, tenantId } = JSON.parse(stdout);
  assert.equal(tenantId, ready.tenantId);
  const { text, json } = await call(ready, 'GET', '/beta/deviceManagement/auditEvents', { token: ready.token });
  assert.ok(
    json.value.some(({ resources }: { resources: { resourceId: string }[] }) => resources[0]?.resourceId === appId),
  );
  assert.ok(!text.includes(clientSecret) && !stderr().includes(clientSecret));
});
