// $expand through the front door: what an entity leads to, answered inside it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from './session.js';

describe('$expand', () => {
  let session: Session;
  let settings: { id: string; issuer: string };
  let vpn: string;
  before(async () => {
    session = await openSession();
    settings = await session.expect(200, 'GET', `derivedCredentials/${session.development.settingsId}`);
    vpn = session.development.profiles.iosVpnConfiguration ?? '';
  });
  after(() => session.close());

  const withoutContext = ({ '@odata.context': _, ...rest }: Record<string, unknown>) => rest;

  test('answers the settings inside a profile, with a cast and without, by each route to it', async () => {
    for (const path of [
      `deviceConfigurations/${vpn}?$expand=derivedCredentialSettings`,
      `deviceConfigurations/${vpn}?$expand=microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`,
      `deviceConfigurations/${vpn}/microsoft.graph.iosVpnConfiguration?%24expand=DerivedCredentialSettings`,
    ]) {
      const { derivedCredentialSettings, id } = await session.expect(200, 'GET', path);
      assert.equal(id, vpn);
      assert.deepEqual(derivedCredentialSettings, withoutContext(settings as never), path);
    }
  });

  test('answers them on a list, and leaves the property out where a type does not have it', async () => {
    const { value } = await session.expect(
      200,
      'GET',
      'deviceConfigurations?$expand=derivedCredentialSettings&$top=50',
    );
    assert.ok(value.length > 0);
    for (const { id, derivedCredentialSettings } of value) {
      assert.equal(derivedCredentialSettings?.id ?? null, (await session.linkOf(id)).settings);
    }
    const cast = 'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings';
    for (const item of (await session.expect(200, 'GET', `deviceConfigurations?$expand=${cast}`)).value) {
      assert.equal('derivedCredentialSettings' in item, item['@odata.type'].endsWith('.iosVpnConfiguration'));
    }
  });

  test('answers null for a profile that is unbound', async () => {
    await session.expect(204, 'DELETE', `deviceConfigurations/${vpn}/derivedCredentialSettings/$ref`);
    const found = await session.expect(200, 'GET', `deviceConfigurations/${vpn}?$expand=derivedCredentialSettings`);
    assert.equal(found.derivedCredentialSettings, null);
    await session.expect(204, 'PUT', `deviceConfigurations/${vpn}/derivedCredentialSettings/$ref`, {
      '@odata.id': `${session.root}/derivedCredentials('${settings.id}')`,
    });
  });

  test('takes a $select of its own, beside one of the profile', async () => {
    const path = `deviceConfigurations/${vpn}?$select=id&$expand=derivedCredentialSettings($select=issuer)`;
    const { derivedCredentialSettings, ...own } = await session.expect(200, 'GET', path);
    const names = (object: object) => Object.keys(object).filter((name) => !name.includes('@'));
    assert.deepEqual([names(own), names(derivedCredentialSettings)], [['id'], ['issuer']]);
    assert.equal(derivedCredentialSettings.issuer, settings.issuer);
  });

  test('of /$ref answers the reference alone', async () => {
    const path = `deviceConfigurations/${vpn}?$expand=derivedCredentialSettings/$ref`;
    const { derivedCredentialSettings } = await session.expect(200, 'GET', path);
    assert.deepEqual(Object.keys(derivedCredentialSettings), ['@odata.id']);
    assert.ok(derivedCredentialSettings['@odata.id'].endsWith(`derivedCredentials('${settings.id}')`));
  });

  test('of an entity that does not exist, or is of another type, is 404 as without it', async () => {
    await session.refused(404, 'GET', 'deviceConfigurations/nobody?$expand=derivedCredentialSettings');
    const cast = 'microsoft.graph.iosEasEmailProfileConfiguration';
    await session.refused(404, 'GET', `deviceConfigurations/${vpn}/${cast}?$expand=derivedCredentialSettings`);
  });

  test('is refused on a write', async () => {
    await session.refused(501, 'PATCH', `deviceConfigurations/${vpn}?$expand=derivedCredentialSettings`, {});
  });
});
