// Which type a profile is of: @odata.type in bodies, casts in paths.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

const profiles = 'deviceConfigurations';
const graph = 'microsoft.graph';

describe('the type of a profile', () => {
  let session: Session;
  const ids: Record<string, string> = {};
  before(async () => {
    session = await openSession();
    for (const [name, body] of Object.entries(leastProfiles)) {
      ids[name] = (await session.expect(201, 'POST', profiles, body)).id;
    }
  });
  after(() => session.close());

  const { '@odata.type': _, ...untyped } = leastProfiles.iosVpnConfiguration;

  test('a create without @odata.type is 400', async () => {
    assert.equal((await session.refused(400, 'POST', profiles, untyped)).target, '@odata.type');
  });

  test('@odata.type stands with # or without, in the exact spelling', async () => {
    for (const type of [`#${graph}.iosVpnConfiguration`, `${graph}.iosVpnConfiguration`]) {
      const { id, ...created } = await session.expect(201, 'POST', profiles, { ...untyped, '@odata.type': type });
      assert.equal(created['@odata.type'], `#${graph}.iosVpnConfiguration`);
      await session.expect(204, 'DELETE', `${profiles}/${id}`);
    }
  });

  test('an abstract type, one of another family, an unknown one and no name at all are refused', async () => {
    const wrong = ['deviceConfiguration', 'appleVpnConfiguration', 'easEmailProfileConfigurationBase', 'entity']
      .concat(['deviceManagementDerivedCredentialSettings', 'auditEvent', 'vpnServer', 'eapType', 'nothing'])
      .map((name): unknown => `#${graph}.${name}`)
      .concat(['', '#', 'iosVpnConfiguration', `##${graph}.iosVpnConfiguration`, null, 1, {}]);
    const events = await session.auditOf(async () => {
      for (const type of wrong) {
        const { target } = await session.refused(400, 'POST', profiles, { ...untyped, '@odata.type': type });
        assert.equal(target, '@odata.type', String(type));
      }
    });
    assert.deepEqual(events, []);
  });

  test('an update may repeat the type, or name a base of it, and never another', async () => {
    const path = `${profiles}/${ids.iosEnterpriseWiFiConfiguration}`;
    const before = await session.expect(200, 'GET', path);
    for (const name of ['iosEnterpriseWiFiConfiguration', 'iosWiFiConfiguration', 'deviceConfiguration']) {
      assert.deepEqual(await session.expect(200, 'PATCH', path, { '@odata.type': `#${graph}.${name}` }), before);
    }
    for (const name of ['iosVpnConfiguration', 'deviceManagementDerivedCredentialSettings', 'nothing']) {
      const body = { '@odata.type': `#${graph}.${name}`, displayName: 'lost' };
      assert.equal((await session.refused(400, 'PATCH', path, body)).target, '@odata.type');
    }
    const narrower = { '@odata.type': `#${graph}.iosEnterpriseWiFiConfiguration`, displayName: 'lost' };
    await session.refused(400, 'PATCH', `${profiles}/${ids.iosWiFiConfiguration}`, narrower);
    assert.deepEqual(await session.expect(200, 'GET', path), before);
  });

  test('a property of another type is unknown', async () => {
    const { target } = await session.refused(400, 'PATCH', `${profiles}/${ids.iosWiFiConfiguration}`, {
      eapType: 'peap',
    });
    assert.equal(target, 'eapType');
  });

  test('a cast on one profile reads, updates and deletes it, by both forms of the key and in any case', async () => {
    const { id } = await session.expect(201, 'POST', profiles, leastProfiles.iosVpnConfiguration);
    const whole = await session.expect(200, 'GET', `${profiles}/${id}`);
    const paths = [
      `${profiles}/${id}/${graph}.iosVpnConfiguration`,
      `${profiles}('${id}')/${graph}.iosVpnConfiguration`,
      `${profiles}/${id}/${graph.toUpperCase()}.IOSVPNCONFIGURATION`,
      `${profiles}/${graph}.iosVpnConfiguration/${id}`,
      `${profiles}/${graph}.iosVpnConfiguration('${id}')`,
    ];
    const { '@odata.context': context } = whole;
    const cast = context.replace('/$entity', `/${graph}.iosVpnConfiguration/$entity`);
    for (const path of paths) {
      assert.deepEqual(await session.expect(200, 'GET', path), { ...whole, '@odata.context': cast });
    }
    const updated = await session.expect(200, 'PATCH', paths[0] ?? '', { displayName: 'cast' });
    assert.equal(updated.displayName, 'cast');
    assert.deepEqual(await session.expect(200, 'GET', `${profiles}/${id}`), { ...updated, '@odata.context': context });
    await session.expect(204, 'DELETE', paths[1] ?? '');
    await session.refused(404, 'GET', `${profiles}/${id}`);
  });

  test('a cast on the collection lists those of the type or derived from it', async () => {
    const listed = async (cast: string): Promise<string[]> => {
      const { '@odata.context': context, value } = await session.expect(200, 'GET', `${profiles}/${graph}.${cast}`);
      // The declared type itself is no derived one, which the context would name.
      const narrower = cast === 'deviceConfiguration' ? '' : `/${graph}.${cast}`;
      assert.ok(context.endsWith(`$metadata#deviceManagement/${profiles}${narrower}`), context);
      return value.map((item: Record<string, string>) => item['@odata.type']?.replace(`#${graph}.`, '')).sort();
    };
    // Of the first four types one was made at the start of the server, and one of every type here.
    const [vpn, ikEv2, wiFi] = ['iosVpnConfiguration', 'iosikEv2VpnConfiguration', 'iosEnterpriseWiFiConfiguration'];
    assert.deepEqual(await listed('iosVpnConfiguration'), [vpn, vpn, ikEv2]);
    assert.deepEqual(await listed('appleVpnConfiguration'), [vpn, vpn, ikEv2]);
    assert.deepEqual(await listed('iosEnterpriseWiFiConfiguration'), [wiFi, wiFi]);
    assert.deepEqual(await listed('iosWiFiConfiguration'), [wiFi, wiFi, 'iosWiFiConfiguration']);
    const whole = (await session.expect(200, 'GET', profiles)).value;
    assert.equal((await listed('deviceConfiguration')).length, whole.length);
    assert.equal(whole.length, 4 + Object.keys(leastProfiles).length);
  });

  test('a cast on the collection takes a create of that type, and says the type itself', async () => {
    const path = `${profiles}/${graph}.iosVpnConfiguration`;
    for (const body of [untyped, leastProfiles.iosVpnConfiguration]) {
      const created = await session.expect(201, 'POST', path, body);
      assert.equal(created['@odata.type'], `#${graph}.iosVpnConfiguration`);
      await session.expect(204, 'DELETE', `${profiles}/${created.id}`);
    }
    const { target } = await session.refused(400, 'POST', path, leastProfiles.iosWiFiConfiguration);
    assert.equal(target, '@odata.type');
    await session.refused(400, 'POST', `${profiles}/${graph}.appleVpnConfiguration`, untyped);
  });

  test('a cast that names no type, or one that a profile can never have, is 400', async () => {
    for (const cast of ['nothing', 'deviceManagementDerivedCredentialSettings', 'vpnServer']) {
      await session.refused(400, 'GET', `${profiles}/${graph}.${cast}`);
      await session.refused(400, 'GET', `${profiles}/${ids.iosVpnConfiguration}/${graph}.${cast}`);
    }
  });
});
