// $filter, $select and $count on the collections, and every other option refused by its name.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

/** Profiles by the names that the tests know them by. */
const made = {
  K5: { ...leastProfiles.iosVpnConfiguration, description: 'first', realm: 'null', disconnectOnIdleTimerInSeconds: 60 },
  k5: { ...leastProfiles.iosVpnConfiguration, description: null, enablePerApp: false, authenticationMethod: 'azureAD' },
  "o'clock + 100%": { ...leastProfiles.iosVpnConfiguration, description: '', enablePerApp: true },
  'two words': { ...leastProfiles.iosEnterpriseWiFiConfiguration, eapType: 'peap', description: 'K5' },
  'E-mails': { ...leastProfiles.iosEasEmailProfileConfiguration, easServices: 'notes,calendars' },
};
type Name = keyof typeof made;

describe('queries', () => {
  let session: Session;
  let dates: { before: string; createdDateTime: string };
  before(async () => {
    session = await openSession();
    for (const { id } of (await session.expect(200, 'GET', 'deviceConfigurations')).value) {
      await session.expect(204, 'DELETE', `deviceConfigurations/${id}`);
    }
    for (const [displayName, body] of Object.entries(made)) {
      const server =
        'server' in body
          ? { server: { address: `${displayName}.example`, isDefaultServer: displayName === 'K5' } }
          : {};
      const { createdDateTime } = await session.expect(201, 'POST', 'deviceConfigurations', {
        ...body,
        ...server,
        displayName,
      });
      dates ??= { before: new Date(Date.parse(createdDateTime) - 1).toISOString(), createdDateTime };
    }
  });
  after(() => session.close());

  const names = async (collection: string, query: string): Promise<unknown[]> => {
    const { value } = await session.expect(200, 'GET', `${collection}?${query}`);
    return value.map(({ displayName }: { displayName: string }) => displayName);
  };
  const filtered = async (filter: string, collection = 'deviceConfigurations'): Promise<unknown[]> =>
    (await names(collection, `$filter=${encodeURIComponent(filter)}`)).sort();

  /** Checks a filter on all profiles, or on the VPN profiles where it names properties of theirs. */
  async function check(filter: string, expected: readonly Name[], cast = ''): Promise<void> {
    const collection = `deviceConfigurations${cast && `/microsoft.graph.${cast}`}`;
    assert.deepEqual(await filtered(filter, collection), [...expected].sort(), filter);
  }
  const everyName = Object.keys(made) as Name[];
  const vpnNames: Name[] = ['K5', 'k5', "o'clock + 100%"];

  test('eq and ne compare texts by code point', async () => {
    await check("displayName eq 'K5'", ['K5']);
    await check(
      "displayName ne 'K5'",
      everyName.filter((name) => name !== 'K5'),
    );
    await check("displayName eq 'o''clock + 100%'", ["o'clock + 100%"]);
    await check("displayName eq 'K'", []);
    await check("displayName eq 'K5 '", []);
    await check("displayName eq '%'", []);
    await check("'K5' eq displayName", ['K5']);
    await check('displayName eq description', []);
    await check("displayName eq 'x'' or ''1'' eq ''1'", []);
  });

  test('and, or, not and parentheses bind as OData says', async () => {
    await check("displayName eq 'K5' or displayName eq 'k5'", ['K5', 'k5']);
    await check("displayName eq 'K5' and displayName eq 'k5'", []);
    await check("displayName eq 'K5' or displayName eq 'k5' and description eq 'first'", ['K5']);
    await check("(displayName eq 'K5' or displayName eq 'k5') and description eq 'first'", ['K5']);
    await check("(displayName eq 'K5' or displayName eq 'k5') and description eq null", ['k5']);
    await check(
      "not (displayName eq 'K5')",
      everyName.filter((name) => name !== 'K5'),
    );
    await check("not (displayName eq 'K5' or displayName eq 'k5') and description eq 'K5'", ['two words']);
    await check("not displayName eq 'K5' and description ne null", ["o'clock + 100%", 'two words']);
    await check("not not (displayName eq 'K5')", ['K5']);
    await check("((((displayName eq 'K5'))))", ['K5']);
    await check('true', everyName);
    await check('false or not true', []);
  });

  test('null equals null, and nothing else does', async () => {
    await check('description eq null', ['k5', 'E-mails']);
    await check('description ne null', ['K5', "o'clock + 100%", 'two words']);
    await check(
      "description ne 'first'",
      everyName.filter((name) => name !== 'K5'),
    );
    await check("description eq ''", ["o'clock + 100%"]);
    await check(
      "not (description eq 'first')",
      everyName.filter((name) => name !== 'K5'),
    );
    await check('null eq null', everyName);
    await check('realm eq null', ['k5', "o'clock + 100%"], 'iosVpnConfiguration');
    await check("realm eq 'null'", ['K5'], 'iosVpnConfiguration');
    await check("realm ne 'null'", ['k5', "o'clock + 100%"], 'iosVpnConfiguration');
  });

  test('properties in the document, of every kind, and nested ones by their path', async () => {
    const vpn = (filter: string, expected: readonly Name[]) => check(filter, expected, 'iosVpnConfiguration');
    await vpn('disconnectOnIdleTimerInSeconds eq 60', ['K5']);
    await vpn('disconnectOnIdleTimerInSeconds ne 60', ['k5', "o'clock + 100%"]);
    await vpn('enablePerApp eq true', ["o'clock + 100%"]);
    await vpn('enablePerApp eq false', ['k5']);
    await vpn('enablePerApp ne true', ['K5', 'k5']);
    await vpn('enablePerApp', ["o'clock + 100%"]);
    await vpn('not enablePerApp', ['k5']);
    await vpn("server/address eq 'K5.example'", ['K5']);
    await vpn('server/isDefaultServer eq true', ['K5']);
    await vpn('server/isDefaultServer', ['K5']);
    await vpn('server/description eq null', vpnNames);
    await vpn('proxyServer/port eq null', vpnNames);
    await vpn("proxyServer/address ne 'x'", vpnNames);
    await check('version eq 1 and supportsScopeTags eq false', everyName);
  });

  test('enumerations stand as a text or with the name of their type, flags in any order', async () => {
    const vpn = (filter: string, expected: readonly Name[]) => check(filter, expected, 'iosVpnConfiguration');
    await vpn("authenticationMethod eq 'azureAD'", ['k5']);
    await vpn("authenticationMethod ne 'azureAD'", ['K5', "o'clock + 100%"]);
    await vpn("authenticationMethod eq microsoft.graph.vpnAuthenticationMethod'azureAD'", ['k5']);
    await check("eapType eq microsoft.graph.eapType'peap'", ['two words'], 'iosEnterpriseWiFiConfiguration');
    await check("easServices eq 'calendars, notes'", ['E-mails'], 'iosEasEmailProfileConfiguration');
    await check('easServices eq null', [], 'iosEasEmailProfileConfiguration');
    for (const wrong of ["'nothing'", "microsoft.graph.eapType'peap'", 'azureAD', '4', "'AzureAD'"]) {
      const path = `deviceConfigurations/microsoft.graph.iosVpnConfiguration?$filter=authenticationMethod eq ${wrong}`;
      assert.equal((await session.refused(400, 'GET', path)).target, '$filter', wrong);
    }
  });

  test('instants compare by time, whatever their offset and their precision', async () => {
    const { createdDateTime: utc, before } = dates;
    const shifted = new Date(Date.parse(utc) + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
    await check(`createdDateTime eq ${before}`, []);
    await check('createdDateTime ne 2001-01-01T00:00:00Z', everyName);
    const same = await filtered(`createdDateTime eq ${utc}`);
    assert.ok(same.includes('K5'));
    assert.deepEqual(await filtered(`createdDateTime eq ${shifted}`), same);
    assert.deepEqual(await names('deviceConfigurations', `$filter=createdDateTime eq ${shifted}`), same);
  });

  test('names match in any case, in options, properties, operators and paths', async () => {
    for (const query of [
      "$filter=DisplayName eq 'K5'",
      "$Filter=DISPLAYNAME EQ 'K5'",
      "filter=displayname eq 'K5'",
      "$filter=displayName eq 'K5' AND Description EQ 'first'",
      "$filter=NOT (displayName ne 'K5')",
    ]) {
      assert.deepEqual(await names('deviceConfigurations', query), ['K5'], query);
    }
    await check("Server/Address eq 'K5.example'", ['K5'], 'iosVpnConfiguration');
    const { value } = await session.expect(
      200,
      'GET',
      "deviceConfigurations?$SELECT=DisplayName&$filter=displayName eq 'K5'",
    );
    assert.equal(value[0].displayName, 'K5');
  });

  test('a space is written as +, as %20 or as itself; a plus as %2B', async () => {
    for (const query of [
      "$filter=displayName+eq+'two+words'",
      "$filter=displayName%20eq%20'two%20words'",
      '%24filter=displayName%20eq%20%27two%20words%27',
      "$filter=displayName eq 'two words'",
      "$filter=%20displayName%20%20eq%09'two words'%20",
    ]) {
      assert.deepEqual(await names('deviceConfigurations', query), ['two words'], query);
    }
    const plus = "$filter=displayName+eq+'o''clock+%2B+100%25'";
    assert.deepEqual(await names('deviceConfigurations', plus), ["o'clock + 100%"]);
  });

  test('an empty $filter is none', async () => {
    for (const query of ['$filter=', '$filter', '$filter=%20', 'filter=', '&&', '']) {
      assert.equal((await names('deviceConfigurations', query)).length, everyName.length, query);
    }
  });

  test('the settings are filtered the same way', async () => {
    const { displayName } = (await session.expect(200, 'GET', 'derivedCredentials')).value[0];
    for (const [filter, found] of [
      [`DisplayName eq '${displayName}'`, true],
      [`DisplayName eq 'K5'`, false],
      ["issuer eq 'purebred'", true],
      ["issuer eq microsoft.graph.deviceManagementDerivedCredentialIssuer'purebred'", true],
      ["issuer ne 'purebred'", false],
      ["notificationType eq 'email,companyPortal'", true],
      ["notificationType eq 'email'", false],
      ['renewalThresholdPercentage eq 20 and helpUrl ne null', true],
      [`id eq '${session.development.settingsId}'`, true],
      [`not (id eq '${session.development.settingsId}')`, false],
    ] as const) {
      assert.deepEqual(await filtered(filter, 'derivedCredentials'), found ? [displayName] : [], filter);
    }
  });

  test('audit events are filtered by column and by document', async () => {
    const all = (await session.expect(200, 'GET', 'auditEvents')).value;
    const [event] = all;
    const count = async (filter: string): Promise<number> => (await filtered(filter, 'auditEvents')).length;
    const creates = all.filter((one: Record<string, unknown>) => one.activityOperationType === 'Create').length;
    assert.ok(creates > 0 && creates < all.length);
    assert.equal(await count("activityOperationType eq 'Create'"), creates);
    assert.equal(await count("activityOperationType ne 'Create'"), all.length - creates);
    assert.equal(await count(`correlationId eq ${event.correlationId}`), 1);
    assert.equal(await count(`id eq '${event.id}' and activityDateTime eq ${event.activityDateTime}`), 1);
    const system = all.filter((one: { actor: { type: string } }) => one.actor.type === 'System').length;
    assert.ok(system > 0 && system < all.length);
    assert.equal(await count("actor/type eq 'System'"), system);
    assert.equal(await count('actor/userPrincipalName eq null'), system);
  });
});
