// The API below /admin: tenants, applications, users, as their administrators have them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { within } from '../cli/program.js';
import { type Administration, openAdministration, operators } from './administration.js';
import { makeTestAuthority } from './certificates.js';

const read = 'DeviceManagementConfiguration.Read.All';
const write = 'DeviceManagementConfiguration.ReadWrite.All';
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let admin: Administration;
before(async () => {
  admin = await openAdministration();
});
after(() => admin.close());

/** What an event tells of a property. */
const told = (event: { resources: { modifiedProperties: { displayName: string }[] }[] } | undefined, name: string) =>
  event?.resources[0]?.modifiedProperties.find(({ displayName }) => displayName === name);

describe('tenants', () => {
  test('are made, read, listed and changed; a changed licence is in force within a second', async () => {
    const made = await admin.send('POST', 'tenants', { body: { displayName: 'Contoso', license: 'expired' } });
    assert.equal(made.status, 201, made.text);
    const { '@odata.etag': etag, id, ...rest } = made.json;
    assert.match(id, uuid);
    assert.deepEqual(rest, { displayName: 'Contoso', license: 'expired' });
    assert.equal(made.headers.location, `/admin/tenants/${id}`);
    assert.equal(made.headers.etag, etag);
    assert.deepEqual(await admin.expect(200, 'GET', `tenants/${id.toUpperCase()}`), made.json);
    const { value } = await admin.expect(200, 'GET', 'tenants');
    assert.deepEqual(
      value.find((tenant: { id: string }) => tenant.id === id),
      made.json,
    );

    const token = await admin.tenants.token(id);
    const status = async () => (await admin.tenants.send('GET', 'derivedCredentials', { token })).status;
    assert.equal(await status(), 403);
    const changed = await admin.expect(200, 'PATCH', `tenants/${id}`, { license: 'active' });
    assert.deepEqual([changed.displayName, changed.license], ['Contoso', 'active']);
    assert.notEqual(changed['@odata.etag'], etag);
    await within(10_000, async () => (await status()) === 200);
    const events = await admin.events(id);
    assert.deepEqual(
      events.map(({ activity }) => activity),
      ['Create tenant', 'Patch tenant'],
    );
    assert.deepEqual(told(events[1], 'license'), { displayName: 'license', oldValue: 'expired', newValue: 'active' });
  });

  test('may be given the id that their identity provider has', async () => {
    const id = '5D1F3E2A-7C64-4F0B-9A51-0C8D2B1E6F70';
    assert.equal((await admin.expect(201, 'POST', 'tenants', { id })).id, id.toLowerCase());
    assert.equal((await admin.send('POST', 'tenants', { body: { id } })).status, 409);
  });
});

