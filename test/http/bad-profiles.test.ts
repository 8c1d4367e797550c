// Values, types and links that profiles refuse, in an update, in a create and as a reference.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused, type Refusal } from './refusals.js';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let vpn: string;
let target: string;
before(async () => {
  session = await openSession();
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  target = `/beta/deviceManagement/derivedCredentials('${session.development.settingsId}')`;
});
after(() => session.close());

type Body = Readonly<Record<string, unknown>>;

const badRequest = (target: string | undefined, message: string | RegExp): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message,
  target,
});
const notNull = (path: string) => badRequest(path, `The property '${path}' cannot be null.`);
const required = (path: string) => badRequest(path, `The property '${path}' is required.`);
const wrong = (path: string, expected: string, found: string) =>
  badRequest(path, `The property '${path}' must be ${expected}, not ${found}.`);
const unknown = (path: string, type: string, hint = '') =>
  badRequest(path, `The property '${path}' does not exist on type 'microsoft.graph.${type}'.${hint}`);

/** Refused alike in an update of the VPN profile and in the create of one. */
const values: readonly (readonly [Body, Refusal])[] = [
  [{ displayName: null }, notNull('displayName')],
  [{ connectionName: null }, notNull('connectionName')],
  [{ server: null }, notNull('server')],
  [{ enableSplitTunneling: 'true' }, wrong('enableSplitTunneling', 'true or false', 'this string')],
  [{ enableSplitTunneling: 1 }, wrong('enableSplitTunneling', 'true or false', 'a number')],
  [{ server: 'vpn.example.com' }, wrong('server', 'an object', 'this string')],
  [{ server: [] }, wrong('server', 'an object', 'an array')],
  [{ server: {} }, required('server/address')],
  [{ server: { address: null } }, notNull('server/address')],
  [{ server: { address: 5 } }, wrong('server/address', 'a string', 'a number')],
  [
    { server: { address: 'a', isDefaultServer: 'no' } },
    wrong('server/isDefaultServer', 'true or false', 'this string'),
  ],
  [{ server: { address: 'a', adress: 'b' } }, unknown('server/adress', 'vpnServer', " Did you mean 'address'?")],
  [
    { server: { '@odata.type': '#microsoft.graph.vpnProxyServer', address: 'a' } },
    badRequest(
      'server/@odata.type',
      "The type 'microsoft.graph.vpnProxyServer' given as @odata.type is not 'microsoft.graph.vpnServer' and not derived from it.",
    ),
  ],
  [{ roleScopeTagIds: '0' }, wrong('roleScopeTagIds', 'an array', 'this string')],
  [{ roleScopeTagIds: ['0', null] }, notNull('roleScopeTagIds[1]')],
  [{ roleScopeTagIds: ['0', 1] }, wrong('roleScopeTagIds[1]', 'a string', 'a number')],
  [
    { roleScopeTagIds: Array(501).fill('0') },
    badRequest('roleScopeTagIds', "The property 'roleScopeTagIds' has more than its limit of 500 items."),
  ],
  [
    { roleScopeTagIds: ['0', 'a'.repeat(1025)] },
    badRequest('roleScopeTagIds[1]', "The property 'roleScopeTagIds[1]' is longer than its limit of 1024 characters."),
  ],
  [
    { displayName: 'a'.repeat(257) },
    badRequest('displayName', "The property 'displayName' is longer than its limit of 256 characters."),
  ],
  [
    { description: 'a\0' },
    badRequest('description', "The property 'description' has the character U+0000, which no store keeps."),
  ],
  [
    { authenticationMethod: 'derivedCredentials' },
    badRequest(
      'authenticationMethod',
      /^'derivedCredentials' is not a member of 'microsoft\.graph\.vpnAuthenticationMethod', which the property 'authenticationMethod' takes: .* Did you mean 'derivedCredential'\?$/,
    ),
  ],
  [{ onDemandRules: {} }, wrong('onDemandRules', 'an array', 'an object')],
  [{ onDemandRules: [5] }, wrong('onDemandRules[0]', 'an object', 'a number')],
  [
    { onDemandRules: [{}, { action: 'dial' }] },
    badRequest(
      'onDemandRules[1]/action',
      /^'dial' is not a member of 'microsoft\.graph\.vpnOnDemandRuleConnectionAction'/,
    ),
  ],
  [{ proxyServer: { port: 80.5 } }, wrong('proxyServer/port', 'a 32-bit integer', 'the number 80.5')],
  [{ ssid: 'a' }, unknown('ssid', 'iosVpnConfiguration')],
  [{ DisplayName: 'a' }, unknown('DisplayName', 'iosVpnConfiguration', " Did you mean 'displayName'?")],
  [
    { assignments: [] },
    badRequest(
      'assignments',
      "The navigation property 'assignments' cannot be written as a value; what it leads to is read and written by its own URL, …/assignments.",
    ),
  ],
  [
    { derivedCredentialSettings: { issuer: 'xTec' } },
    badRequest(
      'derivedCredentialSettings',
      "The navigation property 'derivedCredentialSettings' cannot be written as a value; use 'derivedCredentialSettings@odata.bind' or derivedCredentialSettings/$ref.",
    ),
  ],
  [
    { 'rootCertificate@odata.bind': '/beta/deviceManagement/deviceConfigurations/x' },
    unknown('rootCertificate@odata.bind', 'iosVpnConfiguration'),
  ],
];

