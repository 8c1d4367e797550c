// Device configuration profiles: list, create, get, update and delete, with casts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';

const profiles = 'deviceConfigurations';

/** What a profile that is given the least has: as Microsoft's model has it, written out. */
const inherited = {
  description: null,
  deviceManagementApplicabilityRuleDeviceMode: null,
  deviceManagementApplicabilityRuleOsEdition: null,
  deviceManagementApplicabilityRuleOsVersion: null,
  roleScopeTagIds: ['0'],
  supportsScopeTags: false,
  version: 1,
};
const wiFi = {
  connectAutomatically: false,
  connectWhenNetworkNameIsHidden: false,
  disableMacAddressRandomization: null,
  preSharedKey: null,
  proxyAutomaticConfigurationUrl: null,
  proxyManualAddress: null,
  proxyManualPort: null,
  proxySettings: 'none',
  wiFiSecurityType: 'open',
};
const vpn = {
  associatedDomains: [],
  authenticationMethod: 'certificate',
  cloudName: null,
  connectionType: 'ciscoAnyConnect',
  customData: [],
  customKeyValueData: [],
  disableOnDemandUserOverride: null,
  disconnectOnIdle: null,
  disconnectOnIdleTimerInSeconds: null,
  enablePerApp: null,
  enableSplitTunneling: false,
  excludedDomains: [],
  excludeList: [],
  identifier: null,
  loginGroupOrDomain: null,
  microsoftTunnelSiteId: null,
  onDemandRules: [],
  optInToDeviceIdSharing: null,
  providerType: null,
  proxyServer: null,
  realm: null,
  role: null,
  safariDomains: [],
  server: { address: 'vpn.example.com', description: null, isDefaultServer: false },
  strictEnforcement: null,
  targetedMobileApps: [],
  userDomain: null,
};
const androidWiFi = {
  connectAutomatically: null,
  connectWhenNetworkNameIsHidden: null,
  macAddressRandomizationMode: null,
  preSharedKey: null,
  preSharedKeyIsSet: false,
  proxyAutomaticConfigurationUrl: null,
  proxyExclusionList: null,
  proxyManualAddress: null,
  proxyManualPort: null,
  proxySettings: 'none',
  wiFiSecurityType: 'open',
};
const certificate = {
  certificateValidityPeriodScale: 'days',
  certificateValidityPeriodValue: 0,
  renewalThresholdPercentage: 0,
  subjectAlternativeNameType: null,
};
const iosCertificate = { ...certificate, subjectNameFormat: 'commonName' };
const androidCertificate = { ...certificate, extendedKeyUsages: [], subjectNameFormat: null };
const issued = {
  certificateStore: null,
  customSubjectAlternativeNames: [],
  subjectAlternativeNameFormatString: null,
};
const certificateAccess = { certificateAccessType: null, silentCertificateAccessDetails: [] };
const defaults: Readonly<Record<keyof typeof leastProfiles, object>> = {
  iosVpnConfiguration: vpn,
  iosEnterpriseWiFiConfiguration: {
    ...wiFi,
    authenticationMethod: null,
    eapFastConfiguration: null,
    eapType: 'eapTls',
    innerAuthenticationProtocolForEapTtls: null,
    outerIdentityPrivacyTemporaryValue: null,
    passwordFormatString: null,
    trustedServerCertificateNames: [],
    usernameFormatString: null,
  },
  iosEasEmailProfileConfiguration: {
    authenticationMethod: null,
    blockMovingMessagesToOtherEmailAccounts: null,
    blockSendingEmailFromThirdPartyApps: null,
    blockSyncingRecentlyUsedEmailAddresses: null,
    customDomainName: null,
    durationOfEmailToSync: 'userDefined',
    easServices: null,
    easServicesUserOverrideEnabled: null,
    emailAddressSource: 'userPrincipalName',
    encryptionCertificateType: null,
    perAppVPNProfileId: null,
    requireSmime: null,
    requireSsl: false,
    signingCertificateType: null,
    smimeEnablePerMessageSwitch: null,
    smimeEncryptByDefaultEnabled: null,
    smimeEncryptByDefaultUserOverrideEnabled: null,
    smimeEncryptionCertificateUserOverrideEnabled: null,
    smimeSigningCertificateUserOverrideEnabled: null,
    smimeSigningEnabled: null,
    smimeSigningUserOverrideEnabled: null,
    useOAuth: null,
    userDomainNameSource: null,
    usernameAADSource: null,
    usernameSource: 'userPrincipalName',
  },
  iosDerivedCredentialAuthenticationConfiguration: {},
  iosWiFiConfiguration: wiFi,
  iosikEv2VpnConfiguration: {
    ...vpn,
    allowDefaultChildSecurityAssociationParameters: null,
    allowDefaultSecurityAssociationParameters: null,
    alwaysOnConfiguration: null,
    childSecurityAssociationParameters: null,
    clientAuthenticationType: 'userAuthentication',
    deadPeerDetectionRate: null,
    disableMobilityAndMultihoming: null,
    disableRedirect: null,
    enableAlwaysOnConfiguration: null,
    enableCertificateRevocationCheck: null,
    enableEAP: null,
    enablePerfectForwardSecrecy: null,
    enableUseInternalSubnetAttributes: null,
    localIdentifier: 'deviceFQDN',
    mtuSizeInBytes: null,
    securityAssociationParameters: null,
    serverCertificateCommonName: null,
    serverCertificateIssuerCommonName: null,
    serverCertificateType: null,
    sharedSecret: null,
    tlsMaximumVersion: null,
    tlsMinimumVersion: null,
  },
  iosTrustedRootCertificate: { certFileName: null },
  iosImportedPFXCertificateProfile: { intendedPurpose: 'unassigned' },
  iosPkcsCertificateProfile: { ...iosCertificate, ...issued, subjectNameFormatString: null },
  iosScepCertificateProfile: {
    ...iosCertificate,
    ...issued,
    extendedKeyUsages: [],
    keySize: 'size1024',
    keyUsage: 'keyEncipherment',
    scepServerUrls: [],
    subjectNameFormatString: null,
  },
  androidDeviceOwnerVpnConfiguration: {
    alwaysOn: null,
    alwaysOnLockdown: null,
    authenticationMethod: 'certificate',
    connectionType: 'ciscoAnyConnect',
    customData: [],
    customKeyValueData: [],
    microsoftTunnelSiteId: null,
    proxyExclusionList: [],
    proxyServer: null,
    realm: null,
    role: null,
    servers: [],
    targetedMobileApps: [],
    targetedPackageIds: [],
  },
  androidDeviceOwnerWiFiConfiguration: androidWiFi,
  androidDeviceOwnerEnterpriseWiFiConfiguration: {
    ...androidWiFi,
    authenticationMethod: null,
    eapType: 'eapTls',
    innerAuthenticationProtocolForEapTtls: null,
    innerAuthenticationProtocolForPeap: null,
    outerIdentityPrivacyTemporaryValue: null,
    trustedServerCertificateNames: [],
  },
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration: certificateAccess,
  androidDeviceOwnerTrustedRootCertificate: { certFileName: null },
  androidDeviceOwnerImportedPFXCertificateProfile: {
    ...androidCertificate,
    ...certificateAccess,
    intendedPurpose: 'unassigned',
  },
  androidDeviceOwnerPkcsCertificateProfile: {
    ...androidCertificate,
    ...certificateAccess,
    ...issued,
    certificateStore: 'user',
    certificationAuthorityName: null,
    certificationAuthorityType: 'notConfigured',
  },
  androidDeviceOwnerScepCertificateProfile: {
    ...androidCertificate,
    ...certificateAccess,
    ...issued,
    hashAlgorithm: 'sha1',
    keySize: 'size1024',
    keyUsage: 'keyEncipherment',
    scepServerUrls: [],
    subjectNameFormatString: null,
  },
};

