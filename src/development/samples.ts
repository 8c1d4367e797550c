// The objects of a new development store: settings, and a profile of each type that uses them.
import { GraphError, type NewId } from '../base/index.js';
import type { EntitySet, EntityType, Structure } from '../edm/index.js';
import {
  derivedCredentials,
  deviceConfigurations,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
  model,
  settingsNavigation,
} from '../model/index.js';
import { everything, type Stored, type Tenant } from '../plan/index.js';
import type { Service } from '../service/index.js';
import type { EntityReader, Secrets } from '../store/index.js';

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
const requests = 'sample-requests';

/**
 * Makes the sample objects once in the life of a store, through the same use cases as anyone else's, with the same
 * audit. Each is made by a request whose id is kept first and applies once: so however many servers start at once, and
 * though a crash cuts one off, there is one of each. What is deleted later stays deleted.
 */
export async function makeSamples(
  store: Secrets,
  service: Pick<Service, 'execute'>,
  tenant: Tenant,
  newId: NewId,
): Promise<void> {
  if ((await store.findSecret(made)) !== undefined) return;
  const own = [sampleSettings, ...sampleProfiles].map(() => newId());
  const requestIds: readonly string[] = JSON.parse(await store.keepSecret(requests, JSON.stringify(own)));
  const create = (set: EntitySet, payload: Structure, requestId = newId()) =>
    service.execute(
      { kind: 'create', address: { kind: 'collection', set, type: set.type, cast: false, within: undefined }, payload },
      {
        tenant,
        actor: { type: 'System', applicationDisplayName: 'offshoot serve --dev', userPermissions: [] },
        requestId,
        correlationId: requestId,
        model,
        ownOrigins: [],
      },
    );
  const [ofSettings, ...ofProfiles] = requestIds;
  await create(derivedCredentials, sampleSettings, ofSettings).catch(unlessTheyExist);
  for (const [index, { type, values }] of sampleProfiles.entries()) {
    const payload = { '@odata.type': `#${model.qualifiedName(type)}`, ...values };
    await create(deviceConfigurations, payload, ofProfiles[index]);
  }
  await store.keepSecret(made, 'made');
}

/** Of two who make the settings at once, the second may be told before its request is known to have been applied. */
function unlessTheyExist(error: unknown): void {
  if (!(error instanceof GraphError && error.refusal === 'settingsExist')) throw error;
}

/** What the tenant has now of what the samples were: the settings, and the oldest profile of each type. */
export interface Samples {
  readonly settingsId: string | undefined;
  /** Type name → id; those that are bound to the settings go before others of their type. */
  readonly profiles: Readonly<Record<string, string>>;
  /** The name of a type whose profile is bound to the settings. */
  readonly boundType: string | undefined;
}

export async function findSamples(store: EntityReader, tenantId: string): Promise<Samples> {
  const list = async (set: EntitySet) => (await store.list(tenantId, everything(set))).rows.map(({ stored }) => stored);
  const [settings] = await list(derivedCredentials);
  const settingsId = settings?.entity.id;
  const rows = await list(deviceConfigurations);
  const isBound = ({ links }: Stored) => settingsId !== undefined && links[settingsNavigation.name] === settingsId;
  const profiles: Record<string, string> = {};
  let boundType: string | undefined;
  for (const { type } of sampleProfiles) {
    const ofType = rows.filter((row) => row.type === type);
    const profile = ofType.find(isBound) ?? ofType[0];
    if (!profile) continue;
    profiles[type.name] = profile.entity.id;
    if (isBound(profile)) boundType ??= type.name;
  }
  return { settingsId, profiles, boundType };
}
