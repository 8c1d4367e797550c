// `offshoot token` beside a running server: each kind of token, and what the server makes of it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { call } from '../support.js';
import { development, environment, offshoot, program, run, type Served, serve, temporaryFolder } from './program.js';

const all = [
  'DeviceManagementApps.Read.All',
  'DeviceManagementApps.ReadWrite.All',
  'DeviceManagementConfiguration.Read.All',
  'DeviceManagementConfiguration.ReadWrite.All',
  'DeviceManagementManagedDevices.ReadWrite.All',
  'DeviceManagementServiceConfig.Read.All',
  'DeviceManagementServiceConfig.ReadWrite.All',
];

describe('offshoot token', () => {
  const cleaners: (() => unknown)[] = [];
  let folder: string;
  let served: Served;
  before(async () => {
    const scope = { after: (clean: () => unknown) => void cleaners.unshift(clean) };
    folder = await temporaryFolder(scope);
    served = await serve(scope, ...development(folder));
  });
  after(async () => {
    for (const clean of cleaners) await clean();
  });

  /** The token that these arguments make, its claims, and the status and error of an update with it. */
  async function tokenOf(...args: readonly string[]) {
    const { code, stdout, stderr } = await offshoot('token', '--data', folder, ...args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/, 'a bare token on one line');
    const token = stdout.trimEnd();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const path = `/beta/deviceManagement/derivedCredentials/${served.ready.settingsId}`;
    const body = { '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings' };
    const { status, json } = await call(served.ready, 'PATCH', path, { token, body });
    return { token, claims, status, error: json?.error };
  }

  test('fails with a sentence where the disk that it is written to is full', {
    skip: !existsSync('/dev/full'),
  }, async () => {
    const toFullDisk = ['-c', 'exec "$0" "$@" > /dev/full', process.execPath, program, 'token', '--data', folder];
    const { code, stderr } = await run('sh', toFullDisk, { env: environment, milliseconds: 20_000 });
    assert.deepEqual([code, stderr], [1, 'offshoot: Standard output cannot be written: the disk is full.\n']);
  });

  test('is delegated, has all permissions and lasts an hour unless told otherwise', async () => {
    const { claims, status } = await tokenOf();
    assert.equal(status, 200);
    assert.deepEqual(claims.scp.split(' ').sort(), all);
    assert.equal(claims.roles, undefined);
    assert.equal(claims.idtyp, 'user');
    assert.equal(claims.tid, served.ready.tenantId);
    assert.equal(claims.exp - claims.iat, 3600);
    assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);
  });

  test('has the scopes that it is given, of any text', async () => {
    const enough = await tokenOf('--scope', 'User.Read', '--scope', 'DeviceManagementConfiguration.ReadWrite.All');
    assert.equal(enough.claims.scp, 'User.Read DeviceManagementConfiguration.ReadWrite.All');
    assert.equal(enough.status, 200);
    const wanting = await tokenOf('--scope', 'DeviceManagementConfiguration.Read.All', '--scope', 'Anything.At.All');
    assert.deepEqual([wanting.status, wanting.error.code], [403, 'Forbidden']);
    assert.match(wanting.error.message, /^User is not authorized.*DeviceManagementConfiguration\.ReadWrite\.All$/);
  });

  test("is an application's with --app, with its roles or none", async () => {
    const { claims, status } = await tokenOf('--app', '--role', 'DeviceManagementConfiguration.ReadWrite.All');
    assert.equal(status, 200);
    assert.deepEqual(claims.roles, ['DeviceManagementConfiguration.ReadWrite.All']);
    assert.equal(claims.scp, undefined);
    assert.equal(claims.idtyp, 'app');
    const other = await tokenOf('--app', '--role', 'Any.Text', '--role', 'DeviceManagementApps.Read.All');
    assert.equal(other.status, 403);
    assert.match(other.error.message, /^Application is not authorized/);
    const none = await tokenOf('--app');
    assert.deepEqual([none.status, none.error.code], [403, 'Forbidden']);
    assert.match(none.error.message, /app only context/);
  });

  test('names a tenant that need not exist, which the server then refuses', async () => {
    const { claims, status, error } = await tokenOf('--tenant', '5D1F3E2A-7C64-4F0B-9A51-0C8D2B1E6F70');
    assert.equal(claims.tid, '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70');
    assert.deepEqual([status, error.code], [401, 'InvalidAuthenticationToken']);
    const personal = await tokenOf('--tenant', '9188040d-6c67-4c5b-b112-36a304b66dad');
    assert.deepEqual([personal.status, personal.error.code], [403, 'Forbidden']);
  });

  test('names a user', async () => {
    const { claims, status } = await tokenOf('--user', 'ada@example.com');
    assert.equal(claims.upn, 'ada@example.com');
    assert.equal(status, 200);
  });

  test('lasts as long as it is told, even into the past', async () => {
    for (const [text, seconds] of [
      ['90s', 90],
      ['30m', 1800],
      ['2d', 172_800],
    ] as const) {
      const { claims, status } = await tokenOf('--expires', text);
      assert.equal(claims.exp - claims.iat, seconds);
      assert.equal(status, 200);
    }
    for (const spelling of [['--expires', '-1h'], ['--expires=-1h']]) {
      const { status, error } = await tokenOf(...spelling);
      assert.deepEqual([status, error.code], [401, 'InvalidAuthenticationToken']);
      assert.match(error.message, /expired/);
    }
  });

  test('works without a server too, and its token is good at the next start', async (t) => {
    const { token } = await tokenOf();
    await served.stop();
    const { code, stdout } = await offshoot('token', '--data', folder);
    assert.equal(code, 0);
    const { ready } = await serve(t, ...development(folder));
    for (const each of [token, stdout.trimEnd()]) {
      assert.equal((await call(ready, 'GET', '/beta/deviceManagement', { token: each })).status, 200);
    }
  });

  test('ends with exit code 1 where there is no store', async (t) => {
    const empty = await temporaryFolder(t);
    const { code, stdout, stderr } = await offshoot('token', '--data', empty);
    assert.match(stderr, /^offshoot: There is no Offshoot store at '.*'\.\n$/);
    assert.deepEqual([code, stdout], [1, '']);
  });
});
