// Atomicity groups of a batch: all of the changes, in one transaction, or none.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { call } from '../support.js';
import { stateOf } from './refusals.js';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

let session: Session;
let settings: string;
let vpn: string;
let wiFi: string;
before(async () => {
  session = await openSession();
});
after(() => session.close());
beforeEach(() => {
  const { settingsId, profiles } = session.development;
  settings = `/deviceManagement/derivedCredentials/${settingsId}`;
  vpn = `/deviceManagement/deviceConfigurations/${profiles.iosVpnConfiguration}`;
  wiFi = `/deviceManagement/deviceConfigurations/${profiles.iosEnterpriseWiFiConfiguration}`;
});

interface Change {
  readonly method?: string;
  readonly url: string;
  readonly body?: object;
  readonly headers?: object;
  readonly id?: string;
  readonly dependsOn?: readonly string[];
  readonly atomicityGroup?: string | undefined;
}

/** The answers to the changes, of one group unless told otherwise; ids are 0, 1, … unless given. */
async function together(
  ...changes: Change[]
): Promise<{ status: number; body: { id: string; version: number; error: { code: string; message: string } } }[]> {
  const requests = changes.map(({ headers, ...change }, index) => ({
    id: `${index}`,
    method: 'PATCH',
    atomicityGroup: 'g',
    ...(change.body && { headers: { 'content-type': 'application/json', ...headers } }),
    ...change,
  }));
  const answer = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.responses;
}

const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status);