const shown = (body: Body): string => JSON.stringify(body).slice(0, 90);

describe('an update of a profile', () => {
  for (const [body, refusal] of values) {
    test(`with ${shown(body)} is refused`, () => assertRefused(session, 'PATCH', vpn, { body }, refusal));
  }

  test('cannot change its type, nor its id', async () => {
    const change = (type: string) =>
      badRequest(
        '@odata.type',
        `The object is of type 'microsoft.graph.iosVpnConfiguration'; an update cannot make it 'microsoft.graph.${type}'.`,
      );
    for (const type of ['iosEnterpriseWiFiConfiguration', 'iosEasEmailProfileConfiguration']) {
      const body = { '@odata.type': `#microsoft.graph.${type}`, displayName: 'a' };
      await assertRefused(session, 'PATCH', vpn, { body }, change(type));
    }
    const refusal = badRequest('id', "The property 'id' cannot be changed by an update.");
    await assertRefused(session, 'PATCH', vpn, { body: { id: 'other' } }, refusal);
  });

  test('rule 5: cannot make a derived credential go with another EAP type', async () => {
    const wiFi = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
    for (const eapType of ['leap', 'eapSim', 'eapFast', 'teap']) {
      const refusal = badRequest(
        'authenticationMethod',
        `The authentication method 'derivedCredential' needs eapType eapTls, eapTtls or peap, not ${eapType}.`,
      );
      await assertRefused(session, 'PATCH', wiFi, { body: { eapType } }, refusal);
    }
  });
});

