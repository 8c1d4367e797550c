// What tools ask for to know where they are: /organization, /me, the tags and filters; and what the audit can tell.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { assertRefusal } from './refusals.js';
import { openTenants, type Tenants } from './tenants.js';

let tenants: Tenants;
let tenant: string;
let token: string;
before(async () => {
  tenants = await openTenants();
  tenant = await tenants.keep('active');
  token = await tenants.token(tenant, { scp: 'DeviceManagementConfiguration.Read.All DeviceManagementApps.Read.All' });
});
after(() => tenants.close());

const get = (path: string, as = token, headers = {}) => tenants.send('GET', path, { token: as, headers });
const json = async (path: string) => {
  const answer = await get(path);
  assert.equal(answer.status, 200, answer.text);
  return answer.json;
};
const root = 'https://offshoot.example.org/beta';

describe('/organization', () => {
  test('is a collection of the caller’s own tenant, in any case', async () => {
    for (const path of ['/beta/organization', '/beta/Organization', '/beta//ORGANIZATION']) {
      const { value, '@odata.context': context } = await json(path);
      assert.equal(context, `${root}/$metadata#organization`);
      assert.equal(value.length, 1);
      assert.equal(value[0].id, tenant);
      assert.equal(value[0].displayName, 'A tenant');
    }
    const one = await json(`/beta/organization/${tenant}`);
    assert.equal(one['@odata.context'], `${root}/$metadata#organization/$entity`);
    assert.equal(one.displayName, 'A tenant');
    assert.equal((await get(`/beta/organization/${tenant}/displayName/$value`)).text, 'A tenant');
    const absent = await get('/beta/organization/none');
    assert.deepEqual([absent.status, absent.json.error.code], [404, 'ResourceNotFound']);
  });

  test('can be queried like any other collection, and is nobody’s to write', async () => {
    const found = await json(
      "/beta/organization?$filter=displayName%20eq%20'A%20tenant'&$select=displayName&$count=true",
    );
    assert.equal(found['@odata.count'], 1);
    assert.equal(found.value[0].id, undefined);
    assert.equal((await json("/beta/organization?$filter=displayName%20eq%20'x'")).value.length, 0);
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      assert.equal((await tenants.send(method, `/beta/organization/${tenant}`, { token })).status, 405);
    }
  });

  test('asks for no permission and no licence, but for a token of the tenant', async () => {
    const other = await tenants.keep('absent');
    for (const claims of [{ scp: '' }, { scp: undefined, idtyp: 'app', roles: [] }]) {
      const answer = await get('/beta/organization', await tenants.token(other, claims));
      assert.equal(answer.json.value[0].id, other, answer.text);
    }
    assert.equal((await get('/beta/organization', await tenants.token(randomUUID()))).status, 401);
    assert.equal((await tenants.send('GET', '/beta/organization', { token: null })).status, 401);
  });

  test('shows a new licence or name within a second', async () => {
    const etag = (await get(`/beta/organization/${tenant}`)).headers.etag;
    await tenants.keep('expired', tenant);
    assert.notEqual((await get(`/beta/organization/${tenant}`)).headers.etag, etag);
    await tenants.keep('active', tenant);
    await new Promise((resolve) => setTimeout(resolve, 600));
  });
});

describe('/me', () => {
  const claims = { oid: 'c2c2c2c2-3c5f-4a6a-8e0a-3a0b6c3c1c11', upn: 'kai@example.com', name: 'Kai' };

  test('tells the person as the token does, in any case', async () => {
    const own = await tenants.token(tenant, { scp: 'User.Read', ...claims });
    for (const path of ['/beta/me', '/beta/ME', '/beta/me?$select=id,displayName,userPrincipalName']) {
      const { status, json: body } = await get(path, own);
      assert.equal(status, 200);
      assert.ok(body['@odata.context'].startsWith(`${root}/$metadata#me`));
      assert.equal(body.id, claims.oid);
      assert.equal(body.displayName, 'Kai');
      assert.equal(body.userPrincipalName, 'kai@example.com');
    }
    assert.equal((await get('/beta/me/userPrincipalName/$value', own)).text, 'kai@example.com');
    const nameless = await tenants.token(tenant, { scp: '', ...claims, name: undefined });
    assert.equal((await get('/beta/me/displayName', nameless)).json.value, 'kai@example.com');
  });

  test('is nobody for an application, which is told so', async () => {
    const app = await tenants.token(tenant, { scp: undefined, idtyp: 'app', roles: ['DeviceManagementApps.Read.All'] });
    for (const path of ['/beta/me', '/beta/me/displayName']) {
      assertRefusal(await get(path, app), {
        status: 400,
        code: 'BadRequest',
        message: '/me request is only valid with delegated authentication flow.',
      });
    }
  });

  test('asks for no licence, has nothing below it that is not served, and is not written', async () => {
    const other = await tenants.keep('absent');
    assert.equal((await get('/beta/me', await tenants.token(other, { scp: '' }))).status, 200);
    assert.equal((await get('/beta/me/photos/48x48/$value')).status, 400);
    assert.equal((await tenants.send('PATCH', '/beta/me', { token, body: {} })).status, 405);
  });
});