describe('an application', () => {
  let tenant: string;
  let root: string;
  before(async () => {
    tenant = await admin.tenant();
    root = `tenants/${tenant}/applications`;
  });
  const create = (body: object = {}) => admin.expect(201, 'POST', root, { displayName: 'An app', ...body });

  test('is made, read, listed, changed and deleted, each with one audit event that tells who', async () => {
    const given = { displayName: 'App', roles: [write], scopes: [read], redirectUris: ['https://app.example/cb'] };
    const made = await admin.send('POST', root, { body: given });
    assert.equal(made.status, 201, made.text);
    const { id } = made.json;
    assert.equal(made.headers.location, `/admin/${root}/${id}`);
    assert.equal(made.headers.etag, `W/"${id}.1"`);
    const whole = { ...given, id, enabled: true, secrets: [], certificates: [], version: 1 };
    assert.deepEqual(made.json, { '@odata.etag': `W/"${id}.1"`, ...whole });
    assert.deepEqual(await admin.expect(200, 'GET', `${root}/${id}`), made.json);
    assert.deepEqual((await admin.expect(200, 'GET', root)).value, [made.json]);
    const changed = await admin.expect(200, 'PATCH', `${root}/${id}`, { enabled: false, roles: [] });
    assert.deepEqual(changed, { ...whole, '@odata.etag': `W/"${id}.2"`, enabled: false, roles: [], version: 2 });
    assert.deepEqual(await admin.expect(200, 'PATCH', `${root}/${id}`, { enabled: false }), changed, 'nothing changed');
    const gone = await admin.send('DELETE', `${root}/${id}`);
    assert.deepEqual([gone.status, gone.text], [204, '']);
    for (const method of ['GET', 'DELETE']) assert.equal((await admin.send(method, `${root}/${id}`)).status, 404);
    const events = (await admin.events(tenant)).filter(({ resources }) => resources[0].resourceId === id);
    assert.deepEqual(
      events.map(({ activity }) => activity),
      ['Create application', 'Patch application', 'Delete application'],
    );
    assert.equal(events[0].id, made.headers['request-id'], 'the event has the id of its request');
    const { type, applicationDisplayName, applicationId, ipAddress, remoteTenantId, userPermissions } = events[0].actor;
    assert.deepEqual(
      { type, applicationDisplayName, applicationId, ipAddress, remoteTenantId, userPermissions },
      {
        type: 'Application',
        applicationDisplayName: 'Console',
        applicationId: 'an-administrator',
        ipAddress: '127.0.0.1',
        remoteTenantId: operators,
        userPermissions: ['Offshoot.Admin.ReadWrite.All'],
      },
    );
  });

  test('gets secrets that are shown once, hold for 180 days unless told otherwise, and are removed', async () => {
    const { id } = await create();
    const added = await admin.expect(201, 'POST', `${root}/${id}/secrets`, { displayName: 'CI' });
    assert.match(added.secretText, /^[\w-]{43}$/);
    assert.deepEqual([added.displayName, added.hint], ['CI', added.secretText.slice(0, 3)]);
    const days = (Date.parse(added.endDateTime) - Date.parse(added.startDateTime)) / 86_400_000;
    assert.ok(Math.abs(days - 180) < 0.01);
    const endDateTime = '2999-01-31T12:00:00Z';
    assert.equal(
      (await admin.send('POST', `${root}/${id}/secrets`, { body: { endDateTime } })).status,
      400,
      'too long',
    );
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const second = await admin.expect(201, 'POST', `${root}/${id}/secrets`, { endDateTime: soon });
    assert.equal(Date.parse(second.endDateTime), Date.parse(soon));
    const read = await admin.send('GET', `${root}/${id}`);
    assert.equal(read.json.secrets.length, 2);
    const audit = JSON.stringify(await admin.events(tenant));
    for (const { secretText, id: secretId } of [added, second]) {
      assert.ok(!read.text.includes(secretText) && !audit.includes(secretText));
      assert.ok(audit.includes(secretId), 'that it was added is told');
    }
    assert.ok(!/hash|sha256/.test(read.text) && !/\$sha256/.test(audit));
    assert.equal((await admin.send('DELETE', `${root}/${id}/secrets/${added.id}`)).status, 204);
    assert.equal((await admin.send('DELETE', `${root}/${id}/secrets/${added.id}`)).status, 404);
    assert.deepEqual(
      (await admin.expect(200, 'GET', `${root}/${id}`)).secrets.map((each: { id: string }) => each.id),
      [second.id],
    );
  });

  test('gets at most twenty secrets, so that the old ones have to go', async () => {
    const { id } = await create();
    for (let count = 0; count < 20; count++) await admin.expect(201, 'POST', `${root}/${id}/secrets`, {});
    const refused = await admin.send('POST', `${root}/${id}/secrets`, { body: {} });
    assert.deepEqual([refused.status, refused.json.error.target], [400, 'secrets']);
  });

  test('gets certificates, never keys', async () => {
    const { id } = await create();
    const authority = await makeTestAuthority('Test');
    const { cert, key } = await authority.issue('app');
    const added = await admin.expect(201, 'POST', `${root}/${id}/certificates`, { pem: cert, displayName: 'laptop' });
    assert.match(added.thumbprint, /^[\w-]{27}$/);
    for (const [pem, expected] of [
      [`${cert}\n${key}`, /private key/],
      [`${cert}\n${cert}`, /not one certificate/],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /not a certificate/],
      [(await authority.issue('old', -60)).cert, /has ended/],
    ] as const) {
      const { status, json, text } = await admin.send('POST', `${root}/${id}/certificates`, { body: { pem } });
      assert.deepEqual([status, json.error.target], [400, 'pem']);
      assert.match(json.error.message, expected);
      assert.ok(!text.includes(key.slice(30, 80)));
    }
    assert.equal((await admin.send('POST', `${root}/${id}/certificates`, { body: { pem: cert } })).status, 409);
    assert.equal((await admin.send('DELETE', `${root}/${id}/certificates/${added.id}`)).status, 204);
  });

  test('is changed and deleted on the condition of If-Match, which tells the tag where it fails', async () => {
    const { id, '@odata.etag': first } = await create();
    const conditional = (method: string, path: string, etag: string, body?: object) =>
      admin.send(method, `${root}/${id}${path}`, { body, headers: { 'if-match': etag } });
    const second = await conditional('PATCH', '', first, { displayName: 'second' });
    assert.equal(second.status, 200);
    for (const [method, path, body] of [
      ['PATCH', '', { displayName: 'third' }],
      ['DELETE', '', undefined],
      ['POST', '/secrets', {}],
    ] as const) {
      const refused = await conditional(method, path, first, body);
      assert.deepEqual([refused.status, refused.headers.etag], [412, second.headers.etag]);
    }
    assert.equal((await conditional('PATCH', '', 'x', { displayName: 'third' })).status, 400);
    assert.equal((await conditional('PATCH', '', '*', { displayName: 'third' })).status, 200);
    const known = String((await admin.send('GET', `${root}/${id}`)).headers.etag);
    assert.equal((await admin.send('GET', `${root}/${id}`, { headers: { 'if-none-match': known } })).status, 304);
    assert.equal((await conditional('DELETE', '', known)).status, 204);
  });

  test('is one of several changes at once, of which none is lost', async () => {
    const { id } = await create();
    const answers = await Promise.all(
      [read, write, 'DeviceManagementApps.Read.All'].map((role) =>
        admin.send('POST', `${root}/${id}/secrets`, { body: { displayName: role } }),
      ),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201],
    );
    const { secrets, version } = await admin.expect(200, 'GET', `${root}/${id}`);
    assert.deepEqual([secrets.length, version], [3, 4]);
  });
});