describe('a create of a profile', () => {
  const create = (body: unknown, refusal: Refusal, path = 'deviceConfigurations') =>
    assertRefused(session, 'POST', path, { body }, refusal);

  for (const [body, refusal] of values) {
    test(`with ${shown(body)} is refused`, () => create({ ...leastProfiles.iosVpnConfiguration, ...body }, refusal));
  }
  for (const [type, name] of [
    ['iosVpnConfiguration', 'displayName'],
    ['iosVpnConfiguration', 'connectionName'],
    ['iosVpnConfiguration', 'server'],
    ['iosEnterpriseWiFiConfiguration', 'networkName'],
    ['iosEnterpriseWiFiConfiguration', 'ssid'],
    ['iosEasEmailProfileConfiguration', 'accountName'],
    ['iosEasEmailProfileConfiguration', 'hostName'],
    ['iosDerivedCredentialAuthenticationConfiguration', 'displayName'],
  ] as const) {
    test(`of type ${type} without ${name} is refused`, async () => {
      const body: Record<string, unknown> = { ...leastProfiles[type] };
      delete body[name];
      await create(body, required(name));
    });
  }

  const least = leastProfiles.iosDerivedCredentialAuthenticationConfiguration;
  const types: readonly (readonly [unknown, string, string?])[] = [
    [undefined, "'microsoft.graph.deviceConfiguration' is abstract: @odata.type must name the type to create."],
    [
      '#microsoft.graph.deviceConfiguration',
      "The type 'microsoft.graph.deviceConfiguration' is abstract and cannot be created.",
    ],
    [
      '#microsoft.graph.appleVpnConfiguration',
      "The type 'microsoft.graph.appleVpnConfiguration' is abstract and cannot be created.",
    ],
    [
      '#microsoft.graph.windows10GeneralConfiguration',
      "A type named 'microsoft.graph.windows10GeneralConfiguration' could not be resolved by the model.",
    ],
    [
      '#microsoft.graph.IosVpnConfiguration',
      "A type named 'microsoft.graph.IosVpnConfiguration' could not be resolved by the model.",
    ],
    ['iosVpnConfiguration', "A type named 'iosVpnConfiguration' could not be resolved by the model."],
    [7, "A type named '7' could not be resolved by the model."],
    [
      '#microsoft.graph.vpnServer',
      "The type 'microsoft.graph.vpnServer' given as @odata.type is not 'microsoft.graph.deviceConfiguration' and not derived from it.",
    ],
    [
      '#microsoft.graph.auditEvent',
      "The type 'microsoft.graph.auditEvent' given as @odata.type is not 'microsoft.graph.deviceConfiguration' and not derived from it.",
    ],
    [
      '#microsoft.graph.entity',
      "The type 'microsoft.graph.entity' given as @odata.type is not 'microsoft.graph.deviceConfiguration' and not derived from it.",
    ],
    [
      '#microsoft.graph.iosVpnConfiguration',
      "The type 'microsoft.graph.iosVpnConfiguration' given as @odata.type is not 'microsoft.graph.iosEasEmailProfileConfiguration' and not derived from it.",
      '/microsoft.graph.iosEasEmailProfileConfiguration',
    ],
  ];
  for (const [type, message, cast = ''] of types) {
    test(`of type ${type}${cast && ` at ${cast}`} is refused`, () =>
      create({ ...least, '@odata.type': type }, badRequest('@odata.type', message), `deviceConfigurations${cast}`));
  }

  test('rule 5: needs an EAP type that goes with a derived credential', async () => {
    const body = { ...leastProfiles.iosEnterpriseWiFiConfiguration, authenticationMethod: 'derivedCredential' };
    for (const eapType of ['leap', 'eapSim', 'eapFast', 'teap']) {
      const message = `The authentication method 'derivedCredential' needs eapType eapTls, eapTtls or peap, not ${eapType}.`;
      await create({ ...body, eapType }, badRequest('authenticationMethod', message));
    }
  });
});

