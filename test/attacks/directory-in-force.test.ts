// What is taken away from an application or a user is taken from the tokens that they have already, within a second.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { within } from '../cli/program.js';
import { type Administration, adminRead, adminWrite, openAdministration, operators } from '../http/administration.js';
import { assertRefusal } from '../http/refusals.js';
import { allOfGraph, by, openGround } from '../sign-in/ground.js';
import { codeOf, codesOf, openVisit } from '../sign-in/visit.js';
import { call } from '../support.js';

const read = 'DeviceManagementConfiguration.Read.All';
const write = 'DeviceManagementConfiguration.ReadWrite.All';
/** Longer than it may take, since machines may be busy. */
const patience = 10_000;

let admin: Administration;
let tenant: string;
before(async () => {
  admin = await openAdministration();
  tenant = await admin.tenant();
});
after(() => admin.close());

const status = async (token: string): Promise<number> =>
  (await admin.tenants.send('GET', 'deviceConfigurations', { token })).status;
const create = async (kind: 'applications' | 'users', body: object): Promise<{ id: string; path: string }> => {
  const { id } = await admin.expect(201, 'POST', `tenants/${tenant}/${kind}`, body);
  return { id, path: `tenants/${tenant}/${kind}/${id}` };
};

describe('within a second a token that holds', () => {
  test('of an application that is disabled is refused, and taken again when it is enabled', async () => {
    const { id, path } = await create('applications', { displayName: 'App', roles: [read] });
    const token = await admin.tenants.token(tenant, { scp: undefined, idtyp: 'app', roles: [read], appid: id });
    assert.equal(await status(token), 200);
    await admin.expect(200, 'PATCH', path, { enabled: false });
    await within(patience, async () => (await status(token)) === 401);
    const refused = await admin.tenants.send('GET', 'deviceConfigurations', { token });
    assertRefusal(refused, { status: 401, code: 'InvalidAuthenticationToken', message: /The application is disabled/ });
    await admin.expect(200, 'PATCH', path, { enabled: true });
    await within(patience, async () => (await status(token)) === 200);
  });

  test('of a user who is disabled is refused', async () => {
    const { id, path } = await create('users', { userPrincipalName: 'ada@example.org', scopes: [read] });
    const token = await admin.tenants.token(tenant, { scp: read, oid: id });
    assert.equal(await status(token), 200);
    await admin.expect(200, 'PATCH', path, { enabled: false });
    await within(patience, async () => (await status(token)) === 401);
    const refused = await admin.tenants.send('GET', 'deviceConfigurations', { token });
    assertRefusal(refused, {
      status: 401,
      code: 'InvalidAuthenticationToken',
      message: /account of the user is disabled/,
    });
  });

  test('has the permissions alone that its application, and its user, have still', async () => {
    const application = await create('applications', {
      displayName: 'App',
      roles: [read, write],
      scopes: [read, write],
    });
    const user = await create('users', { userPrincipalName: 'grace@example.org', scopes: [read, write] });
    const own = await admin.tenants.token(tenant, {
      scp: undefined,
      idtyp: 'app',
      roles: [read],
      appid: application.id,
    });
    const delegated = await admin.tenants.token(tenant, { scp: read, appid: application.id, oid: user.id });
    const both = async () => [await status(own), await status(delegated)].join();
    assert.equal(await both(), '200,200');
    await admin.expect(200, 'PATCH', application.path, { roles: [] });
    await within(patience, async () => (await both()) === '403,200');
    await admin.expect(200, 'PATCH', user.path, { scopes: [] });
    await within(patience, async () => (await both()) === '403,403');
    await admin.expect(200, 'PATCH', user.path, { scopes: [read] });
    await admin.expect(200, 'PATCH', application.path, { roles: [read], scopes: [] });
    await within(patience, async () => (await both()) === '200,403');
  });

  test('has no more than it says, whatever the directory would give', async () => {
    const { id } = await create('applications', { displayName: 'App', roles: [read, write] });
    const token = await admin.tenants.token(tenant, { scp: undefined, idtyp: 'app', roles: [], appid: id });
    assert.equal(await status(token), 403);
  });

  test("is its own tenant's alone: another tenant's application of that id changes nothing", async () => {
    const { id } = await create('applications', { displayName: 'App', enabled: false });
    const other = await admin.tenant();
    const token = await admin.tenants.token(other, { scp: read, appid: id });
    assert.equal(await status(token), 200);
  });

  test('administers no longer than its application may', async () => {
    const root = `tenants/${operators}/applications`;
    const { id } = await admin.expect(201, 'POST', root, { displayName: 'Console', roles: [adminWrite] });
    const token = await admin.tenants.token(operators, {
      scp: undefined,
      idtyp: 'app',
      roles: [adminWrite],
      appid: id,
    });
    const asked = async () => (await admin.send('GET', 'tenants', { token })).status;
    assert.equal(await asked(), 200);
    await admin.expect(200, 'PATCH', `${root}/${id}`, { roles: [adminRead] });
    await within(patience, async () => (await asked()) === 403);
  });
});