describe('an atomicity group', () => {
  test('makes all of its changes, each with its audit event', async () => {
    const events = await session.auditOf(async () => {
      const answers = await together(
        { url: settings, body: { displayName: 'Together' } },
        { url: vpn, body: { description: 'Together' } },
        { url: wiFi, body: { description: 'Together' } },
      );
      assert.deepEqual(statuses(answers), [200, 200, 200]);
    });
    assert.deepEqual(
      events.map(({ activityType }) => activityType),
      [
        'Patch deviceManagementDerivedCredentialSettings',
        'Patch iosVpnConfiguration',
        'Patch iosEnterpriseWiFiConfiguration',
      ],
    );
    assert.equal(new Set(events.map(({ id }) => id)).size, 3);
    assert.equal(new Set(events.map(({ correlationId }) => correlationId)).size, 1, 'the id that the whole batch has');
    for (const path of [vpn, wiFi]) {
      assert.equal((await session.expect(200, 'GET', path.slice(18))).description, 'Together');
    }
  });

  for (const [what, failing, status] of [
    ['a body', () => ({ url: vpn, body: { nope: 1 } }), 400],
    ['a rule', () => ({ url: settings, body: { renewalThresholdPercentage: 0 } }), 400],
    ['an address', () => ({ url: '/nope', body: {} }), 400],
    ['an object that is not there', () => ({ url: '/deviceManagement/derivedCredentials/x', body: {} }), 404],
    [
      'a second object',
      () => ({ method: 'POST', url: '/deviceManagement/derivedCredentials', body: leastSettings }),
      409,
    ],
    ['a condition', () => ({ url: vpn, body: {}, headers: { 'if-match': '"other"' } }), 412],
    ['a token', () => ({ url: vpn, body: {}, headers: { authorization: 'Bearer x' } }), 401],
    ['another host', () => ({ url: 'https://evil.example/beta', body: {} }), 400],
  ] as const) {
    test(`makes none where ${what} is refused; the others answer 424`, async () => {
      const state = await stateOf(session);
      for (const place of [0, 1, 2]) {
        const changes: Change[] = [
          { url: settings, body: { displayName: 'Nothing of this' } },
          { url: wiFi, body: { description: 'Nothing of this' } },
        ];
        changes.splice(place, 0, failing());
        const answers = await together(...changes);
        const expected = [424, 424, 424].with(place, status);
        assert.deepEqual(statuses(answers), expected, JSON.stringify(answers));
        const other = answers[(place + 1) % 3];
        assert.equal(other?.body.error.code, 'FailedDependency');
        assert.match(other?.body.error.message ?? '', new RegExp(`since '${place}' of its atomicity group 'g' failed`));
      }
      assert.equal(await stateOf(session), state);
    });
  }

  test('lets each change see those before it', async () => {
    const [first, second] = await together(
      { url: vpn, body: { description: 'a' } },
      { url: vpn, body: { description: 'b' } },
    );
    assert.equal(Number(second?.body.version), Number(first?.body.version) + 1);
    const again = await together({ url: vpn, method: 'DELETE' }, { url: vpn, body: {} });
    assert.deepEqual(statuses(again), [424, 404]);
  });

  test('can replace the settings and re-bind a profile that was unbound by it', async () => {
    const answers = await together(
      { method: 'DELETE', url: settings },
      { method: 'POST', url: '/deviceManagement/derivedCredentials', body: leastSettings },
      { url: vpn, body: { description: 'Bound to the new ones' } },
      {
        method: 'POST',
        url: '/deviceManagement/deviceConfigurations',
        body: { ...leastProfiles.iosVpnConfiguration, authenticationMethod: 'derivedCredential' },
      },
    );
    assert.deepEqual(statuses(answers), [204, 201, 200, 201], JSON.stringify(answers));
    const id = answers[1]?.body.id;
    const { profiles } = session.development;
    assert.equal((await session.linkOf(String(profiles.iosVpnConfiguration))).settings, id);
    assert.equal((await session.linkOf(String(answers[3]?.body.id))).settings, id);
    assert.equal((await session.linkOf(String(profiles.iosEnterpriseWiFiConfiguration))).settings, null);
    // As it was, for the tests that follow.
    Object.assign(session.development, { settingsId: id });
  });

  test('can be depended on by its name and by its requests', async () => {
    const get = { method: 'GET', atomicityGroup: undefined };
    const good = await together(
      { id: 'a', url: vpn, body: { description: '1' } },
      { id: 'b', url: wiFi, body: { description: '1' } },
      { ...get, id: 'c', url: vpn, dependsOn: ['g'] },
      { ...get, id: 'd', url: vpn, dependsOn: ['b'] },
    );
    assert.deepEqual(statuses(good), [200, 200, 200, 200]);
    const bad = await together(
      { id: 'a', url: vpn, body: { description: '2' } },
      { id: 'b', url: wiFi, body: { nope: '2' } },
      { ...get, id: 'c', url: vpn, dependsOn: ['g'] },
      { ...get, id: 'd', url: vpn, dependsOn: ['a'] },
      { ...get, id: 'e', url: vpn },
    );
    assert.deepEqual(statuses(bad), [424, 400, 424, 424, 200]);
  });

  test('is not carried out where what it depends on failed', async () => {
    const answers = await together(
      { id: 'a', method: 'GET', url: '/nope', atomicityGroup: undefined },
      { id: 'b', url: vpn, body: { description: '3' }, dependsOn: ['a'] },
      { id: 'c', url: wiFi, body: { description: '3' } },
    );
    assert.deepEqual(statuses(answers), [400, 424, 424]);
    assert.notEqual((await session.expect(200, 'GET', wiFi.slice(18))).description, '3');
  });

  test('that changes nothing writes nothing', async () => {
    const events = await session.auditOf(async () => {
      assert.deepEqual(statuses(await together({ url: vpn, body: {} }, { url: wiFi, body: {} })), [200, 200]);
    });
    assert.deepEqual(events, []);
  });

  test('loses no update to others that are made at the same moment', async () => {
    const { version } = await session.expect(200, 'GET', vpn.slice(18));
    const rounds = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all(
      rounds.flatMap((index) => [
        together(
          { url: vpn, body: { description: `group ${index}` } },
          { url: settings, body: { displayName: `group ${index}` } },
        ),
        session.expect(200, 'PATCH', vpn.slice(18), { description: `alone ${index}` }),
        session.expect(200, 'PATCH', settings.slice(18), { displayName: `alone ${index}` }),
      ]),
    );
    assert.equal((await session.expect(200, 'GET', vpn.slice(18))).version, version + 20);
  });
});
