// Microsoft's Graph client for JavaScript, unmodified, over https: what its users do, and how it reads refusals.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { BatchRequestContent, BatchResponseContent } from '@microsoft/microsoft-graph-client';
import { createServer, type Server } from '../../src/index.js';
import { type ClientProcess, openClientProcess } from './client-process.js';
import type { Chain, Outcome } from './microsoft-graph-client.process.js';

const program = new URL('./microsoft-graph-client.process.js', import.meta.url);
const settingsPath = '/deviceManagement/derivedCredentials';
const profilesPath = '/deviceManagement/deviceConfigurations';
const settingsType = '#microsoft.graph.deviceManagementDerivedCredentialSettings';
const types = [
  'iosVpnConfiguration',
  'iosEnterpriseWiFiConfiguration',
  'iosEasEmailProfileConfiguration',
  'iosDerivedCredentialAuthenticationConfiguration',
];

type Client = ClientProcess<Chain, Outcome>;
// biome-ignore lint/suspicious/noExplicitAny: the client itself gives bodies as any
type Body = any;

async function resultOf(client: Client, ...chain: Chain): Promise<Body> {
  const outcome = await client.ask(chain);
  assert.ok('result' in outcome, JSON.stringify(outcome));
  return outcome.result;
}

async function errorOf(client: Client, ...chain: Chain): Promise<Extract<Outcome, { error: unknown }>['error']> {
  const outcome = await client.ask(chain);
  assert.ok('error' in outcome, JSON.stringify(outcome));
  return outcome.error;
}

