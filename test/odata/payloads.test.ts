// Bodies → types, values and links of entities.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import type { EntityType } from '../../src/edm/index.js';
import {
  derivedCredentials,
  deviceConfiguration,
  deviceManagementDerivedCredentialSettings,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { readForCreate, readForUpdate } from '../../src/odata/index.js';
import type { Payload } from '../../src/plan/index.js';
import { context, refused } from './requests.js';

const id = 'bc650741-0741-bc65-4107-65bc410765bc';
const typed = (type: EntityType, properties: Payload = {}): Payload => ({
  '@odata.type': `#microsoft.graph.${type.name}`,
  ...properties,
});

const settings = { displayName: 'K5', issuer: 'purebred' };
const vpn = typed(iosVpnConfiguration, {
  displayName: 'VPN',
  connectionName: 'c',
  server: { address: 'vpn.example' },
});
const wiFi = typed(iosEnterpriseWiFiConfiguration, { displayName: 'W', networkName: 'n', ssid: 's' });
const mail = typed(iosEasEmailProfileConfiguration, { displayName: 'M', accountName: 'a', hostName: 'h' });
const app = typed(iosDerivedCredentialAuthenticationConfiguration, { displayName: 'A' });

const createSettings = (body: Payload) => readForCreate(body, deviceManagementDerivedCredentialSettings, context);
const createProfile = (body: Payload) => readForCreate(body, deviceConfiguration, context);
const updateSettings = (body: Payload) => readForUpdate(body, deviceManagementDerivedCredentialSettings, id, context);
const updateVpn = (body: Payload) => readForUpdate(body, iosVpnConfiguration, id, context);

describe('a create', () => {
  it('of settings fills in what is left out', () => {
    const { type, values, links } = createSettings(settings);
    assert.equal(type, deviceManagementDerivedCredentialSettings);
    assert.deepEqual(links, {});
    assert.deepEqual(Object.entries(values), [
      ['displayName', 'K5'],
      ['helpUrl', null],
      ['issuer', 'purebred'],
      ['notificationType', 'none'],
      ['renewalThresholdPercentage', 20],
    ]);
  });

  for (const body of [vpn, wiFi, mail, app]) {
    it(`of ${body['@odata.type']} has every property that is not the server's, in the model's order`, () => {
      const { type, values, links } = createProfile(body);
      assert.equal(`#${model.qualifiedName(type)}`, body['@odata.type']);
      const writable = [...type.properties.values()].filter(({ readOnly }) => !readOnly);
      assert.deepEqual(
        Object.keys(values),
        writable.map(({ name }) => name),
      );
      assert.deepEqual(values.roleScopeTagIds, ['0']);
      assert.equal(values.supportsScopeTags, false);
      assert.deepEqual(links, {});
      for (const { name, collection } of writable) if (collection) assert.ok(Array.isArray(values[name]), name);
    });
  }

  it('takes the type with and without its hash', () => {
    const name = 'microsoft.graph.iosVpnConfiguration';
    assert.equal(createProfile({ ...vpn, '@odata.type': name }).type, iosVpnConfiguration);
    assert.equal(
      readForCreate({ ...vpn, '@odata.type': name }, iosVpnConfiguration, context).type,
      iosVpnConfiguration,
    );
  });

  it('needs no type where the address says one that is not abstract', () => {
    const { '@odata.type': _, ...body } = vpn;
    assert.equal(readForCreate(body, iosVpnConfiguration, context).type, iosVpnConfiguration);
  });

  it('ignores the id, the properties of the server, annotations and the notes of tools', () => {
    const { values } = createProfile({
      ...app,
      id: 'mine',
      version: 'seven',
      createdDateTime: null,
      lastModifiedDateTime: '2001-01-01T00:00:00Z',
      '@odata.context': 'x',
      '@odata.etag': 1,
      'displayName@odata.type': '#String',
      'assignments@odata.context': [],
      'derivedCredentialSettings@odata.navigationLink': 'https://evil.example/',
      'x@vendor.note': { a: 1 },
      '#CustomRef_derivedCredentialSettings': 'K5|:|#microsoft.graph.x',
      '#microsoft.graph.assign': {},
    });
    for (const name of ['id', 'version', 'createdDateTime', 'lastModifiedDateTime']) assert.ok(!(name in values));
    assert.equal(Object.keys(values).length, 7);
  });

  it('completes complex values, to any depth, in the model’s order', () => {
    const { values } = createProfile({
      ...vpn,
      server: { isDefaultServer: true, address: 'a', '@odata.type': '#microsoft.graph.vpnServer', 'x@y.z': 1 },
      onDemandRules: [{ ssids: null, action: 'connect' }, {}],
      proxyServer: {},
      deviceManagementApplicabilityRuleOsEdition: { osEditionTypes: ['notConfigured'] },
      customData: null,
    });
    assert.equal(JSON.stringify(values.server), '{"address":"a","description":null,"isDefaultServer":true}');
    const rule = {
      action: 'connect',
      dnsSearchDomains: [],
      dnsServerAddressMatch: [],
      domainAction: 'connectIfNeeded',
      domains: [],
      interfaceTypeMatch: 'notConfigured',
      probeRequiredUrl: null,
      probeUrl: null,
      ssids: [],
    };
    assert.deepEqual(values.onDemandRules, [rule, rule]);
    assert.deepEqual(values.proxyServer, { address: null, automaticConfigurationScriptUrl: null, port: null });
    assert.deepEqual(values.deviceManagementApplicabilityRuleOsEdition, {
      name: null,
      osEditionTypes: ['notConfigured'],
      ruleType: 'include',
    });
    assert.deepEqual(values.customData, []);
  });

  it('keeps strings as sent', () => {
    for (const text of [
      '',
      ' a ',
      '\u0001\u007f',
      '😀',
      'e\u0301',
      '<script>',
      "'; DROP TABLE x",
      '\u202e',
      'x'.repeat(256),
    ]) {
      assert.equal(createSettings({ ...settings, displayName: text }).values.displayName, text);
    }
  });

  it('makes flags canonical', () => {
    for (const [given, kept] of [
      ['none', 'none'],
      ['email', 'email'],
      ['email,companyPortal', 'companyPortal,email'],
      [' email , companyPortal', 'companyPortal,email'],
      ['email,email', 'email'],
      ['none,none', 'none'],
    ]) {
      assert.equal(createSettings({ ...settings, notificationType: given ?? '' }).values.notificationType, kept);
    }
    assert.equal(
      createProfile({ ...mail, easServices: 'reminders,calendars,email' }).values.easServices,
      'calendars,email,reminders',
    );
  });

  it('takes -0 for 0', () => {
    assert.ok(
      Object.is(createProfile({ ...vpn, disconnectOnIdleTimerInSeconds: -0 }).values.disconnectOnIdleTimerInSeconds, 0),
    );
  });

  it('shares no default with the model that a later change could reach', () => {
    const [one, other] = [createProfile(app), createProfile(app)];
    assert.deepEqual(one.values.roleScopeTagIds, other.values.roleScopeTagIds);
  });
});

describe('a create is refused', () => {
  const ofSettings: readonly (readonly [Payload, RefusalName, string, RegExp?])[] = [
    [{}, 'requiredProperty', 'displayName'],
    [{ displayName: 'K5' }, 'requiredProperty', 'issuer'],
    [{ ...settings, displayName: null }, 'notNullable', 'displayName'],
    [{ ...settings, issuer: null }, 'notNullable', 'issuer'],
    [{ ...settings, notificationType: null }, 'notNullable', 'notificationType'],
    [{ ...settings, renewalThresholdPercentage: null }, 'notNullable', 'renewalThresholdPercentage'],
    [{ ...settings, displayName: 5 }, 'wrongType', 'displayName', /a string, not a number/],
    [{ ...settings, displayName: ['x'] }, 'wrongType', 'displayName', /a string, not an array/],
    [{ ...settings, displayName: {} }, 'wrongType', 'displayName', /a string, not an object/],
    [{ ...settings, displayName: 'x'.repeat(257) }, 'tooLong', 'displayName', /256/],
    [{ ...settings, displayName: 'a\0' }, 'forbiddenCharacter', 'displayName'],
    [{ ...settings, helpUrl: 'x'.repeat(2049) }, 'tooLong', 'helpUrl', /2048/],
    [{ ...settings, issuer: 'entrustDataCard' }, 'unknownMember', 'issuer', /Did you mean 'entrustDatacard'\?/],
    [{ ...settings, issuer: 'entrustData' }, 'unknownMember', 'issuer', /intercede, entrustDatacard, purebred, xTec/],
    [{ ...settings, issuer: '' }, 'unknownMember', 'issuer'],
    [{ ...settings, issuer: 'constructor' }, 'unknownMember', 'issuer'],
    [{ ...settings, issuer: 'intercede,purebred' }, 'unknownMember', 'issuer'],
    [{ ...settings, issuer: ' purebred' }, 'unknownMember', 'issuer'],
    [{ ...settings, issuer: 2 }, 'wrongType', 'issuer'],
    [{ ...settings, issuer: ['purebred'] }, 'wrongType', 'issuer'],
    [{ ...settings, notificationType: '' }, 'unknownMember', 'notificationType'],
    [{ ...settings, notificationType: 'none,email' }, 'flagsCombination', 'notificationType', /'none' stands alone/],
    [{ ...settings, notificationType: 'email,' }, 'unknownMember', 'notificationType'],
    [{ ...settings, notificationType: 'Email' }, 'unknownMember', 'notificationType', /Did you mean 'email'/],
    [{ ...settings, notificationType: 3 }, 'wrongType', 'notificationType'],
    [{ ...settings, notificationType: ['email'] }, 'wrongType', 'notificationType'],
    [{ ...settings, renewalThresholdPercentage: '20' }, 'wrongType', 'renewalThresholdPercentage'],
    [{ ...settings, renewalThresholdPercentage: 20.5 }, 'wrongType', 'renewalThresholdPercentage', /20\.5/],
    [{ ...settings, renewalThresholdPercentage: 2 ** 31 }, 'wrongType', 'renewalThresholdPercentage'],
    [{ ...settings, renewalThresholdPercentage: -(2 ** 31) - 1 }, 'wrongType', 'renewalThresholdPercentage'],
    [{ ...settings, renewalThresholdPercentage: true }, 'wrongType', 'renewalThresholdPercentage'],
    [{ ...settings, displayname: 'x' }, 'unknownProperty', 'displayname', /Did you mean 'displayName'\?/],
    [{ ...settings, helpURL: 'x' }, 'unknownProperty', 'helpURL', /Did you mean 'helpUrl'\?/],
    [{ ...settings, isuer: 'x' }, 'unknownProperty', 'isuer', /Did you mean 'issuer'\?/],
    [{ ...settings, tenantId: 'x' }, 'unknownProperty', 'tenantId', /deviceManagementDerivedCredentialSettings'\.$/],
    [{ ...settings, toString: 'x' }, 'unknownProperty', 'toString'],
    [{ ...settings, '': 'x' }, 'unknownProperty', ''],
    [{ ...settings, [`${'x'.repeat(100_000)}`]: 'x' }, 'unknownProperty', `${'x'.repeat(512)}…`],
    [
      { ...settings, 'derivedCredentialSettings@odata.bind': null },
      'unknownProperty',
      'derivedCredentialSettings@odata.bind',
    ],
    [{ ...settings, '@odata.type': '#microsoft.graph.nope' }, 'unknownType', '@odata.type'],
    [{ ...settings, '@odata.type': 'deviceManagementDerivedCredentialSettings' }, 'unknownType', '@odata.type'],
    [
      { ...settings, '@odata.type': '#Microsoft.Graph.deviceManagementDerivedCredentialSettings' },
      'unknownType',
      '@odata.type',
    ],
    [
      { ...settings, '@odata.type': '#microsoft.graph.devicemanagementderivedcredentialsettings' },
      'unknownType',
      '@odata.type',
    ],
    [
      { ...settings, '@odata.type': '##microsoft.graph.deviceManagementDerivedCredentialSettings' },
      'unknownType',
      '@odata.type',
    ],
    [
      { ...settings, '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialIssuer' },
      'unknownType',
      '@odata.type',
    ],
    [{ ...settings, '@odata.type': '' }, 'unknownType', '@odata.type'],
    [{ ...settings, '@odata.type': null }, 'unknownType', '@odata.type'],
    [{ ...settings, '@odata.type': 5 }, 'unknownType', '@odata.type'],
    [{ ...settings, '@odata.type': '#microsoft.graph.iosVpnConfiguration' }, 'foreignType', '@odata.type'],
    [{ ...settings, '@odata.type': '#microsoft.graph.entity' }, 'foreignType', '@odata.type'],
    [{ ...settings, '@odata.type': '#microsoft.graph.vpnServer' }, 'foreignType', '@odata.type'],
  ];
  for (const [body, refusal, target, message] of ofSettings) {
    it(`as settings ${JSON.stringify(body).slice(0, 110)}: ${refusal}`, () => {
      const error = refused(() => createSettings(body), refusal, target);
      if (message) assert.match(error.message, message);
    });
  }

  const server = { address: 'a' };
  const ofProfiles: readonly (readonly [Payload, RefusalName, string])[] = [
    [{ displayName: 'x' }, 'typeRequired', '@odata.type'],
    [typed(deviceConfiguration, { displayName: 'x' }), 'abstractType', '@odata.type'],
    [{ ...vpn, '@odata.type': '#microsoft.graph.appleVpnConfiguration' }, 'abstractType', '@odata.type'],
    [{ ...vpn, '@odata.type': '#microsoft.graph.iosUpdateConfiguration' }, 'unknownType', '@odata.type'],
    [{ ...vpn, '@odata.type': '#microsoft.graph.auditEvent' }, 'foreignType', '@odata.type'],
    [typed(iosVpnConfiguration, { displayName: 'x', server }), 'requiredProperty', 'connectionName'],
    [typed(iosVpnConfiguration, { displayName: 'x', connectionName: 'c' }), 'requiredProperty', 'server'],
    [{ ...vpn, server: null }, 'notNullable', 'server'],
    [{ ...vpn, server: {} }, 'requiredProperty', 'server/address'],
    [{ ...vpn, server: { address: null } }, 'notNullable', 'server/address'],
    [{ ...vpn, server: { address: 5 } }, 'wrongType', 'server/address'],
    [{ ...vpn, server: { ...server, isDefaultServer: null } }, 'notNullable', 'server/isDefaultServer'],
    [{ ...vpn, server: { ...server, isDefaultServer: 'true' } }, 'wrongType', 'server/isDefaultServer'],
    [{ ...vpn, server: { ...server, Address: 'a' } }, 'unknownProperty', 'server/Address'],
    [{ ...vpn, server: { ...server, id: 'a' } }, 'unknownProperty', 'server/id'],
    [{ ...vpn, server: { ...server, 'address@odata.bind': 'a' } }, 'unknownProperty', 'server/address@odata.bind'],
    [
      { ...vpn, server: { ...server, '@odata.type': '#microsoft.graph.vpnProxyServer' } },
      'foreignType',
      'server/@odata.type',
    ],
    [{ ...vpn, server: { ...server, '@odata.type': '#microsoft.graph.nope' } }, 'unknownType', 'server/@odata.type'],
    [{ ...vpn, server: 'vpn.example' }, 'wrongType', 'server'],
    [{ ...vpn, server: [server] }, 'wrongType', 'server'],
    [{ ...vpn, onDemandRules: {} }, 'wrongType', 'onDemandRules'],
    [{ ...vpn, onDemandRules: [null] }, 'notNullable', 'onDemandRules[0]'],
    [{ ...vpn, onDemandRules: [{}, { action: 'conect' }] }, 'unknownMember', 'onDemandRules[1]/action'],
    [{ ...vpn, onDemandRules: [{ ssids: ['a', 5] }] }, 'wrongType', 'onDemandRules[0]/ssids[1]'],
    [{ ...vpn, onDemandRules: [{ ssids: ['a', null] }] }, 'notNullable', 'onDemandRules[0]/ssids[1]'],
    [{ ...vpn, onDemandRules: [[]] }, 'wrongType', 'onDemandRules[0]'],
    [{ ...vpn, customKeyValueData: [{ value: 'x' }] }, 'requiredProperty', 'customKeyValueData[0]/name'],
    [{ ...vpn, roleScopeTagIds: '0' }, 'wrongType', 'roleScopeTagIds'],
    [{ ...vpn, roleScopeTagIds: ['x'.repeat(1025)] }, 'tooLong', 'roleScopeTagIds[0]'],
    [{ ...vpn, excludeList: Array.from({ length: 501 }, () => 'a') }, 'tooManyItems', 'excludeList'],
    [
      { ...vpn, targetedMobileApps: Array.from({ length: 501 }, () => ({ name: 'a' })) },
      'tooManyItems',
      'targetedMobileApps',
    ],
    [
      { ...vpn, deviceManagementApplicabilityRuleOsEdition: { osEditionTypes: ['nope'] } },
      'unknownMember',
      'deviceManagementApplicabilityRuleOsEdition/osEditionTypes[0]',
    ],
    [{ ...vpn, derivedCredentialSettings: {} }, 'referenceInBody', 'derivedCredentialSettings'],
    [{ ...vpn, derivedCredentialSettings: null }, 'referenceInBody', 'derivedCredentialSettings'],
    [{ ...vpn, 'derivedCredentialSettings@odata.bind': [] }, 'bindMalformed', 'derivedCredentialSettings@odata.bind'],
    [{ ...vpn, 'derivedCredentialSettings@odata.bind': 5 }, 'bindMalformed', 'derivedCredentialSettings@odata.bind'],
    [
      { ...vpn, 'derivedCredentialSettings@Odata.Bind': null },
      'unknownProperty',
      'derivedCredentialSettings@Odata.Bind',
    ],
    [
      { ...vpn, 'DerivedCredentialSettings@odata.bind': null },
      'unknownProperty',
      'DerivedCredentialSettings@odata.bind',
    ],
    [{ ...vpn, 'derivedCredentialSettings@bind': null }, 'unknownProperty', 'derivedCredentialSettings@bind'],
    [{ ...vpn, 'displayName@odata.bind': 'x' }, 'unknownProperty', 'displayName@odata.bind'],
    [{ ...vpn, '@odata.bind': 'x' }, 'unknownProperty', '@odata.bind'],
    [{ ...vpn, ssid: 'x' }, 'unknownProperty', 'ssid'],
    [{ ...vpn, assignments: [] }, 'containedInBody', 'assignments'],
  ];
  for (const [body, refusal, target] of ofProfiles) {
    it(`as a profile for ${target}: ${refusal}`, () => {
      refused(() => createProfile(body), refusal, target);
    });
  }
});

describe('an update', () => {
  it('has only what is given', () => {
    assert.deepEqual(updateSettings({}), { values: {}, links: {} });
    assert.deepEqual(updateSettings(typed(deviceManagementDerivedCredentialSettings)), { values: {}, links: {} });
    assert.deepEqual(updateSettings({ helpUrl: null, issuer: 'xTec' }).values, { helpUrl: null, issuer: 'xTec' });
    assert.deepEqual(updateVpn({ roleScopeTagIds: null }).values, { roleScopeTagIds: [] });
  });

  it('may repeat the id and name a base of the type', () => {
    assert.deepEqual(updateSettings({ id }).values, {});
    for (const name of ['iosVpnConfiguration', 'appleVpnConfiguration', 'deviceConfiguration', 'entity']) {
      assert.deepEqual(updateVpn({ '@odata.type': `microsoft.graph.${name}` }).values, {});
    }
  });

  it('ignores the properties of the server, annotations and the notes of tools', () => {
    const ignored = {
      version: 'x',
      createdDateTime: 5,
      lastModifiedDateTime: null,
      '@odata.etag': '',
      'x@y.z': 1,
      '#a': 1,
    };
    assert.deepEqual(updateVpn(ignored), { values: {}, links: {} });
  });

  it('replaces a complex value whole', () => {
    assert.deepEqual(updateVpn({ server: { address: 'b' } }).values, {
      server: { address: 'b', description: null, isDefaultServer: false },
    });
    assert.deepEqual(updateVpn({ proxyServer: null }).values, { proxyServer: null });
  });

  const refusals: readonly (readonly [Payload, RefusalName, string])[] = [
    [{ id: 'other' }, 'idChange', 'id'],
    [{ id: id.toUpperCase() }, 'idChange', 'id'],
    [{ id: null }, 'idChange', 'id'],
    [{ id: [id] }, 'idChange', 'id'],
    [{ '@odata.type': '#microsoft.graph.iosWiFiConfiguration' }, 'typeChange', '@odata.type'],
    [{ '@odata.type': '#microsoft.graph.iosEasEmailProfileConfiguration' }, 'typeChange', '@odata.type'],
    [{ '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings' }, 'foreignType', '@odata.type'],
    [{ '@odata.type': '#microsoft.graph.vpnServer' }, 'foreignType', '@odata.type'],
    [{ '@odata.type': '#microsoft.graph.nope' }, 'unknownType', '@odata.type'],
    [{ displayName: null }, 'notNullable', 'displayName'],
    [{ server: {} }, 'requiredProperty', 'server/address'],
    [{ server: null }, 'notNullable', 'server'],
    [{ ssid: 'x' }, 'unknownProperty', 'ssid'],
    [{ derivedCredentialSettings: null }, 'referenceInBody', 'derivedCredentialSettings'],
    [{ authenticationMethod: 3 }, 'wrongType', 'authenticationMethod'],
  ];
  for (const [body, refusal, target] of refusals) {
    it(`with ${JSON.stringify(body)} is refused: ${refusal}`, () => {
      refused(() => updateVpn(body), refusal, target);
    });
  }
});

describe('@odata.bind', () => {
  const annotation = 'derivedCredentialSettings@odata.bind';
  const bind = (url: string) => updateVpn({ [annotation]: url }).links.derivedCredentialSettings;

  it('of null is no link', () => {
    assert.deepEqual(updateVpn({ [annotation]: null }).links, { derivedCredentialSettings: null });
    assert.deepEqual(createProfile({ ...app, [annotation]: null }).links, { derivedCredentialSettings: null });
  });

  const hosts = [
    'https://localhost:8443',
    'HTTPS://LOCALHOST:8443',
    'http://127.0.0.1:8080',
    'https://graph.microsoft.com',
    'https://Graph.Microsoft.COM',
    'https://graph.microsoft.us',
    'https://dod-graph.microsoft.us',
    'https://microsoftgraph.chinacloudapi.cn',
    '',
  ];
  const paths = [
    `/beta/deviceManagement/derivedCredentials('${id}')`,
    `/beta//deviceManagement/derivedCredentials('${id}')`,
    `/beta/deviceManagement/derivedCredentials/${id}`,
    `/BETA/devicemanagement/DerivedCredentials(%27${id}%27)`,
    `/deviceManagement/derivedCredentials(id='${id}')`,
  ];
  const relative = [`deviceManagement/derivedCredentials('${id}')`, `beta/deviceManagement/derivedCredentials/${id}`];
  for (const url of [...hosts.flatMap((host) => paths.map((path) => host + path)), ...relative]) {
    it(`of ${url} is a link`, () => {
      assert.deepEqual(bind(url), { set: derivedCredentials, key: id, url });
      const created = createProfile({ ...vpn, [annotation]: url });
      assert.deepEqual(created.links, { derivedCredentialSettings: { set: derivedCredentials, key: id, url } });
    });
  }

  const target = `/beta/deviceManagement/derivedCredentials('${id}')`;
  const refusals: readonly (readonly [string, RefusalName])[] = [
    [`https://evil.example${target}`, 'bindForeign'],
    [`http://graph.microsoft.com${target}`, 'bindForeign'],
    [`https://graph.microsoft.com:444${target}`, 'bindForeign'],
    [`https://graph.microsoft.com.evil.example${target}`, 'bindForeign'],
    [`https://evil.example@graph.microsoft.com${target}`, 'bindForeign'],
    [`https://graph.microsoft.com@evil.example${target}`, 'bindForeign'],
    [`https://graph.microsoft.com.${target}`, 'bindForeign'],
    [`https://localhost${target}`, 'bindForeign'],
    [`http://localhost:8443${target}`, 'bindForeign'],
    [`https://localhost:8444${target}`, 'bindForeign'],
    [`https://169.254.169.254${target}`, 'bindForeign'],
    [`ftp://localhost:8443${target}`, 'bindForeign'],
    [`https://${target}`, 'bindForeign'],
    [`//graph.microsoft.com${target}`, 'bindMalformed'],
    [`\\\\graph.microsoft.com${target}`, 'bindMalformed'],
    [`https:\\\\graph.microsoft.com${target}`, 'bindMalformed'],
    [`https:graph.microsoft.com${target}`, 'bindMalformed'],
    ['javascript:alert(1)', 'bindMalformed'],
    ['file:///etc/passwd', 'bindForeign'],
    [`urn:uuid:${id}`, 'bindMalformed'],
    ['', 'bindWrongTarget'],
    ['/', 'bindWrongTarget'],
    [id, 'bindWrongTarget'],
    ['https://graph.microsoft.com', 'bindWrongTarget'],
    [` ${target}`, 'bindMalformed'],
    [`${target}\n`, 'bindMalformed'],
    [`${target}?$select=id`, 'bindMalformed'],
    [`${target}#x`, 'bindMalformed'],
    [`${target}\0`, 'bindMalformed'],
    [`/v1.0/deviceManagement/derivedCredentials('${id}')`, 'bindWrongTarget'],
    ['/beta/deviceManagement', 'bindWrongTarget'],
    ['/beta/deviceManagement/derivedCredentials', 'bindWrongTarget'],
    [`/beta/deviceManagement/deviceConfigurations('${id}')`, 'bindWrongTarget'],
    [`/beta/deviceManagement/deviceConfigurations('${id}')/derivedCredentialSettings`, 'bindWrongTarget'],
    [`${target}/$ref`, 'bindWrongTarget'],
    ['/beta/deviceManagement/derivedCredentials(%zz)', 'bindWrongTarget'],
    ['/beta/deviceManagement/derivedCredentials/%2e%2e', 'bindWrongTarget'],
    ['/beta/deviceManagement/../deviceManagement/derivedCredentials/x', 'bindWrongTarget'],
    [`/beta/deviceManagement/derivedCredentials/${'k'.repeat(257)}`, 'bindWrongTarget'],
    [`/beta/deviceManagement/derivedCredentials/${'k'.repeat(100_000)}`, 'bindMalformed'],
  ];
  for (const [url, refusal] of refusals) {
    it(`of ${JSON.stringify(url.slice(0, 100))} is refused: ${refusal}`, () => {
      refused(() => bind(url), refusal, annotation);
    });
  }
});