describe('roleScopeTags and assignmentFilters', () => {
  test('are the built-in tag, and none', async () => {
    const { value } = await json('roleScopeTags');
    const { '@odata.type': _, '@odata.etag': __, ...tag } = value[0];
    assert.equal(value.length, 1);
    assert.deepEqual(tag, {
      id: '0',
      description: 'Default Role Scope Tag',
      displayName: 'Default',
      isBuiltIn: true,
    });
    assert.equal((await json('roleScopeTags/0')).displayName, 'Default');
    assert.equal((await get('roleScopeTags/1')).status, 404);
    assert.deepEqual((await json('assignmentFilters')).value, []);
    assert.equal((await get('assignmentFilters/x')).status, 404);
  });

  test('can be queried like any other collection', async () => {
    for (const [filter, count] of [
      ['isBuiltIn eq false', 0],
      ['isBuiltIn eq true', 1],
      ["displayName eq 'Default' and id eq '0'", 1],
      ["not (id eq '0')", 0],
    ] as const) {
      const found = await json(`roleScopeTags?$count=true&$filter=${encodeURIComponent(filter)}`);
      assert.equal(found['@odata.count'], count, filter);
      assert.equal(found.value.length, count);
      assert.equal((await get(`roleScopeTags/$count?$filter=${encodeURIComponent(filter)}`)).text, `${count}`);
    }
    assert.deepEqual((await json("assignmentFilters?$filter=displayName%20eq%20'x'&$count=true")).value, []);
  });

  test('are read by whoever has any of the permissions, and written by nobody', async () => {
    for (const path of ['roleScopeTags', 'assignmentFilters']) {
      assert.equal((await get(path, await tenants.token(tenant, { scp: 'User.Read' }))).status, 403);
      const devices = await tenants.token(tenant, { scp: 'DeviceManagementManagedDevices.ReadWrite.All' });
      assert.equal((await get(path, devices)).status, 200);
      assert.equal((await tenants.send('POST', path, { token, body: {} })).status, 405);
      assert.equal((await tenants.send('DELETE', `${path}/0`, { token })).status, 405);
    }
  });
});

describe('the audit', () => {
  test('tells its categories, by the function’s name with and without namespace and parentheses', async () => {
    for (const name of [
      'getAuditCategories',
      'getAuditCategories()',
      'microsoft.graph.getAuditCategories()',
      'GETAUDITCATEGORIES',
    ]) {
      assert.deepEqual(await json(`auditEvents/${name}`), {
        '@odata.context': `${root}/$metadata#Collection(Edm.String)`,
        value: ['DeviceConfiguration'],
      });
    }
  });

  test('tells the types of activity of a category: those that events have, whether there are any yet or not', async () => {
    const { value } = await json("auditEvents/getAuditActivityTypes(category='DeviceConfiguration')");
    for (const type of ['Create iosVpnConfiguration', 'Assign iosikEv2VpnConfiguration', 'Patch tenant']) {
      assert.ok(value.includes(type), type);
    }
    assert.ok(!value.includes('Create appleVpnConfiguration'), 'nothing is of an abstract type');
    assert.equal(new Set(value).size, value.length);
    const { value: events } = await json('auditEvents');
    for (const { activityType, category } of events) {
      assert.ok(value.includes(activityType), activityType);
      assert.equal(category, 'DeviceConfiguration');
    }
    for (const [parameter, query] of [
      ['@p1', "@p1='DeviceConfiguration'"],
      ['%40p1', '%40p1=%27DeviceConfiguration%27'],
      ['@p1', "@p2='Nothing'&@p1='DeviceConfiguration'"],
    ]) {
      const path = `auditEvents/getAuditActivityTypes(category=${parameter})`;
      assert.deepEqual((await json(`${path}?${query}`)).value, value);
      assert.deepEqual((await json(`${path}?@p1='Nothing'`)).value, []);
    }
    assert.deepEqual((await json("auditEvents/getAuditActivityTypes(category='Nothing')")).value, []);
    assert.deepEqual((await json("auditEvents/getAuditActivityTypes(category='it''s')")).value, []);
  });

  test('refuses wrong parameters, other methods, and who may not read it', async () => {
    for (const path of [
      'getAuditActivityTypes',
      'getAuditActivityTypes()',
      'getAuditActivityTypes(category=1)',
      'getAuditActivityTypes(category=@p1)',
      "getAuditActivityTypes(category=@p1)?@P1='x'",
      'getAuditActivityTypes(category=@p1)?@p1=1',
      'getAuditActivityTypes(category=@p1)?@p1=@p1',
      "getAuditActivityTypes(kategory='x')",
      "getAuditCategories(category='x')",
    ]) {
      assert.equal((await get(`auditEvents/${path}`)).status, 400, path);
    }
    assert.equal((await get('auditEvents/getAuditCategories?$filter=true')).status, 501);
    assert.equal((await tenants.send('POST', 'auditEvents/getAuditCategories', { token, body: {} })).status, 405);
    const configuration = await tenants.token(tenant, { scp: 'DeviceManagementConfiguration.ReadWrite.All' });
    assert.equal((await get('auditEvents/getAuditCategories', configuration)).status, 403);
  });
});