/** The properties that each type cannot do without. */
const required: Readonly<Record<keyof typeof leastProfiles, readonly string[]>> = {
  iosVpnConfiguration: ['displayName', 'connectionName', 'server'],
  iosEnterpriseWiFiConfiguration: ['displayName', 'networkName', 'ssid'],
  iosEasEmailProfileConfiguration: ['displayName', 'accountName', 'hostName'],
  iosDerivedCredentialAuthenticationConfiguration: ['displayName'],
  iosWiFiConfiguration: ['displayName', 'networkName', 'ssid'],
  iosikEv2VpnConfiguration: ['displayName', 'connectionName', 'server', 'remoteIdentifier'],
  iosTrustedRootCertificate: ['displayName', 'trustedRootCertificate'],
  iosImportedPFXCertificateProfile: ['displayName'],
  iosPkcsCertificateProfile: [
    'displayName',
    'certificateTemplateName',
    'certificationAuthority',
    'certificationAuthorityName',
  ],
  iosScepCertificateProfile: ['displayName'],
  androidDeviceOwnerVpnConfiguration: ['displayName', 'connectionName'],
  androidDeviceOwnerWiFiConfiguration: ['displayName', 'networkName', 'ssid'],
  androidDeviceOwnerEnterpriseWiFiConfiguration: ['displayName', 'networkName', 'ssid'],
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration: ['displayName'],
  androidDeviceOwnerTrustedRootCertificate: ['displayName', 'trustedRootCertificate'],
  androidDeviceOwnerImportedPFXCertificateProfile: ['displayName'],
  androidDeviceOwnerPkcsCertificateProfile: [
    'displayName',
    'certificateTemplateName',
    'certificationAuthority',
    'subjectNameFormatString',
  ],
  androidDeviceOwnerScepCertificateProfile: ['displayName'],
};

