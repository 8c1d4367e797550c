// Rule 4: which profiles use a derived credential, and how they come to be bound to the settings and free of them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

const profiles = 'deviceConfigurations';
const reference = 'derivedCredentialSettings/$ref';
const bind = 'derivedCredentialSettings@odata.bind';
const unknown = 'bc650741-0741-bc65-4107-65bc410765bc';

describe('rule 4', () => {
  let session: Session;
  let settings: string;
  before(async () => {
    session = await openSession();
    settings = session.development.settingsId ?? '';
  });
  after(() => session.close());

  const create = async (body: unknown): Promise<string> => (await session.expect(201, 'POST', profiles, body)).id;
  const edit = (id: string, body: unknown) => session.expect(200, 'PATCH', `${profiles}/${id}`, body);
  const unboundVpn = (): Promise<string> => create(leastProfiles.iosVpnConfiguration);

  /** The ways to write the settings' URL. */
  const urlsOf = (id: string): string[] => {
    const paths = [`/deviceManagement/derivedCredentials/${id}`, `/deviceManagement/derivedCredentials('${id}')`];
    const origins = [session.server.plainUrl, 'https://graph.microsoft.com', 'https://graph.microsoft.us'];
    return paths.flatMap((path) => [
      ...origins.flatMap((origin) => [`${origin}/beta${path}`, `${origin}/beta/${path}`]),
      `/beta${path}`,
      path,
      path.slice(1),
      `beta${path}`,
    ]);
  };

  test('a create with @odata.bind is bound, whatever the method, by each form of the URL', async () => {
    for (const url of urlsOf(settings)) {
      const id = await create({ ...leastProfiles.iosVpnConfiguration, [bind]: url });
      assert.deepEqual(await session.linkOf(id), { version: 1, settings }, url);
    }
  });

  test('an edit with @odata.bind is bound, whatever the method, by each form of the URL', async () => {
    for (const url of urlsOf(settings)) {
      const id = await unboundVpn();
      await edit(id, { [bind]: url });
      assert.deepEqual(await session.linkOf(id), { version: 2, settings }, url);
    }
  });

  test('PUT $ref binds, whatever the method, by each form of the URL, and answers 204', async () => {
    for (const url of urlsOf(settings)) {
      const id = await unboundVpn();
      const path = `${profiles}/${id}/${reference}`;
      const put = await session.send('PUT', path, { body: { '@odata.id': url } });
      assert.deepEqual([put.status, put.text], [204, ''], url);
      assert.deepEqual(await session.linkOf(id), { version: 2, settings }, url);
    }
  });

  test('GET $ref answers with the URL of the settings, which binds again', async () => {
    const id = await create({ ...leastProfiles.iosVpnConfiguration, [bind]: urlsOf(settings)[0] });
    const path = `${profiles}/${id}/${reference}`;
    const read = await session.expect(200, 'GET', path);
    assert.deepEqual(read, {
      '@odata.context': `${session.server.plainUrl}/beta/$metadata#$ref`,
      '@odata.id': `${session.root}/derivedCredentials('${settings}')`,
    });
    await session.expect(204, 'PUT', path, read);
    assert.deepEqual(await session.linkOf(id), { version: 1, settings });
  });

  test('an edit with @odata.bind: null unbinds, and so does DELETE $ref, whatever the method', async () => {
    const bodies = [
      { ...leastProfiles.iosVpnConfiguration, [bind]: urlsOf(settings)[0] },
      { ...leastProfiles.iosVpnConfiguration, authenticationMethod: 'derivedCredential' },
      leastProfiles.iosDerivedCredentialAuthenticationConfiguration,
    ];
    for (const body of bodies) {
      const [byEdit, byDelete] = [await create(body), await create(body)];
      await edit(byEdit, { [bind]: null });
      const deleted = await session.send('DELETE', `${profiles}/${byDelete}/${reference}`);
      assert.deepEqual([deleted.status, deleted.text], [204, '']);
      for (const id of [byEdit, byDelete]) {
        assert.deepEqual(await session.linkOf(id), { version: 2, settings: null });
      }
    }
  });

  test('a create with @odata.bind: null of a profile that uses one is unbound', async () => {
    const id = await create({ ...leastProfiles.iosDerivedCredentialAuthenticationConfiguration, [bind]: null });
    assert.deepEqual(await session.linkOf(id), { version: 1, settings: null });
  });

  const using: readonly object[] = [
    { ...leastProfiles.iosVpnConfiguration, authenticationMethod: 'derivedCredential' },
    { ...leastProfiles.iosEnterpriseWiFiConfiguration, authenticationMethod: 'derivedCredential' },
    { ...leastProfiles.iosEasEmailProfileConfiguration, authenticationMethod: 'derivedCredential' },
    { ...leastProfiles.iosEasEmailProfileConfiguration, signingCertificateType: 'derivedCredential' },
    { ...leastProfiles.iosEasEmailProfileConfiguration, encryptionCertificateType: 'derivedCredential' },
    leastProfiles.iosDerivedCredentialAuthenticationConfiguration,
    { ...leastProfiles.iosikEv2VpnConfiguration, authenticationMethod: 'derivedCredential' },
    { ...leastProfiles.androidDeviceOwnerVpnConfiguration, authenticationMethod: 'derivedCredential' },
    { ...leastProfiles.androidDeviceOwnerEnterpriseWiFiConfiguration, authenticationMethod: 'derivedCredential' },
    leastProfiles.androidDeviceOwnerDerivedCredentialAuthenticationConfiguration,
  ];

  test('a create of a profile that uses a derived credential is bound by itself', async () => {
    for (const body of using) {
      assert.deepEqual(await session.linkOf(await create(body)), { version: 1, settings }, JSON.stringify(body));
    }
  });

  test('a create of a profile that uses none stays unbound', async () => {
    for (const type of [
      'iosVpnConfiguration',
      'iosEnterpriseWiFiConfiguration',
      'iosEasEmailProfileConfiguration',
      'iosikEv2VpnConfiguration',
      'androidDeviceOwnerVpnConfiguration',
      'androidDeviceOwnerEnterpriseWiFiConfiguration',
    ] as const) {
      const id = await create(leastProfiles[type]);
      assert.deepEqual(await session.linkOf(id), { version: 1, settings: null }, type);
    }
  });

  test('the settings are read and updated by the cast to the type of a bound profile, and to its base', async () => {
    for (const [type, cast] of [
      ['iosikEv2VpnConfiguration', 'iosikEv2VpnConfiguration'],
      ['iosikEv2VpnConfiguration', 'iosVpnConfiguration'],
      ['androidDeviceOwnerVpnConfiguration', 'androidDeviceOwnerVpnConfiguration'],
      ['androidDeviceOwnerEnterpriseWiFiConfiguration', 'androidDeviceOwnerEnterpriseWiFiConfiguration'],
      [
        'androidDeviceOwnerDerivedCredentialAuthenticationConfiguration',
        'androidDeviceOwnerDerivedCredentialAuthenticationConfiguration',
      ],
    ] as const) {
      const id = await create({ ...leastProfiles[type], [bind]: urlsOf(settings)[0] });
      const path = `${profiles}/${id}/microsoft.graph.${cast}/derivedCredentialSettings`;
      const updated = await session.expect(200, 'PATCH', path, { displayName: `by ${cast} of ${type}` });
      assert.equal(updated.id, settings);
      assert.deepEqual(await session.expect(200, 'GET', path), updated);
      assert.deepEqual(await session.expect(200, 'GET', `${profiles}/${id}/derivedCredentialSettings`), updated);
      assert.deepEqual(await session.expect(200, 'GET', `derivedCredentials/${settings}`), updated);
    }
  });

  test('an edit while unbound of a profile that uses one binds it, even one that changes nothing', async () => {
    for (const body of using) {
      for (const change of [{}, { displayName: 'renamed' }]) {
        const id = await create({ ...body, [bind]: null });
        const events = await session.auditOf(() => edit(id, change));
        assert.deepEqual(await session.linkOf(id), { version: 2, settings });
        assert.equal(events.length, 1);
        const [resource] = events[0]?.resources ?? [];
        assert.deepEqual(resource?.modifiedProperties.at(-1), {
          displayName: 'derivedCredentialSettings',
          oldValue: null,
          newValue: settings,
        });
      }
    }
  });

  test('an edit that makes a profile use one binds it, and one that ends the use leaves it bound', async () => {
    const id = await unboundVpn();
    await edit(id, { authenticationMethod: 'derivedCredential' });
    assert.deepEqual(await session.linkOf(id), { version: 2, settings });
    await edit(id, { authenticationMethod: 'certificate' });
    assert.deepEqual(await session.linkOf(id), { version: 3, settings });
  });

  test('binding alone is a change, with a new version, date, ETag and one audit event; the same again is none', async () => {
    const id = await unboundVpn();
    const path = `${profiles}/${id}`;
    const ways: [string, () => Promise<unknown>][] = [
      ['PUT', () => session.expect(204, 'PUT', `${path}/${reference}`, { '@odata.id': urlsOf(settings)[0] })],
      ['bind', () => edit(id, { [bind]: urlsOf(settings)[0] })],
    ];
    for (const [name, way] of ways) {
      const before = await session.send('GET', path);
      // Dates are kept to the millisecond.
      await setTimeout(2);
      const [event, ...more] = await session.auditOf(way);
      const after = await session.send('GET', path);
      assert.equal(after.json.version, before.json.version + 1, name);
      assert.notEqual(after.headers.etag, before.headers.etag);
      assert.ok(after.json.lastModifiedDateTime > before.json.lastModifiedDateTime);
      assert.deepEqual(more, []);
      assert.deepEqual(event?.resources, [
        {
          auditResourceType: 'iosVpnConfiguration',
          displayName: 'VPN',
          modifiedProperties: [{ displayName: 'derivedCredentialSettings', oldValue: null, newValue: settings }],
          resourceId: id,
          type: 'iosVpnConfiguration',
        },
      ]);
      assert.deepEqual(await session.auditOf(way), []);
      assert.deepEqual((await session.send('GET', path)).json, after.json);
      await session.expect(204, 'DELETE', `${path}/${reference}`);
    }
  });

  test('reading by any route changes nothing', async () => {
    const id = await create({ ...using[0], [bind]: null });
    const before = await session.expect(200, 'GET', `${profiles}/${id}`);
    const events = await session.auditOf(async () => {
      await session.expect(200, 'GET', profiles);
      await session.expect(404, 'GET', `${profiles}/${id}/derivedCredentialSettings`);
      await session.expect(404, 'GET', `${profiles}/${id}/${reference}`);
      assert.deepEqual(await session.expect(200, 'GET', `${profiles}/${id}`), before);
    });
    assert.deepEqual(events, []);
  });

  test('a link to what does not exist, to another set, host, type or form is refused, and nothing is changed', async () => {
    const id = await unboundVpn();
    const before = await session.expect(200, 'GET', `${profiles}/${id}`);
    const root = '/deviceManagement/derivedCredentials';
    const wrong = [
      `${session.root}/derivedCredentials/${unknown}`,
      `https://evil.example/beta${root}/${settings}`,
      `https://graph.microsoft.com.evil.example/beta${root}/${settings}`,
      `https://graph.microsoft.com@evil.example/beta${root}/${settings}`,
      `http://graph.microsoft.com/beta${root}/${settings}`,
      `//graph.microsoft.com/beta${root}/${settings}`,
      `javascript:${root}/${settings}`,
      `https://graph.microsoft.com/v1.0${root}/${settings}`,
      `${session.root}/deviceConfigurations/${id}`,
      `${session.root}/derivedCredentials`,
      `${root}/${settings}?x=y`,
      '',
      42,
      {},
      [],
    ];
    const events = await session.auditOf(async () => {
      for (const url of wrong) {
        const byEdit = await session.refused(400, 'PATCH', `${profiles}/${id}`, { displayName: 'lost', [bind]: url });
        assert.equal(byEdit.target, bind, JSON.stringify(url));
        const body = { ...leastProfiles.iosVpnConfiguration, [bind]: url };
        assert.equal((await session.refused(400, 'POST', profiles, body)).target, bind);
        const byPut = await session.refused(400, 'PUT', `${profiles}/${id}/${reference}`, { '@odata.id': url });
        assert.equal(byPut.target, '@odata.id');
      }
      await session.refused(400, 'PUT', `${profiles}/${id}/${reference}`, { '@odata.id': null });
      await session.refused(400, 'PUT', `${profiles}/${id}/${reference}`, {});
    });
    assert.deepEqual(events, []);
    assert.deepEqual(await session.expect(200, 'GET', `${profiles}/${id}`), before);
  });

  test('the link is written as an annotation alone, and by types that have it', async () => {
    const id = await unboundVpn();
    const { target } = await session.refused(400, 'PATCH', `${profiles}/${id}`, { derivedCredentialSettings: {} });
    assert.equal(target, 'derivedCredentialSettings');
    const body = { ...leastProfiles.iosWiFiConfiguration, [bind]: urlsOf(settings)[0] };
    assert.equal((await session.refused(400, 'POST', profiles, body)).target, bind);
  });

  test('PUT and DELETE of $ref honour If-Match', async () => {
    const id = await unboundVpn();
    const path = `${profiles}/${id}`;
    const stale = (await session.send('GET', path)).headers.etag;
    await edit(id, { displayName: 'newer' });
    const body = { '@odata.id': urlsOf(settings)[0] };
    const refused = await session.send('PUT', `${path}/${reference}`, { body, headers: { 'if-match': stale } });
    assert.equal(refused.status, 412);
    const etag = (await session.send('GET', path)).headers.etag;
    const put = await session.send('PUT', `${path}/${reference}`, { body, headers: { 'if-match': etag } });
    assert.equal(put.status, 204);
    const kept = await session.send('DELETE', `${path}/${reference}`, { headers: { 'if-match': etag } });
    assert.equal(kept.status, 412);
    assert.equal((await session.linkOf(id)).settings, settings);
  });

  // The last tests: they take the settings away.
  test('the delete of the settings unbinds; versions and dates stay; the one audit event names the profiles', async () => {
    const all = async () => (await session.expect(200, 'GET', profiles)).value;
    const before = await all();
    const links = await Promise.all(before.map(async ({ id }: { id: string }) => [id, await session.linkOf(id)]));
    const bound = links.filter(([, link]) => link.settings === settings).map(([id]) => id);
    assert.ok(bound.length > 3 && bound.length < before.length);

    const [event, ...more] = await session.auditOf(() =>
      session.expect(204, 'DELETE', `derivedCredentials/${settings}`),
    );
    assert.deepEqual(more, []);
    const [about, ...unbound] = event?.resources ?? [];
    assert.deepEqual([event?.activityOperationType, about?.resourceId], ['Delete', settings]);
    assert.deepEqual(unbound.map(({ resourceId }) => resourceId).sort(), bound.sort());
    for (const { modifiedProperties } of unbound) {
      assert.deepEqual(modifiedProperties, [
        { displayName: 'derivedCredentialSettings', oldValue: settings, newValue: null },
      ]);
    }
    assert.deepEqual(await all(), before);
    for (const id of bound) assert.equal((await session.linkOf(id)).settings, null);
  });

  test('without settings a profile that uses one is saved unbound; settings that come later bind it at its next edit', async () => {
    const ids: string[] = [];
    for (const body of using) {
      const id = await create(body);
      assert.deepEqual(await session.linkOf(id), { version: 1, settings: null });
      ids.push(id);
    }
    const [first = '', second = ''] = ids;
    const unchanged = await session.auditOf(() => edit(first, {}));
    assert.deepEqual(unchanged, []);

    const { id: later } = await session.expect(201, 'POST', 'derivedCredentials', leastSettings);
    assert.deepEqual(await session.linkOf(first), { version: 1, settings: null });
    await edit(first, {});
    assert.deepEqual(await session.linkOf(first), { version: 2, settings: later });
    assert.deepEqual(await session.linkOf(second), { version: 1, settings: null });
  });
});
