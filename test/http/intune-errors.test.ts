// Errors that nest as Intune's do, for programs that have to read those.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastSettings, openSession, type Session } from './session.js';
import { openTenants } from './tenants.js';

let session: Session;
let plain: Session;
before(async () => {
  session = await openSession({ intuneErrors: true });
  plain = await openSession();
});
after(async () => {
  await session.close();
  await plain.close();
});

/** What a tenant whose licence has expired is told. */
async function withoutLicense(): Promise<{ code: string; message: string }> {
  const tenants = await openTenants({ intuneErrors: true });
  try {
    const token = await tenants.token(await tenants.keep('expired'));
    const { status, json } = await tenants.send('GET', 'derivedCredentials', { token });
    assert.equal(status, 403);
    return json.error;
  } finally {
    await tenants.close();
  }
}

const fields = ['_version', 'Message', 'CustomApiErrorPhrase', 'RetryAfter', 'ErrorSourceService', 'HttpHeaders'];

describe('an error of Intune', () => {
  for (const [method, path, body] of [
    ['GET', "derivedCredentials('x')", undefined],
    ['POST', 'derivedCredentials', leastSettings],
    ['POST', 'deviceConfigurations', { nope: 1 }],
    ['GET', "deviceConfigurations?$filter=nope eq 'x'", undefined],
  ] as const) {
    test(`has JSON in its message: ${method} ${path}`, async () => {
      const url = encodeURI(path);
      const headers = { 'client-request-id': 'a3c1f6c2-26a5-4f0e-9d40-6b1f2a9a9b5e' };
      const { json, text } = await session.send(method, url, { body, headers });
      const { error } = (await plain.send(method, url, { body })).json;
      assert.deepEqual(Object.keys(json.error), ['code', 'message', 'innerError']);
      assert.equal(json.error.code, error.code);
      const { message } = json.error;
      assert.ok(message.startsWith('{\r\n  "_version": 3,\r\n  "Message": "') && message.endsWith('\r\n}'), text);
      const inner = JSON.parse(message);
      assert.deepEqual(Object.keys(inner), fields);
      const said = error.message.replaceAll(plain.development.settingsId, session.development.settingsId);
      const form =
        / - Operation ID \(for customer support\): 0{8}-0{4}-0{4}-0{4}-0{12} - Activity ID: (\S+) - Url: (\S+)$/;
      const [tail = '', activity, service] = form.exec(inner.Message) ?? [];
      assert.equal(inner.Message.slice(0, -tail.length), said);
      assert.equal(activity, headers['client-request-id']);
      assert.match(String(service), /^https:\/\/fef\.offshoot\.invalid\/.+\/deviceManagement\/[\w%]+\?api-version=/);
      assert.equal(inner.HttpHeaders, '{}');
    });
  }

  test('is nested twice where the licence is missing', async () => {
    const { code, message } = await withoutLicense();
    assert.equal(code, 'UnknownError');
    const outer = JSON.parse(message);
    assert.deepEqual(Object.keys(outer), [
      'ErrorCode',
      'Message',
      'Target',
      'Details',
      'InnerError',
      'InstanceAnnotations',
    ]);
    assert.equal(outer.ErrorCode, 'Forbidden');
    assert.match(JSON.parse(outer.Message).Message, /^The tenant has no active Intune license/);
  });
});

describe("an error of Graph's gateway", () => {
  for (const [path, options, status] of [
    ['nope', {}, 400],
    ['derivedCredentials', { token: null }, 401],
    ['derivedCredentials', { headers: { accept: 'text/html' } }, 406],
    ['derivedCredentials', { headers: { 'if-match': 'x' } }, 400],
  ] as const) {
    test(`nests nothing: ${path} ${JSON.stringify(options)}`, async () => {
      const answer = await session.send('GET', path, options);
      assert.equal(answer.status, status);
      assert.ok(!answer.json.error.message.startsWith('{'));
    });
  }
});
