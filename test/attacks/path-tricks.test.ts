// One resource, many spellings: each is the same resource under the same permissions, or none at all.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sendRaw } from '../http/raw.js';
import { stateOf } from '../http/refusals.js';
import { openSession, type Session } from '../http/session.js';
import type { Answer } from '../support.js';

let session: Session;
let id: string;
/** Bearer tokens: of all permissions, to read settings and profiles, to read the audit alone. */
let tokens: { all: string; reader: string; auditor: string };
before(async () => {
  session = await openSession();
  const { development } = session;
  id = String(development.settingsId);
  tokens = {
    all: await development.token(),
    reader: await development.token({ scopes: ['DeviceManagementConfiguration.Read.All'] }),
    auditor: await development.token({ scopes: ['DeviceManagementApps.Read.All'] }),
  };
});
after(() => session.close());

/** The request with its target as it stands, which no client would send. */
async function send(method: string, target: string, token?: string): Promise<Answer> {
  const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  const head = `${method} ${target} HTTP/1.1\r\nHost: ${new URL(session.root).host}\r\n${authorization}`;
  const answer = await sendRaw(session.root, `${head}\r\n`);
  assert.ok(answer);
  return answer;
}

const encoded = (text: string): string =>
  [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');

/** Spellings of the settings; `{id}` is their key. */
const same: readonly string[] = [
  '/beta/deviceManagement/derivedCredentials/{id}',
  '/beta/deviceManagement/derivedCredentials/{id}/',
  '/BETA/DEVICEMANAGEMENT/DERIVEDCREDENTIALS/{id}',
  '/beta//deviceManagement/derivedCredentials/{id}',
  "/beta/deviceManagement/derivedCredentials('{id}')",
  '/beta/deviceManagement/derivedCredentials(%27{id}%27)',
  '/beta/deviceManagement/derivedCredentials%28%27{id}%27%29',
  "/beta/deviceManagement/derivedCredentials(id='{id}')",
  '/%62eta/%64eviceManagement/derived%43redentials/{id}',
  `/beta/${encoded('deviceManagement')}/${encoded('derivedCredentials')}/{id}`,
  '/beta/deviceManagement/derivedCredentials/{id}?',
  '/beta/deviceManagement/derivedCredentials/{id}?/../auditEvents',
  '/beta/deviceManagement/derivedCredentials/{id}#/../auditEvents',
];

/** Spellings of nothing. What a server in front might make of them is not what is asked here. */
const none: readonly string[] = [
  '//beta/deviceManagement/derivedCredentials/{id}',
  '/beta///deviceManagement/derivedCredentials/{id}',
  '/beta/deviceManagement//derivedCredentials/{id}',
  '/beta/deviceManagement/derivedCredentials//{id}',
  '/beta/deviceManagement/derivedCredentials/{id}//',
  '/./beta/deviceManagement/derivedCredentials/{id}',
  '/beta/./deviceManagement/derivedCredentials/{id}',
  '/beta/x/../deviceManagement/derivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/../derivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/..%2fderivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/%2e%2e/derivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/%2E%2E%2FderivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/..%5cderivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/..\\derivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents/..;/derivedCredentials/{id}',
  '/beta/deviceManagement/auditEvents;/derivedCredentials/{id}',
  '/beta/deviceManagement;x=1/derivedCredentials/{id}',
  '/beta/deviceManagement%2fderivedCredentials/{id}',
  '/beta/deviceManagement%252fderivedCredentials/{id}',
  '/beta%2fdeviceManagement%2fderivedCredentials%2f{id}',
  '/beta/deviceManagement/derivedCredentials%00/{id}',
  '/beta/deviceManagement/derivedCredentials/{id}%00',
  '/beta/deviceManagement/derivedCredentials/{id}%0d%0a',
  '/beta/deviceManagement/derivedCredentials/%2e/{id}',
  '/beta/deviceManagement/derivedCredentials%20/{id}',
  '/beta/deviceManagement/%c4%8fderivedCredentials/{id}',
  '/beta/deviceManagement/derived%ef%bc%a3redentials/{id}',
  '/beta/deviceManagement/derivedCredentials/auditEvents/{id}',
  "/beta/deviceManagement/derivedCredentials('{id}')('{id}')",
  '/beta/deviceManagement/derivedCredentials({id})',
  "/beta/deviceManagement/auditEvents('x')/derivedCredentials('{id}')",
  '/v1.0/deviceManagement/derivedCredentials/{id}',
  '/derivedCredentials/{id}',
  '/beta/derivedCredentials/{id}',
  '/%zz/../beta/deviceManagement/derivedCredentials/{id}',
];

/** Spellings of another key, which nothing has. */
const other: readonly string[] = [
  '/beta/deviceManagement/derivedCredentials/{id};x=1',
  '/beta/deviceManagement/derivedCredentials/{id}.json',
  '/beta/deviceManagement/derivedCredentials/{id}%20',
  '/beta/deviceManagement/derivedCredentials/%7b{id}%7d',
  "/beta/deviceManagement/derivedCredentials/'{id}'",
  "/beta/deviceManagement/derivedCredentials('{id}''')",
];

describe('a path', () => {
  for (const spelling of same) {
    test(`${spelling} is the settings, for who may read them`, async () => {
      const target = spelling.replaceAll('{id}', id);
      const state = await stateOf(session);
      const read = await send('GET', target, tokens.all);
      assert.equal(read.status, 200, read.text);
      assert.equal(read.json.id, id);
      assert.equal((await send('GET', target, tokens.reader)).status, 200);
      assert.equal((await send('GET', target, tokens.auditor)).status, 403);
      assert.equal((await send('GET', target)).status, 401);
      for (const token of [tokens.reader, tokens.auditor]) {
        assert.equal((await send('DELETE', target, token)).status, 403);
        assert.equal((await send('PATCH', target, token)).status, 403);
      }
      assert.equal(await stateOf(session), state);
    });
  }
  for (const spelling of none) {
    test(`${spelling} is nothing, for anyone`, async () => {
      const target = spelling.replaceAll('{id}', id);
      const state = await stateOf(session);
      for (const token of Object.values(tokens)) {
        for (const method of ['GET', 'DELETE', 'PATCH']) {
          const answer = await send(method, target, token);
          assert.equal(answer.status, 400, answer.text);
          assert.equal(answer.json.error.code, 'BadRequest');
        }
      }
      assert.equal((await send('DELETE', target)).status, 401);
      assert.equal(await stateOf(session), state);
    });
  }
  for (const spelling of other) {
    test(`${spelling} is a key that nothing has`, async () => {
      const target = spelling.replaceAll('{id}', id);
      const state = await stateOf(session);
      assert.equal((await send('GET', target, tokens.all)).status, 404);
      assert.equal((await send('DELETE', target, tokens.all)).status, 404);
      assert.equal((await send('GET', target, tokens.auditor)).status, 403);
      assert.equal((await send('DELETE', target, tokens.reader)).status, 403);
      assert.equal(await stateOf(session), state);
    });
  }

  test('of a profile leads to the settings under the permissions of the settings, however it is spelled', async () => {
    const profile = session.development.profiles.iosVpnConfiguration;
    const state = await stateOf(session);
    for (const target of [
      `/beta/deviceManagement/deviceConfigurations/${profile}/derivedCredentialSettings`,
      `/beta/deviceManagement/deviceConfigurations('${profile}')/DERIVEDCREDENTIALSETTINGS/`,
      `/beta/deviceManagement/deviceConfigurations/${profile}/MICROSOFT.GRAPH.iosVpnConfiguration/derivedCredentialSettings`,
      `/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration/${profile}/derivedCredentialSettings`,
      `/beta/deviceManagement/deviceConfigurations/microsoft.graph.iosVpnConfiguration('${profile}')/derived%43redentialSettings`,
    ]) {
      assert.equal((await send('GET', target, tokens.all)).json.id, id);
      assert.equal((await send('PATCH', target, tokens.reader)).status, 403);
      assert.equal((await send('GET', target, tokens.auditor)).status, 403);
    }
    assert.equal(await stateOf(session), state);
  });
});