describe('@microsoft/microsoft-graph-client', () => {
  let server: Server;
  let client: Client;
  let settingsId: string;
  let profiles: Readonly<Record<string, string>>;
  before(async () => {
    server = await createServer();
    assert.ok(server.development?.settingsId);
    ({ settingsId, profiles } = server.development);
    client = await openClientProcess(program, server);
  });
  after(async () => {
    await client.close();
    await server.close();
  });

  test('sends a batch with dependencies, and reads its responses', async () => {
    const url = `${settingsPath}/${settingsId}`;
    const json = { 'Content-Type': 'application/json' };
    const change = { method: 'PATCH', headers: json, body: JSON.stringify({ displayName: 'By a batch' }) };
    const content = new BatchRequestContent([
      { id: 'update', request: new Request(`https://graph.microsoft.com${url}`, change) },
      { id: 'read', request: new Request(`https://graph.microsoft.com${url}`), dependsOn: ['update'] },
      { id: 'missing', request: new Request(`https://graph.microsoft.com${settingsPath}/x`), dependsOn: ['read'] },
    ]);
    const result = await resultOf(client, '/$batch', ['post', await content.getContent()]);
    const responses = new BatchResponseContent(result);
    assert.equal(responses.getResponseById('update').status, 200);
    const read: Body = await responses.getResponseById('read').json();
    assert.equal(read.displayName, 'By a batch');
    assert.equal(responses.getResponseById('missing').status, 404);
  });

  test('waits as the Retry-After of a simulated 429 or 503 says, tries again and succeeds', async () => {
    const { simulation } = server.development ?? {};
    const path = '/deviceManagement/derivedCredentials/*';
    await simulation?.set({
      rules: [
        { method: 'PATCH', path, throttle: 1, times: 1 },
        { method: 'PATCH', path, error: 503, retryAfter: 1, times: 1 },
      ],
    });
    const begun = performance.now();
    const result = await resultOf(client, `${settingsPath}/${settingsId}`, ['patch', { displayName: 'At last' }]);
    assert.equal(result.displayName, 'At last');
    // Node's timers may be a millisecond early.
    assert.ok(performance.now() - begun > 1990, 'it waited a second, twice');
    const told = simulation?.tell().rules.map(({ matched, applied }) => [matched, applied]);
    assert.deepEqual(told, [
      [3, 1],
      [2, 1],
    ]);
    await simulation?.set({ rules: [{ method: 'PATCH', path, throttle: 0 }] });
    const error = await errorOf(client, `${settingsPath}/${settingsId}`, ['patch', { displayName: 'Never' }]);
    assert.deepEqual([error.statusCode, error.code], [429, 'TooManyRequests']);
    await simulation?.clear();
  });

  test('updates by each of the six routes and gets the whole object back, the same by every route', async () => {
    const navigation = (type: string, cast: string): string =>
      `${profilesPath}/${profiles[type]}${cast}/derivedCredentialSettings`;
    const routes = [
      `${settingsPath}/${settingsId}`,
      navigation('iosVpnConfiguration', ''),
      ...types.map((type) => navigation(type, `/microsoft.graph.${type}`)),
    ];
    assert.equal(routes.length, 6);
    for (const [index, route] of routes.entries()) {
      const change = {
        displayName: `Karte № ${index} — 'ü'`,
        issuer: ['xTec', 'intercede'][index % 2],
        notificationType: ['email', 'companyPortal,email'][index % 2],
        renewalThresholdPercentage: 30 + index,
        helpUrl: index % 2 === 0 ? null : 'https://help.example.com/?a=1&b=%20',
      };
      const updated = await resultOf(client, route, ['patch', { '@odata.type': settingsType, ...change }]);
      const { '@odata.context': context, '@odata.etag': etag, ...object } = updated;
      assert.deepEqual(object, { '@odata.type': settingsType, id: settingsId, ...change });
      assert.match(context, /^https:\/\/localhost:\d+\/beta\/\$metadata#/);
      assert.ok(etag);
      for (const seen of routes) assert.deepEqual(await resultOf(client, seen, ['get']), updated);
    }
  });

  test('takes the documented example, which changes nothing', async () => {
    const before = await resultOf(client, `${settingsPath}/${settingsId}`, ['get']);
    const after = await resultOf(client, `${settingsPath}/${settingsId}`, ['update', { '@odata.type': settingsType }]);
    assert.deepEqual(after, before);
  });

  test('sends an If-Match header that is honoured', async () => {
    const path = `${settingsPath}/${settingsId}`;
    const { '@odata.etag': etag } = await resultOf(client, path, ['get']);
    const update = (displayName: string): Chain => [path, ['header', 'If-Match', etag], ['patch', { displayName }]];
    assert.equal((await resultOf(client, ...update('first'))).displayName, 'first');
    const error = await errorOf(client, ...update('second'));
    assert.equal(error.statusCode, 412);
    assert.equal((await resultOf(client, path, ['get'])).displayName, 'first');
  });

  test('lists with filter, select and count', async () => {
    const found = await resultOf(
      client,
      profilesPath,
      ['filter', "(displayName eq 'VPN' or displayName eq 'it''s not there') and not (version eq 0)"],
      ['select', ['id', 'displayName']],
      ['count', true],
      ['get'],
    );
    assert.equal(found['@odata.count'], 1);
    assert.equal(found.value.length, 1);
    const [{ id, displayName }] = found.value;
    assert.deepEqual({ id, displayName }, { id: profiles.iosVpnConfiguration, displayName: 'VPN' });
    assert.equal(found.value[0].version, undefined);
    assert.equal((await resultOf(client, profilesPath, ['get'])).value.length, 4);
  });

  test('creates a profile of each type, bound by reference, and deletes it', async () => {
    const bind = `https://graph.microsoft.com/beta${settingsPath}/${settingsId}`;
    const bodies: Readonly<Record<string, object>> = {
      iosVpnConfiguration: { connectionName: 'c', server: { address: 'vpn.example.com' } },
      iosEnterpriseWiFiConfiguration: { networkName: 'n', ssid: 's' },
      iosEasEmailProfileConfiguration: { accountName: 'a', hostName: 'h' },
      iosDerivedCredentialAuthenticationConfiguration: {},
    };
    for (const type of types) {
      const created = await resultOf(client, profilesPath, [
        'post',
        {
          '@odata.type': `#microsoft.graph.${type}`,
          displayName: 'by the client',
          'derivedCredentialSettings@odata.bind': bind,
          ...bodies[type],
        },
      ]);
      assert.equal(created['@odata.type'], `#microsoft.graph.${type}`);
      assert.equal(created.version, 1);
      const path = `${profilesPath}/${created.id}`;
      assert.equal((await resultOf(client, `${path}/derivedCredentialSettings`, ['get'])).id, settingsId);
      await resultOf(client, path, ['delete']);
      assert.equal((await errorOf(client, path, ['get'])).statusCode, 404);
    }
  });

  test('deletes the settings and creates new ones', async () => {
    await resultOf(client, `${settingsPath}/${settingsId}`, ['delete']);
    assert.deepEqual((await resultOf(client, settingsPath, ['get'])).value, []);
    const made = await resultOf(client, settingsPath, ['post', { displayName: 'again', issuer: 'entrustDatacard' }]);
    assert.notEqual(made.id, settingsId);
    assert.equal(made.renewalThresholdPercentage, 20);
    assert.equal(made.notificationType, 'none');
    const conflict = await errorOf(client, settingsPath, ['post', { displayName: 'two', issuer: 'xTec' }]);
    assert.equal(conflict.statusCode, 409);
    settingsId = made.id;
  });

  test('reads refusals: status, code, message, request id, date and target', async () => {
    const error = await errorOf(
      client,
      `${settingsPath}/${settingsId}`,
      ['header', 'client-request-id', 'b3b1c7f0-0000-4000-8000-000000000001'],
      ['patch', { renewalThresholdPercentage: 100 }],
    );
    assert.equal(error.statusCode, 400);
    assert.equal(error.code, 'BadRequest');
    assert.match(error.message, /renewalThresholdPercentage.*1 to 99/);
    assert.match(error.requestId ?? '', /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    assert.ok(Math.abs(error.date.getTime() - Date.now()) < 24 * 3600_000);
    const body = JSON.parse(error.body);
    assert.equal(body.target, 'renewalThresholdPercentage');
    assert.equal(body.innerError['client-request-id'], 'b3b1c7f0-0000-4000-8000-000000000001');

    const missing = await errorOf(client, `${settingsPath}/nowhere`, ['get']);
    assert.deepEqual([missing.statusCode, missing.code], [404, 'ResourceNotFound']);
    const old = await errorOf(client, `${settingsPath}/${settingsId}`, ['version', 'v1.0'], ['get']);
    assert.deepEqual([old.statusCode, old.code], [400, 'BadRequest']);
    const method = await errorOf(client, settingsPath, ['put', {}]);
    assert.equal(method.statusCode, 405);
  });

  test('is refused with a token that expired and with one that lacks the permission', async () => {
    for (const [request, status, code] of [
      [{ lifetime: -3600 }, 401, 'InvalidAuthenticationToken'],
      [{ scopes: ['User.Read'] }, 403, 'Forbidden'],
      [{ roles: [] }, 403, 'Forbidden'],
    ] as const) {
      const other: Client = await openClientProcess(program, server, await server.development?.token(request));
      try {
        const error = await errorOf(other, settingsPath, ['get']);
        assert.deepEqual([error.statusCode, error.code], [status, code]);
      } finally {
        await other.close();
      }
    }
  });
});