describe('a user', () => {
  let tenant: string;
  let root: string;
  before(async () => {
    tenant = await admin.tenant();
    root = `tenants/${tenant}/users`;
  });

  test('is made, found by id and by name, changed and deleted; the password is never told', async () => {
    const password = 'correct horse battery staple';
    const given = { userPrincipalName: 'Ada@example.org', displayName: 'Ada', scopes: [read] };
    const made = await admin.send('POST', root, { body: { ...given, password } });
    assert.equal(made.status, 201, made.text);
    const { id } = made.json;
    assert.deepEqual(made.json, {
      '@odata.etag': `W/"${id}.1"`,
      ...given,
      id,
      enabled: true,
      consents: [],
      hasPassword: true,
      version: 1,
    });
    for (const key of [id, 'ada@EXAMPLE.org', encodeURIComponent('Ada@example.org')]) {
      assert.deepEqual(await admin.expect(200, 'GET', `${root}/${key}`), made.json);
    }
    assert.deepEqual((await admin.expect(200, 'GET', root)).value, [made.json]);
    const renamed = await admin.expect(200, 'PATCH', `${root}/${id}`, {
      userPrincipalName: 'countess@example.org',
      password: null,
    });
    assert.deepEqual(
      [renamed.userPrincipalName, renamed.hasPassword, renamed.version],
      ['countess@example.org', false, 2],
    );
    const again = await admin.send('PATCH', `${root}/countess@example.org`, { body: { password: `${password} 2` } });
    assert.equal(again.json.hasPassword, true);
    assert.equal((await admin.send('POST', root, { body: { userPrincipalName: 'COUNTESS@example.org' } })).status, 409);
    const events = await admin.events(tenant);
    assert.deepEqual(told(events.at(-1), 'password'), { displayName: 'password', oldValue: null, newValue: '****' });
    for (const text of [made.text, again.text, JSON.stringify(events)]) {
      assert.ok(!text.includes(password) && !text.includes('scrypt'));
    }
    assert.equal((await admin.send('DELETE', `${root}/${id}`)).status, 204);
    assert.equal((await admin.send('GET', `${root}/${id}`)).status, 404);
  });

  test('has a password by rules that say what is wrong, and not what was sent', async () => {
    for (const password of ['short', 'a'.repeat(300), 'ababababababababab', 'grace is my name, really']) {
      const body = { userPrincipalName: 'grace@example.org', password };
      const { status, json, text } = await admin.send('POST', root, { body });
      assert.deepEqual([status, json.error.target], [400, 'password']);
      assert.ok(!text.includes(password));
    }
  });
});
