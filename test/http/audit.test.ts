// Rule 10: every change is one audit event, in the transaction of the change.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AuditEvent } from '../../src/model/index.js';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

describe('rule 10', () => {
  let session: Session;
  let settings: string;
  before(async () => {
    session = await openSession();
    settings = `derivedCredentials/${session.development.settingsId}`;
  });
  after(() => session.close());

  async function one(change: () => Promise<unknown>): Promise<AuditEvent> {
    const [event, ...more] = await session.auditOf(change);
    assert.ok(event, 'no audit event came of the change');
    assert.deepEqual(more, []);
    return event;
  }

  const changesOf = (event: AuditEvent) =>
    event.resources[0]?.modifiedProperties.map(({ displayName, oldValue, newValue }) => [
      displayName,
      oldValue,
      newValue,
    ]);

  test('an event tells who, when, from where, what, and the request', async () => {
    const token = await session.development.token({ userPrincipalName: 'ada@example.com' });
    const from = Date.now();
    let requestId: unknown;
    const event = await one(async () => {
      const { headers } = await session.send('PATCH', settings, { token, body: { displayName: 'By Ada' } });
      requestId = headers['request-id'];
    });
    assert.deepEqual(
      [event.activityOperationType, event.activity, event.activityResult, event.correlationId],
      ['Patch', 'Patch deviceManagementDerivedCredentialSettings', 'Success', requestId],
    );
    const when = Date.parse(event.activityDateTime);
    assert.ok(when >= from && when <= Date.now());
    const { actor, resources } = event;
    assert.equal(actor?.userPrincipalName, 'ada@example.com');
    assert.equal(actor?.type, 'ItPro');
    assert.equal(actor?.ipAddress, '127.0.0.1');
    assert.match(String(actor?.userId), /^[0-9a-f-]{36}$/);
    assert.ok(actor?.userPermissions.includes('DeviceManagementConfiguration.ReadWrite.All'));
    assert.deepEqual(
      resources.map(({ resourceId, type, displayName }) => [resourceId, type, displayName]),
      [[session.development.settingsId, 'deviceManagementDerivedCredentialSettings', 'By Ada']],
    );
    assert.deepEqual(changesOf(event), [['displayName', 'Derived credentials', 'By Ada']]);
  });

  test('an event has the id of its request, so that a lost answer can be looked up, and the id that the client gave', async () => {
    const own = 'C0FFEE00-0000-4000-8000-000000000001';
    let requestId: unknown;
    const event = await one(async () => {
      const { headers } = await session.send('PATCH', settings, {
        headers: { 'client-request-id': own },
        body: { displayName: 'Named by its client' },
      });
      requestId = headers['request-id'];
    });
    assert.deepEqual([event.id, event.correlationId], [requestId, own.toLowerCase()]);
    const other = await one(() =>
      session.send('PATCH', settings, { headers: { 'client-request-id': 'no-uuid' }, body: { displayName: 'Again' } }),
    );
    assert.equal(other.correlationId, other.id);
  });

  test('an application is told as such', async () => {
    const token = await session.development.token({ roles: ['DeviceManagementConfiguration.ReadWrite.All'] });
    const { actor } = await one(() => session.send('PATCH', settings, { token, body: { displayName: 'By a robot' } }));
    assert.equal(actor?.type, 'Application');
    assert.equal(actor?.userPrincipalName, null);
    assert.ok(actor?.applicationId);
    assert.deepEqual(actor?.userPermissions, ['DeviceManagementConfiguration.ReadWrite.All']);
  });

  test('an update tells each property that changes, and none that does not', async () => {
    await session.expect(200, 'PATCH', settings, { ...leastSettings, helpUrl: null, notificationType: 'none' });
    const event = await one(() =>
      session.expect(200, 'PATCH', settings, {
        ...leastSettings,
        helpUrl: 'https://help.example.com/',
        notificationType: 'email,companyPortal',
        renewalThresholdPercentage: 30,
      }),
    );
    assert.deepEqual(changesOf(event), [
      ['helpUrl', null, 'https://help.example.com/'],
      ['notificationType', 'none', 'companyPortal,email'],
      ['renewalThresholdPercentage', '20', '30'],
    ]);
  });

  test('create, update, bind, unbind and delete of a profile are one event each', async () => {
    const { id, ...created } = await session.expect(
      201,
      'POST',
      'deviceConfigurations',
      leastProfiles.iosVpnConfiguration,
    );
    await session.expect(204, 'DELETE', `deviceConfigurations/${id}`);

    let path = '';
    const create = await one(async () => {
      const profile = await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosVpnConfiguration);
      path = `deviceConfigurations/${profile.id}`;
    });
    assert.equal(create.activityOperationType, 'Create');
    assert.deepEqual(
      changesOf(create)?.filter(([, , value]) => value !== null),
      ['displayName', 'roleScopeTagIds', 'supportsScopeTags', 'associatedDomains', 'authenticationMethod']
        .concat(['connectionName', 'connectionType', 'customData', 'customKeyValueData', 'enableSplitTunneling'])
        .concat(['excludedDomains', 'onDemandRules', 'safariDomains', 'server', 'excludeList', 'targetedMobileApps'])
        .map((name) => {
          const value = created[name];
          return [name, null, typeof value === 'string' ? value : JSON.stringify(value)];
        }),
    );

    const update = await one(() =>
      session.expect(200, 'PATCH', path, { server: { address: 'b.example', isDefaultServer: true } }),
    );
    assert.deepEqual(changesOf(update), [
      [
        'server',
        '{"address":"vpn.example.com","description":null,"isDefaultServer":false}',
        '{"address":"b.example","description":null,"isDefaultServer":true}',
      ],
    ]);

    const target = session.development.settingsId ?? '';
    const link = { '@odata.id': `${session.root}/derivedCredentials/${target}` };
    const reference = `${path}/derivedCredentialSettings/$ref`;
    const bind = await one(() => session.expect(204, 'PUT', reference, link));
    assert.deepEqual(changesOf(bind), [['derivedCredentialSettings', null, target]]);
    const unbind = await one(() => session.expect(204, 'DELETE', reference));
    assert.deepEqual(changesOf(unbind), [['derivedCredentialSettings', target, null]]);

    const remove = await one(() => session.expect(204, 'DELETE', path));
    assert.equal(remove.activityOperationType, 'Delete');
    assert.deepEqual(
      changesOf(remove)?.find(([name]) => name === 'displayName'),
      ['displayName', 'VPN', null],
    );
  });

  test('an edit that changes a property and the binding is one event that tells both', async () => {
    const { id } = await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosVpnConfiguration);
    const event = await one(() =>
      session.expect(200, 'PATCH', `deviceConfigurations/${id}`, { authenticationMethod: 'derivedCredential' }),
    );
    assert.deepEqual(changesOf(event), [
      ['authenticationMethod', 'certificate', 'derivedCredential'],
      ['derivedCredentialSettings', null, session.development.settingsId],
    ]);
  });

  test('a refused request leaves no event, whatever it is refused for', async () => {
    const profile = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    const reader = await session.development.token({ scopes: ['DeviceManagementConfiguration.Read.All'] });
    const change = { displayName: 'lost' };
    const events = await session.auditOf(async () => {
      const statuses = [
        await session.send('PATCH', settings, { body: change, token: null }),
        await session.send('PATCH', settings, { body: change, token: reader }),
        await session.send('PATCH', settings, { body: change, headers: { 'if-match': '"stale"' } }),
        await session.send('PATCH', settings, { body: { ...change, issuer: 'nobody' } }),
        await session.send('PATCH', settings, { body: { ...change, renewalThresholdPercentage: 0 } }),
        await session.send('PATCH', `${settings}x`, { body: change }),
        await session.send('POST', 'derivedCredentials', { body: leastSettings }),
        await session.send('PATCH', profile, { body: { ...change, server: null } }),
        await session.send('DELETE', profile, { token: reader }),
        await session.send('DELETE', profile, { headers: { 'if-match': '"stale"' } }),
        await session.send('PUT', settings, { body: change }),
      ].map(({ status }) => status);
      assert.deepEqual(statuses, [401, 403, 412, 400, 400, 404, 409, 400, 403, 412, 405]);
    });
    assert.deepEqual(events, []);
  });

  for (const [type, name] of [
    ['iosEnterpriseWiFiConfiguration', 'preSharedKey'],
    ['iosikEv2VpnConfiguration', 'sharedSecret'],
    ['androidDeviceOwnerWiFiConfiguration', 'preSharedKey'],
  ] as const) {
    test(`a secret is told as changed, and never shown: ${type}/${name}`, async () => {
      let path = '';
      const create = await one(async () => {
        const body = { ...leastProfiles[type], [name]: 'first-secret-phrase' };
        const profile = await session.expect(201, 'POST', 'deviceConfigurations', body);
        assert.equal(profile[name], 'first-secret-phrase');
        path = `deviceConfigurations/${profile.id}`;
      });
      const update = await one(() => session.expect(200, 'PATCH', path, { [name]: 'second-secret-phrase' }));
      const clear = await one(() => session.expect(200, 'PATCH', path, { [name]: null }));
      const secret = (event: AuditEvent) => changesOf(event)?.find(([property]) => property === name);
      assert.deepEqual(secret(create), [name, null, '****']);
      assert.deepEqual(secret(update), [name, '****', '****']);
      assert.deepEqual(secret(clear), [name, '****', null]);
      await session.expect(204, 'DELETE', path);
      const { text } = await session.send('GET', 'auditEvents');
      assert.ok(!text.includes('secret-phrase'));
    });
  }

  test('events can be read, and neither made, changed nor deleted', async () => {
    const [event] = (await session.expect(200, 'GET', 'auditEvents')).value;
    await session.expect(405, 'POST', 'auditEvents', { displayName: 'forged' });
    await session.expect(405, 'PATCH', `auditEvents/${event.id}`, { displayName: 'forged' });
    await session.expect(405, 'DELETE', `auditEvents/${event.id}`);
    assert.equal((await session.expect(200, 'GET', `auditEvents/${event.id}`)).displayName, event.displayName);
  });

  test('updates at the same moment leave an event each, and each tells the state that the one before left', async () => {
    await session.expect(200, 'PATCH', settings, { displayName: 'start' });
    const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
    const events = await session.auditOf(() =>
      Promise.all(names.map((displayName) => session.expect(200, 'PATCH', settings, { displayName }))),
    );
    const steps = events.map((event) => changesOf(event)?.[0] ?? []);
    assert.deepEqual(steps.map(([, , to]) => to).sort(), [...names].sort());
    for (const [index, [, from]] of steps.entries()) {
      assert.equal(from, index === 0 ? 'start' : steps[index - 1]?.[2]);
    }
    assert.equal((await session.expect(200, 'GET', settings)).displayName, steps.at(-1)?.[2]);
  });
});
