// The package as another program's tests use it: `createServer` by the package's own name.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { createServer, SettingsError } from 'offshoot';
import { call } from '../support.js';
import { temporaryFolder } from './program.js';

describe('createServer', () => {
  test('starts on a temporary store, which goes when it is closed', async () => {
    const server = await createServer();
    const { development, url, plainUrl } = server;
    assert.ok(development && url && plainUrl);
    const folder = dirname(development.caFile);
    assert.ok(folder.startsWith(tmpdir()));
    assert.ok(existsSync(join(folder, 'offshoot.db')));
    const path = `/beta/deviceManagement/derivedCredentials/${development.settingsId}`;
    const updated = await call(server, 'PATCH', path, { body: { displayName: 'inside a test' } });
    assert.deepEqual([updated.status, updated.json.displayName], [200, 'inside a test']);
    await server.close();
    assert.equal(existsSync(folder), false);
    await assert.rejects(call(server, 'GET', path, { token: 'any' }), { code: 'ECONNREFUSED' });
    await server.close();
  });

  test('starts several that know nothing of each other', async () => {
    const servers = await Promise.all([createServer(), createServer(), createServer()]);
    try {
      const [first, second] = servers;
      assert.equal(new Set(servers.map(({ plainUrl }) => plainUrl)).size, 3);
      assert.equal(new Set(servers.map(({ development }) => development?.tenantId)).size, 3);
      const token = await first?.development?.token();
      assert.ok(first && second && token);
      assert.equal((await call(first, 'GET', '/beta/deviceManagement', { token })).status, 200);
      assert.equal((await call(second, 'GET', '/beta/deviceManagement', { token })).status, 401);
    } finally {
      await Promise.all(servers.map((server) => server.close()));
    }
  });

  test('keeps the store in a folder that it is given', async (t) => {
    const data = await temporaryFolder(t);
    const first = await createServer({ data });
    await assert.rejects(createServer({ data }), /Another Offshoot server is running/);
    const path = `/beta/deviceManagement/derivedCredentials/${first.development?.settingsId}`;
    assert.equal((await call(first, 'PATCH', path, { body: { displayName: 'kept' } })).status, 200);
    await first.close();
    const second = await createServer({ data });
    try {
      assert.equal((await call(second, 'GET', path)).json.displayName, 'kept');
    } finally {
      await second.close();
    }
  });

  test('refuses settings that there are not, and values of another kind', async () => {
    for (const wrong of [{ bogus: 1 }, { port: 'x' }, { port: 65_536 }, { allowHost: 'localhost' }, { dev: 1 }]) {
      await assert.rejects(createServer(wrong as object), SettingsError, JSON.stringify(wrong));
    }
  });

  test('refuses limits that the store could not follow', async () => {
    for (const [wrong, range] of [
      [{ pageSize: 0 }, '--page-size must be a whole number from 1 to 100000'],
      [{ filterDepth: 101 }, '--filter-depth must be a whole number from 1 to 100'],
      [{ filterNodes: 1001 }, '--filter-nodes must be a whole number from 1 to 1000'],
      [{ filterList: 10_001 }, '--filter-list must be a whole number from 1 to 10000'],
      [{ expandDepth: 5 }, '--expand-depth must be a whole number from 0 to 4'],
      [{ expandLimit: 101 }, '--expand-limit must be a whole number from 0 to 100'],
      [{ expandLimit: -1 }, '--expand-limit must be a whole number from 0 to 100'],
    ] as const) {
      await assert.rejects(createServer(wrong), new SettingsError(range));
    }
  });

  test('takes the tokens that it prints, whatever other audience it is given', async () => {
    const server = await createServer({ audience: ['api://another'] });
    try {
      const token = await server.development?.token();
      assert.equal((await call(server, 'GET', '/beta/deviceManagement', { token })).status, 200);
    } finally {
      await server.close();
    }
  });

  test('knows its own URLs by each name of this machine, and no other port', async () => {
    const server = await createServer();
    try {
      const { settingsId, profiles } = server.development ?? {};
      const reference = `/beta/deviceManagement/deviceConfigurations/${profiles?.iosVpnConfiguration}/derivedCredentialSettings/$ref`;
      const link = (origin: string) =>
        call(server, 'PUT', reference, {
          body: { '@odata.id': `${origin}/beta/deviceManagement/derivedCredentials/${settingsId}` },
        });
      for (const url of [server.url, server.plainUrl]) {
        const { protocol, port } = new URL(url ?? '');
        for (const name of ['localhost', '127.0.0.1', '[::1]', 'LOCALHOST']) {
          assert.equal((await link(`${protocol}//${name}:${port}`)).status, 204, name);
        }
      }
      assert.equal((await link('https://graph.microsoft.com:443')).status, 204);
      assert.equal((await link('https://localhost:1')).status, 400);
      assert.equal((await link('https://graph.microsoft.com@example.org')).status, 400);
    } finally {
      await server.close();
    }
  });

  test('mints the tokens that a test asks for', async () => {
    const server = await createServer();
    try {
      const { development } = server;
      for (const [request, status] of [
        [{ scopes: ['DeviceManagementConfiguration.Read.All'] }, 200],
        [{ roles: ['DeviceManagementConfiguration.Read.All'] }, 200],
        [{ scopes: [] }, 403],
        [{ roles: [] }, 403],
        [{ lifetime: -3600 }, 401],
        [{ tenantId: '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70' }, 401],
      ] as const) {
        const token = await development?.token(request);
        const answer = await call(server, 'GET', '/beta/deviceManagement/derivedCredentials', { token: token ?? '' });
        assert.equal(answer.status, status, JSON.stringify(request));
      }
    } finally {
      await server.close();
    }
  });

  test('refuses settings that do not go together, and leaves no folder behind', async (t) => {
    const { TMPDIR } = process.env;
    const folder = await temporaryFolder(t);
    process.env.TMPDIR = folder;
    t.after(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    await assert.rejects(createServer({ host: '0.0.0.0' }), SettingsError);
    await assert.rejects(createServer({ dev: false }), SettingsError);
    assert.deepEqual(readdirSync(folder), []);
    const server = await createServer();
    assert.equal(readdirSync(folder).length, 1, 'here it would be');
    await server.close();
    assert.deepEqual(readdirSync(folder), []);
  });
});
