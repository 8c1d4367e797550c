// $select and $count, and the options and filters that are refused.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from './session.js';

describe('query options', () => {
  let session: Session;
  let settings: string;
  let profile: string;
  before(async () => {
    session = await openSession();
    settings = `derivedCredentials/${session.development.settingsId}`;
    profile = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  });
  after(() => session.close());

  const properties = (object: object): string[] => Object.keys(object).filter((name) => !name.startsWith('@'));

  test('$select leaves the named properties, in the order of the model, and says so in the context', async () => {
    const whole = await session.expect(200, 'GET', settings);
    const path = `${settings}?$select=Issuer, displayName,issuer`;
    const picked = await session.expect(200, 'GET', path);
    assert.deepEqual(properties(picked), ['displayName', 'issuer']);
    assert.deepEqual([picked.displayName, picked.issuer], [whole.displayName, whole.issuer]);
    assert.equal(picked['@odata.etag'], whole['@odata.etag']);
    assert.ok(picked['@odata.context'].endsWith('#deviceManagement/derivedCredentials(displayName,issuer)/$entity'));
  });

  test('$select works on lists, casts, navigation routes and the service itself; * is everything', async () => {
    const cast = 'deviceConfigurations/microsoft.graph.iosVpnConfiguration';
    const cases: [string, string[]][] = [
      ['deviceConfigurations?$select=id', ['id']],
      [`${cast}?$select=id,connectionName`, ['id', 'connectionName']],
      ['auditEvents?$select=actor', ['actor']],
      ['derivedCredentials?select=helpUrl', ['helpUrl']],
    ];
    for (const [path, expected] of cases) {
      const { value } = await session.expect(200, 'GET', path);
      assert.ok(value.length > 0);
      for (const item of value) assert.deepEqual(properties(item), expected);
    }
    const related = await session.expect(200, 'GET', `${profile}/derivedCredentialSettings?$select=issuer`);
    assert.deepEqual(properties(related), ['issuer']);
    assert.deepEqual(properties(await session.expect(200, 'GET', '?$select=subscriptionState')), ['subscriptionState']);
    const { '@odata.context': _, ...whole } = await session.expect(200, 'GET', settings);
    const { '@odata.context': __, ...all } = await session.expect(200, 'GET', `${settings}?$select=*,issuer`);
    assert.deepEqual(all, whole);
  });

  test('$select works beside $filter on a property that it leaves out', async () => {
    const { value } = await session.expect(200, 'GET', "derivedCredentials?$select=id&$filter=issuer eq 'purebred'");
    assert.deepEqual(value.map(properties), [['id']]);
  });

  test('$select of a property that the type does not have, or of nothing, is 400', async () => {
    for (const select of ['nothing', 'displayName,nothing', '', 'displayName,', 'server/address']) {
      const { target } = await session.refused(400, 'GET', `${profile}?$select=${select}`);
      assert.equal(target, '$select', select);
    }
    await session.refused(400, 'GET', 'deviceConfigurations?$select=connectionName');
  });

  test('$count=true tells how many there are, after the filter; $count=false and none tell nothing', async () => {
    const count = async (query: string) =>
      (await session.expect(200, 'GET', `deviceConfigurations?${query}`))['@odata.count'];
    assert.equal(await count('$count=true'), 4);
    assert.equal(await count("$count=true&$filter=displayName eq 'VPN'"), 1);
    assert.equal(await count("count=True&$filter=displayName eq 'nothing'"), 0);
    assert.equal(await count('$count=false'), undefined);
    assert.equal(await count(''), undefined);
    assert.equal((await session.expect(200, 'GET', 'derivedCredentials?$count=true'))['@odata.count'], 1);
    for (const value of ['1', 'yes', '']) {
      assert.equal((await session.refused(400, 'GET', `deviceConfigurations?$count=${value}`)).target, '$count');
    }
  });

  const others = ['$apply=x', '$compute=x', '$deltatoken=x', '$levels=1', '$schemaversion=1', '$index=1'];

  test('every other option of OData is refused by its name, with $ or without', async () => {
    for (const collection of ['deviceConfigurations', 'derivedCredentials', 'auditEvents', settings, profile]) {
      for (const option of others) {
        const { code, target, message } = await session.refused(501, 'GET', `${collection}?${option}`);
        const name = option.split('=')[0] ?? '';
        assert.deepEqual([code, target], ['NotImplemented', name]);
        assert.ok(message.includes(`'${name}'`), message);
      }
    }
    assert.equal((await session.refused(501, 'GET', 'deviceConfigurations?APPLY=1')).target, '$apply');
  });

  test("a name with $ that is nobody's is 400, one without is left to the client", async () => {
    assert.equal((await session.refused(400, 'GET', 'deviceConfigurations?$nothing=1')).target, '$nothing');
    await session.expect(200, 'GET', 'deviceConfigurations?nothing=1');
  });

  test('an option that is given twice is 400, however it is spelt', async () => {
    for (const query of ['$count=true&$count=true', '$filter=true&FILTER=true', '$select=id&select=id']) {
      await session.refused(400, 'GET', `deviceConfigurations?${query}`);
    }
  });

  test('options of a list are refused on one object, and all of them on a write', async () => {
    for (const option of ['$filter=true', '$count=true']) {
      await session.refused(501, 'GET', `${settings}?${option}`);
      await session.refused(501, 'GET', `${profile}/derivedCredentialSettings?${option}`);
    }
    const before = await session.expect(200, 'GET', settings);
    for (const option of ['$select=id', '$filter=true', '$top=1']) {
      await session.refused(501, 'PATCH', `${settings}?${option}`, { displayName: 'lost' });
      await session.refused(501, 'DELETE', `${settings}?${option}`);
    }
    assert.deepEqual(await session.expect(200, 'GET', settings), before);
  });

  test('a filter that is malformed, or names or compares what it cannot, is 400 and tells the option', async () => {
    for (const filter of [
      'displayName',
      'displayName eq',
      "eq 'K5'",
      "displayName eq 'K5",
      "displayName = 'K5'",
      'displayName eq K5',
      'displayName eq "K5"',
      "displayName eq 'K5')",
      "(displayName eq 'K5'",
      "displayName eq 'K5' and",
      "displayName eq 'K5' displayName eq 'K5'",
      'displayName eq 5',
      "version eq '1'",
      'supportsScopeTags eq 1',
      "createdDateTime eq '2024-01-01T00:00:00Z'",
      'createdDateTime eq 2024-02-30T00:00:00Z',
      'version eq displayName',
      "nothing eq 'x'",
      'displayName/length eq 1',
      "connectionName eq 'VPN'",
      '()',
      'not',
    ]) {
      const path = `deviceConfigurations?$filter=${encodeURIComponent(filter)}`;
      assert.equal((await session.refused(400, 'GET', path)).target, '$filter', filter);
    }
  });

  test('what OData has and the filter does not is refused with 501 and by its name', async () => {
    const cases: [string, string][] = [
      ["matchesPattern(displayName,'K')", 'matchesPattern'],
      ['case(version eq 1:true)', 'case'],
      ["$root/deviceManagement/id eq 'x'", '$root'],
      ["roleScopeTagIds eq '0'", 'roleScopeTagIds'],
    ];
    for (const [filter, name] of cases) {
      const path = `deviceConfigurations?$filter=${encodeURIComponent(filter)}`;
      const { target, message } = await session.refused(501, 'GET', path);
      assert.equal(target, '$filter');
      assert.ok(message.includes(name), message);
    }
  });
});