describe('deviceConfigurations', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());

  const create = (body: unknown) => session.expect(201, 'POST', profiles, body);
  const createRefused = (body: unknown) => session.refused(400, 'POST', profiles, body);
  const get = (id: string) => session.expect(200, 'GET', `${profiles}/${id}`);

  for (const [name, least] of Object.entries(leastProfiles)) {
    const type = name as keyof typeof leastProfiles;

    test(`a create of ${name} answers 201 with every default, and a Location that leads to it`, async () => {
      const from = Date.now();
      const created = await session.send('POST', profiles, { body: least });
      assert.equal(created.status, 201, created.text);
      const {
        '@odata.context': context,
        '@odata.etag': etag,
        id,
        createdDateTime,
        lastModifiedDateTime,
        ...rest
      } = created.json;
      assert.deepEqual(rest, { ...inherited, ...least, ...defaults[type] });
      assert.equal(context, `${session.server.plainUrl}/beta/$metadata#deviceManagement/deviceConfigurations/$entity`);
      assert.equal(lastModifiedDateTime, createdDateTime);
      const when = Date.parse(createdDateTime);
      assert.ok(when >= from && when <= Date.now(), createdDateTime);
      const found = await call(session.server, 'GET', created.headers.location ?? '');
      assert.deepEqual([found.status, found.json, found.headers.etag], [200, created.json, etag]);
      assert.deepEqual(await session.expect(200, 'GET', `${profiles}('${id}')`), created.json);
    });

    test(`a create of ${name} needs its strings and complex values that cannot be null`, async () => {
      for (const property of required[type]) {
        const { [property]: _, ...body } = least as Record<string, unknown>;
        assert.equal((await createRefused(body)).target, property);
        assert.equal((await createRefused({ ...body, [property]: null })).target, property);
      }
    });
  }

  test('a complex value gets the defaults of what it leaves out, as deep as it goes', async () => {
    const vpn = await create({
      ...leastProfiles.iosVpnConfiguration,
      proxyServer: {},
      onDemandRules: [{}],
      customKeyValueData: [{ name: 'k' }],
      deviceManagementApplicabilityRuleOsEdition: {},
    });
    const { server, proxyServer, onDemandRules, customKeyValueData, deviceManagementApplicabilityRuleOsEdition } = vpn;
    assert.deepEqual(server, { address: 'vpn.example.com', description: null, isDefaultServer: false });
    assert.deepEqual(proxyServer, { address: null, automaticConfigurationScriptUrl: null, port: null });
    assert.deepEqual(customKeyValueData, [{ name: 'k', value: null }]);
    assert.deepEqual(deviceManagementApplicabilityRuleOsEdition, {
      name: null,
      osEditionTypes: [],
      ruleType: 'include',
    });
    assert.deepEqual(onDemandRules, [
      {
        action: 'connect',
        dnsSearchDomains: [],
        dnsServerAddressMatch: [],
        domainAction: 'connectIfNeeded',
        domains: [],
        interfaceTypeMatch: 'notConfigured',
        probeRequiredUrl: null,
        probeUrl: null,
        ssids: [],
      },
    ]);
  });

  test('a nested string that cannot be null is required, and named by its path', async () => {
    const cases: [object, string][] = [
      [{ server: { description: 'x' } }, 'server/address'],
      [{ server: { address: null } }, 'server/address'],
      [{ customKeyValueData: [{ name: 'a' }, { value: 'b' }] }, 'customKeyValueData[1]/name'],
      [{ targetedMobileApps: [{ appId: 'x' }] }, 'targetedMobileApps[0]/name'],
    ];
    const { id } = await create(leastProfiles.iosVpnConfiguration);
    for (const [values, target] of cases) {
      assert.equal((await createRefused({ ...leastProfiles.iosVpnConfiguration, ...values })).target, target);
      assert.equal((await session.refused(400, 'PATCH', `${profiles}/${id}`, values)).target, target);
    }
  });

  test('a complex value of a derived type keeps its type', async () => {
    const apple = { '@odata.type': '#microsoft.graph.appleAppListItem', name: 'Mail', appId: 'com.example.mail' };
    const { targetedMobileApps } = await create({
      ...leastProfiles.iosVpnConfiguration,
      targetedMobileApps: [apple, { '@odata.type': '#microsoft.graph.appListItem', name: 'Web' }],
    });
    assert.deepEqual(targetedMobileApps, [
      { ...apple, appStoreUrl: null, publisher: null },
      { appId: null, appStoreUrl: null, name: 'Web', publisher: null },
    ]);
  });

  test("version, createdDateTime, lastModifiedDateTime and id are the server's: a body's are ignored", async () => {
    const theirs = {
      version: 42,
      createdDateTime: '2001-01-01T00:00:00Z',
      lastModifiedDateTime: '2001-01-01T00:00:00Z',
    };
    const id = 'bc650741-0741-bc65-4107-65bc410765bc';
    const created = await create({ ...leastProfiles.iosVpnConfiguration, ...theirs, id });
    assert.notEqual(created.id, id);
    assert.equal(created.version, 1);
    assert.ok(created.createdDateTime > '2020' && created.lastModifiedDateTime > '2020');
    const answer = await session.expect(200, 'PATCH', `${profiles}/${created.id}`, theirs);
    assert.deepEqual(answer, created);
    await session.expect(400, 'PATCH', `${profiles}/${created.id}`, { id });
  });

  test('supportsScopeTags is kept as a body has it', async () => {
    const created = await create({ ...leastProfiles.iosVpnConfiguration, supportsScopeTags: true });
    assert.equal(created.supportsScopeTags, true);
    const path = `${profiles}/${created.id}`;
    assert.equal((await session.expect(200, 'PATCH', path, { supportsScopeTags: false })).supportsScopeTags, false);
  });

  test('an update changes what the body names, moves version, date and ETag on, and keeps the date of creation', async () => {
    const created = await create({ ...leastProfiles.iosVpnConfiguration, description: 'kept', realm: 'old' });
    const path = `${profiles}/${created.id}`;
    await setTimeout(2);
    const updated = await session.send('PATCH', path, { body: { realm: 'new' } });
    assert.equal(updated.status, 200);
    const { '@odata.etag': etag, lastModifiedDateTime, ...rest } = updated.json;
    const { '@odata.etag': before, lastModifiedDateTime: earlier, ...old } = created;
    assert.deepEqual(rest, { ...old, realm: 'new', version: 2 });
    assert.notEqual(etag, before);
    assert.ok(lastModifiedDateTime > earlier);
    assert.deepEqual(await get(created.id), updated.json);
    assert.equal((await session.expect(200, 'PATCH', path, { realm: 'newer' })).version, 3);
  });

  test('an update replaces a complex value and a collection whole', async () => {
    const { id } = await create({
      ...leastProfiles.iosVpnConfiguration,
      server: { address: 'a.example', description: 'first', isDefaultServer: true },
      safariDomains: ['a', 'b'],
      customData: [{ key: 'k', value: 'v' }],
    });
    const answer = await session.expect(200, 'PATCH', `${profiles}/${id}`, {
      server: { address: 'b.example' },
      safariDomains: ['c'],
      customData: null,
    });
    assert.deepEqual(answer.server, { address: 'b.example', description: null, isDefaultServer: false });
    assert.deepEqual([answer.safariDomains, answer.customData], [['c'], []]);
  });

  test('an update that changes nothing writes nothing, also when the whole profile is sent back', async () => {
    const created = await create({
      ...leastProfiles.iosVpnConfiguration,
      safariDomains: ['a'],
      proxyServer: { port: 1 },
    });
    const events = await session.auditOf(async () => {
      for (const body of [{}, created, { displayName: 'VPN' }, { server: { address: 'vpn.example.com' } }]) {
        assert.deepEqual(await session.expect(200, 'PATCH', `${profiles}/${created.id}`, body), created);
      }
    });
    assert.deepEqual(events, []);
  });

  test('an update and a delete honour If-Match', async () => {
    const { id, '@odata.etag': stale } = await create(leastProfiles.iosVpnConfiguration);
    const path = `${profiles}/${id}`;
    const { '@odata.etag': current } = await session.expect(200, 'PATCH', path, { description: 'newer' });
    const send = (method: string, tag: string) =>
      session.send(method, path, {
        ...(method === 'PATCH' && { body: { description: 'last' } }),
        headers: { 'if-match': tag },
      });
    assert.equal((await send('PATCH', stale)).status, 412);
    assert.equal((await send('DELETE', stale)).status, 412);
    assert.equal((await get(id)).description, 'newer');
    const { headers } = await send('PATCH', current);
    assert.equal((await send('DELETE', String(headers.etag))).status, 204);
  });

  test('a delete answers 204 and leaves the settings as they are', async () => {
    const settings = await session.expect(200, 'GET', 'derivedCredentials');
    const { id } = await create(leastProfiles.iosDerivedCredentialAuthenticationConfiguration);
    const deleted = await session.send('DELETE', `${profiles}/${id}`);
    assert.deepEqual([deleted.status, deleted.text], [204, '']);
    const { value } = await session.expect(200, 'GET', profiles);
    assert.ok(!value.some((item: { id: string }) => item.id === id));
    assert.deepEqual(await session.expect(200, 'GET', 'derivedCredentials'), settings);
  });
});