test('an application with the permission gets a token at the endpoint, administers by it, and loses it at once', async () => {
  const ground = await openGround({ adminPort: 0 });
  try {
    const made = await ground.application({ roles: [adminWrite] });
    const token = await ground.token(made);
    const root = `${ground.server.adminUrl}/admin/tenants/${ground.tenantId}/applications/${made.application.id}`;
    const send = (method: string, body?: object) => call(ground.server, method, root, { token, body });
    const read = await send('GET');
    assert.deepEqual([read.status, read.json?.roles], [200, [adminWrite]]);
    assert.equal((await send('PATCH', { enabled: false })).status, 200);
    await within(patience, async () => (await send('GET')).status === 401);
    const again = await ground.post('/oauth2/v2.0/token', {
      grant_type: 'client_credentials',
      client_id: made.application.id,
      client_secret: made.secret,
      scope: 'https://graph.microsoft.com/.default',
    });
    assert.ok(again.status >= 400, again.text);
  } finally {
    await ground.close();
  }
});

const host = 'graph.example.org';

/** Settings with the endpoint as it is for production, whose secret goes with `remove`. */
async function inProduction() {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-secret-'));
  const secret = join(folder, 'secret');
  await writeFile(secret, Buffer.alloc(32, 7).toString('base64'));
  const settings = { dev: false, plainHttp: true, publicUrl: `https://${host}`, signIn: true, signInSecret: [secret] };
  return { settings, remove: () => rm(folder, { recursive: true, force: true }) };
}

test('an application that is deleted has lost its tokens, disabled before or not', async () => {
  const { settings, remove } = await inProduction();
  const ground = await openGround(settings);
  try {
    for (const disabledBefore of [true, false]) {
      const made = await ground.application();
      const place = { tenantId: ground.tenantId, id: made.application.id };
      const form = { client_id: place.id, client_secret: made.secret, scope: allOfGraph };
      const given = await ground.post('/oauth2/v2.0/token', { grant_type: 'client_credentials', ...form }, { host });
      const token: string = given.json.access_token;
      const ask = () => call(ground.server, 'GET', '/beta/deviceManagement', { token, headers: { host } });
      assert.equal((await ask()).status, 200);
      if (disabledBefore) {
        await ground.applications.update(place, () => ({ enabled: false }), by());
        await within(patience, async () => (await ask()).status === 401);
      }
      await ground.applications.delete(place, by());
      await within(patience, async () => (await ask()).status === 401);
      // It stays so when what was known of it is forgotten.
      await new Promise((resolve) => setTimeout(resolve, 600));
      assert.match((await ask()).text, /disabled, or gone/);
    }
  } finally {
    await ground.close();
    await remove();
  }
});

test('a user who is deleted has lost the access token, /me and the refresh token', async () => {
  const { settings, remove } = await inProduction();
  const visit = await openVisit(settings);
  try {
    const { ground, user } = visit;
    const given = await visit.redeem(codeOf(await visit.begin()));
    assert.equal(given.status, 200, given.text);
    const { access_token: token, refresh_token: refreshToken } = given.json;
    const ask = (path: string) => call(ground.server, 'GET', `/beta${path}`, { token, headers: { host } });
    const paths = ['/me', '/deviceManagement', '/deviceManagement/deviceConfigurations'];
    for (const path of paths) assert.equal((await ask(path)).status, 200, path);
    const renewed = await visit.refresh(refreshToken);
    assert.equal(renewed.status, 200, renewed.text);

    await ground.users.delete({ tenantId: ground.tenantId, id: user.id }, by());
    for (const path of paths) await within(patience, async () => (await ask(path)).status === 401);
    // It stays so when what was known of the user is forgotten.
    await new Promise((resolve) => setTimeout(resolve, 600));
    for (const path of paths) assert.match((await ask(path)).text, /disabled, or gone/);
    const [status] = codesOf(await visit.refresh(renewed.json.refresh_token));
    assert.equal(status, 400);
  } finally {
    await visit.close();
    await remove();
  }
});