describe('a link', () => {
  const annotation = 'derivedCredentialSettings@odata.bind';
  const malformed = (where: string, found: string) =>
    badRequest(where, `'${where}' must be the URL of an entity, not ${found}.`);
  const foreign = (where: string, host: string) =>
    badRequest(where, `'${where}' names the host '${host}', which is neither this server nor one of Graph's.`);
  const wrongTarget = (where: string, url: string) =>
    badRequest(
      where,
      `'${where}' must name an entity of type 'microsoft.graph.deviceManagementDerivedCredentialSettings', which '${url}' does not.`,
    );
  const missing = (where: string, url: string) => badRequest(where, `'${where}' names '${url}', which does not exist.`);

  const links = (where: string): readonly (readonly [unknown, Refusal])[] => {
    const own = target;
    const nowhere = '/beta/deviceManagement/derivedCredentials/00000000-0000-0000-0000-000000000000';
    const profile = `/beta/${vpn}`;
    const withSpace = 'a text with white space, a query or a fragment';
    return [
      [5, malformed(where, 'a number')],
      [true, malformed(where, 'a boolean')],
      [[own], malformed(where, 'an array')],
      [{ id: own }, malformed(where, 'an object')],
      [`https://evil.example${own}`, foreign(where, 'https://evil.example')],
      [`http://graph.microsoft.com${own}`, foreign(where, 'http://graph.microsoft.com')],
      [`https://graph.microsoft.com@evil.example${own}`, foreign(where, 'https://graph.microsoft.com@evil.example')],
      [`https://127.0.0.1:1${own}`, foreign(where, 'https://127.0.0.1:1')],
      [`http://169.254.169.254${own}`, foreign(where, 'http://169.254.169.254')],
      [`file://${own}`, foreign(where, 'file://')],
      [`//evil.example${own}`, malformed(where, 'another kind of URL')],
      ['javascript:alert(1)', malformed(where, 'another kind of URL')],
      [`${own}?$select=id`, malformed(where, withSpace)],
      [` ${own}`, malformed(where, withSpace)],
      [`\\\\evil.example${own}`, malformed(where, withSpace)],
      ['a'.repeat(2049), malformed(where, 'a text longer than 2048 characters')],
      [nowhere, missing(where, nowhere)],
      [`https://graph.microsoft.com${nowhere}`, missing(where, `https://graph.microsoft.com${nowhere}`)],
      ['', wrongTarget(where, '')],
      [profile, wrongTarget(where, profile)],
      ['/beta/deviceManagement/derivedCredentials', wrongTarget(where, '/beta/deviceManagement/derivedCredentials')],
      [`${own}/..`, wrongTarget(where, `${own}/..`)],
      [own.replace('/beta/', '/v1.0/'), wrongTarget(where, own.replace('/beta/', '/v1.0/'))],
    ];
  };

  test('in an update that leads to nothing, nowhere or elsewhere is refused', async () => {
    for (const [url, refusal] of links(annotation)) {
      await assertRefused(session, 'PATCH', vpn, { body: { displayName: 'new', [annotation]: url } }, refusal);
    }
  });
  test('in a create that leads to nothing, nowhere or elsewhere is refused', async () => {
    for (const [url, refusal] of links(annotation)) {
      const body = { ...leastProfiles.iosEasEmailProfileConfiguration, [annotation]: url };
      await assertRefused(session, 'POST', 'deviceConfigurations', { body }, refusal);
    }
  });
  test('as a reference that leads to nothing, nowhere or elsewhere is refused', async () => {
    const path = `${vpn}/derivedCredentialSettings/$ref`;
    for (const [url, refusal] of links('@odata.id')) {
      await assertRefused(session, 'PUT', path, { body: { '@odata.id': url } }, refusal);
    }
    const message = /^'@odata\.id' must be the URL of an entity, not (nothing|null)\.$/;
    await assertRefused(session, 'PUT', path, { body: {} }, badRequest('@odata.id', message));
    await assertRefused(session, 'PUT', path, { body: { '@odata.id': null } }, badRequest('@odata.id', message));
    const more = { '@odata.id': target, issuer: 'xTec' };
    const refusal = badRequest('issuer', "The property 'issuer' does not exist on type 'an entity reference'.");
    await assertRefused(session, 'PUT', path, { body: more }, refusal);
  });
  test('may name this server, one of Graph’s hosts or none', async () => {
    const { server } = session;
    for (const host of [server.plainUrl, 'https://graph.microsoft.com', 'https://graph.microsoft.us', '']) {
      const answer = await session.send('PATCH', vpn, { body: { [annotation]: `${host}${target}` } });
      assert.equal(answer.status, 200, answer.text);
    }
  });
});
