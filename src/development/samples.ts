// The objects of a new development store: settings, and a profile of each type that uses them.
import type { NewId } from '../base/index.js';
import type { EntityType, Structure } from '../edm/index.js';
import {
  derivedCredentials,
  deviceConfigurations,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  model,
} from '../model/index.js';
import type { Tenant } from '../plan/index.js';
import type { Service } from '../service/index.js';
import type { DevelopmentSecrets, EntityReader } from '../store/index.js';

const sampleSettings = {
  displayName: 'Derived credentials',
  helpUrl: 'https://help.example.com/derived-credentials',
  issuer: 'purebred',
  notificationType: 'companyPortal,email',
};

const sampleProfiles: readonly { type: EntityType; values: Structure }[] = [
  {
    type: iosVpnConfiguration,
    values: {
      displayName: 'VPN',
      connectionName: 'VPN',
      connectionType: 'ciscoAnyConnectV2',
      server: { address: 'vpn.example.com', description: 'VPN gateway', isDefaultServer: true },
      authenticationMethod: 'derivedCredential',
    },
  },
  {
    type: iosEnterpriseWiFiConfiguration,
    values: {
      displayName: 'Wi-Fi',
      networkName: 'Wi-Fi',
      ssid: 'example',
      wiFiSecurityType: 'wpa2Enterprise',
      eapType: 'eapTls',
      connectAutomatically: true,
      authenticationMethod: 'derivedCredential',
      trustedServerCertificateNames: ['radius.example.com'],
    },
  },
  {
    type: iosEasEmailProfileConfiguration,
    values: {
      displayName: 'E-mail',
      accountName: 'E-mail',
      hostName: 'mail.example.com',
      requireSsl: true,
      authenticationMethod: 'derivedCredential',
      signingCertificateType: 'derivedCredential',
      encryptionCertificateType: 'derivedCredential',
    },
  },
  {
    type: iosDerivedCredentialAuthenticationConfiguration,
    values: { displayName: 'App authentication' },
  },
];

const made = 'samples';

/**
 * Makes the sample objects once in the life of a store, through the same use cases as anyone else's, with the same
 * audit. What is deleted later stays deleted; what a crash cut off is made at the next start.
 */
export async function makeSamples(
  store: EntityReader & DevelopmentSecrets,
  service: Service,
  tenant: Tenant,
  newId: NewId,
): Promise<void> {
  if ((await store.findSecret(made)) !== undefined) return;
  const create = (set: typeof derivedCredentials, payload: Structure) =>
    service.execute(
      { kind: 'create', address: { kind: 'collection', set, type: set.type, cast: false }, payload },
      {
        tenant,
        actor: { type: 'System', applicationDisplayName: 'offshoot serve --dev', userPermissions: [] },
        requestId: newId(),
        auditId: newId(),
        model,
        ownOrigins: [],
      },
    );
  const exist = async (set: typeof derivedCredentials, type: EntityType): Promise<boolean> =>
    (await store.list(tenant.id, { set, type, filter: undefined })).length > 0;

  if (!(await exist(derivedCredentials, derivedCredentials.type))) await create(derivedCredentials, sampleSettings);
  for (const { type, values } of sampleProfiles) {
    if (await exist(deviceConfigurations, type)) continue;
    await create(deviceConfigurations, { '@odata.type': `#${model.qualifiedName(type)}`, ...values });
  }
  await store.keepSecret(made, 'made');
}

/** The oldest settings and the oldest profile of each sample's type that the tenant has now. */
export async function findSamples(
  store: EntityReader,
  tenantId: string,
): Promise<{ settingsId: string | undefined; profiles: Readonly<Record<string, string>> }> {
  const first = async (set: typeof derivedCredentials, type: EntityType): Promise<string | undefined> =>
    (await store.list(tenantId, { set, type, filter: undefined }))[0]?.entity.id;
  const profiles: Record<string, string> = {};
  for (const { type } of sampleProfiles) {
    const id = await first(deviceConfigurations, type);
    if (id !== undefined) profiles[type.name] = id;
  }
  return { settingsId: await first(derivedCredentials, derivedCredentials.type), profiles };
}
