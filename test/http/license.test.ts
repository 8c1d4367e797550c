// Rule 9: what a tenant without an active licence, a personal account and an unknown tenant are refused.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Answer } from '../support.js';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

const commandLine = join(import.meta.dirname, '../../src/cli/index.js');

describe('rule 9', () => {
  let session: Session;
  let data: string;
  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'offshoot-license-'));
    session = await openSession({ data });
  });
  after(async () => {
    await session.close();
    await rm(data, { recursive: true });
  });

  const tenant = (...given: string[]) =>
    promisify(execFile)(process.execPath, [commandLine, 'tenant', ...given, '--data', data]);
  const setLicense = (license: string) => tenant('set-license', session.development.tenantId, license);

  /** Asks until the answer has the status, for a second at most. */
  async function within1s(status: number, path: string, token?: string): Promise<Answer> {
    const end = performance.now() + 1000;
    for (;;) {
      const late = performance.now() > end;
      const answer = await session.send('GET', path, token === undefined ? {} : { token });
      if (answer.status === status) return answer;
      assert.ok(!late, `${path} still answers ${answer.status} after a second`);
      await setTimeout(20);
    }
  }

  /** A request of every kind, as [method, path, body]. */
  function everyRequest(): [string, string, unknown?][] {
    const { settingsId, profiles } = session.development;
    const profile = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
    const navigation = `${profile}/derivedCredentialSettings`;
    return [
      ['GET', 'derivedCredentials'],
      ['POST', 'derivedCredentials', leastSettings],
      ['GET', `derivedCredentials/${settingsId}`],
      ['PATCH', `derivedCredentials/${settingsId}`, { displayName: 'lost' }],
      ['DELETE', `derivedCredentials/${settingsId}`],
      ['GET', 'deviceConfigurations'],
      ['GET', 'deviceConfigurations/microsoft.graph.iosVpnConfiguration'],
      ['POST', 'deviceConfigurations', leastProfiles.iosVpnConfiguration],
      ['GET', profile],
      ['PATCH', profile, { displayName: 'lost' }],
      ['DELETE', profile],
      ['GET', navigation],
      ['PATCH', navigation, { displayName: 'lost' }],
      ['GET', `${profile}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`],
      ['PATCH', `${profile}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`, { displayName: 'lost' }],
      ['GET', `${navigation}/$ref`],
      ['PUT', `${navigation}/$ref`, { '@odata.id': `${session.root}/derivedCredentials/${settingsId}` }],
      ['DELETE', `${navigation}/$ref`],
      ['GET', 'auditEvents'],
      ['GET', 'derivedCredentials/bc650741-0741-bc65-4107-65bc410765bc'],
    ];
  }

  const told = {
    active: { subscriptions: 'intune', subscriptionState: 'active' },
    expired: { subscriptions: 'intune', subscriptionState: 'disabled' },
    absent: { subscriptions: 'none', subscriptionState: 'deleted' },
  };

  test('a tenant without an active licence is refused everything but the object that tells the licence', async () => {
    const before = [
      await session.expect(200, 'GET', 'derivedCredentials'),
      await session.expect(200, 'GET', 'deviceConfigurations'),
    ];
    for (const license of ['expired', 'absent'] as const) {
      const events = await session.auditOf(async () => {
        await setLicense(license);
        const first = await within1s(403, 'derivedCredentials');
        assert.equal(first.json.error.message, `The tenant has no active Intune license (${license}).`);
        for (const [method, path, body] of everyRequest()) {
          const { code, message } = await session.refused(403, method, path, body);
          assert.equal(code, 'Forbidden', `${method} ${path}`);
          assert.match(message, /license/, `${method} ${path}`);
        }
        const { json } = await session.send('GET', '');
        assert.equal(json.intuneAccountId, session.development.tenantId);
        const { subscriptions, subscriptionState } = json;
        assert.deepEqual({ subscriptions, subscriptionState }, told[license]);

        await setLicense('active');
        await within1s(200, 'derivedCredentials');
      });
      assert.deepEqual(
        events.map(({ actor, resources }) => [actor?.type, resources[0]?.type, resources[0]?.modifiedProperties]),
        [
          ['System', 'tenant', [{ displayName: 'license', oldValue: 'active', newValue: license }]],
          ['System', 'tenant', [{ displayName: 'license', oldValue: license, newValue: 'active' }]],
        ],
      );
    }
    const { subscriptions, subscriptionState } = (await session.send('GET', '')).json;
    assert.deepEqual({ subscriptions, subscriptionState }, told.active);
    assert.deepEqual(before, [
      await session.expect(200, 'GET', 'derivedCredentials'),
      await session.expect(200, 'GET', 'deviceConfigurations'),
    ]);
  });

  test('a tenant that is not known is refused everything with 401, and is let in within a second of being added', async () => {
    const tenantId = '11111111-2222-4333-8444-555555555555';
    const token = await session.development.token({ tenantId });
    for (const [method, path, body] of [...everyRequest(), ['GET', ''] as const]) {
      const { status, headers, json } = await session.send(method, path, { body, token });
      assert.equal(status, 401, `${method} ${path}`);
      assert.equal(json.error.code, 'InvalidAuthenticationToken');
      assert.match(String(headers['www-authenticate']), /^Bearer /);
    }
    await tenant('add', tenantId, '--license', 'absent');
    const { json } = await within1s(200, '', token);
    assert.deepEqual([json.intuneAccountId, json.subscriptionState], [tenantId, 'deleted']);
    await within1s(403, 'derivedCredentials', token);
    await tenant('set-license', tenantId, 'active');
    assert.deepEqual((await within1s(200, 'derivedCredentials', token)).json.value, []);
  });

  test('a personal Microsoft account is refused everything, the licence too', async () => {
    const token = await session.development.token({ tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad' });
    for (const [method, path, body] of [...everyRequest(), ['GET', ''] as const]) {
      const { status, json } = await session.send(method, path, { body, token });
      assert.equal(status, 403, `${method} ${path}`);
      assert.match(json.error.message, /[Pp]ersonal Microsoft accounts/);
    }
  });

  test('the licence is told to callers with any of the permissions, and to no other', async () => {
    const one = await session.development.token({ scopes: ['DeviceManagementApps.Read.All'] });
    assert.equal((await session.send('GET', '', { token: one })).status, 200);
    const other = await session.development.token({ scopes: ['User.Read'] });
    assert.equal((await session.send('GET', '', { token: other })).status, 403);
  });
});
