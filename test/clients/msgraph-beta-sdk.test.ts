// The adapter and the models of Microsoft's generated SDK, unmodified, over https: what they send and what they can read.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type {
  DeviceConfiguration,
  DeviceManagementDerivedCredentialSettings,
  IosEasEmailProfileConfiguration,
  IosEnterpriseWiFiConfiguration,
  IosVpnConfiguration,
} from '@microsoft/msgraph-beta-sdk/models/index.js';
import { createServer, type Server } from '../../src/index.js';
import { call } from '../support.js';
import { type ClientProcess, openClientProcess } from './client-process.js';
import type { SdkCall, SdkOutcome } from './msgraph-beta-sdk.process.js';

const program = new URL('./msgraph-beta-sdk.process.js', import.meta.url);
const settingsTemplate = '/deviceManagement/derivedCredentials/{id}';
const profileTemplate = '/deviceManagement/deviceConfigurations/{id}';
const listTemplate = '/deviceManagement/deviceConfigurations{?%24count,%24filter,%24select}';
const types = [
  'iosVpnConfiguration',
  'iosEnterpriseWiFiConfiguration',
  'iosEasEmailProfileConfiguration',
  'iosDerivedCredentialAuthenticationConfiguration',
];

describe('@microsoft/msgraph-beta-sdk', () => {
  let server: Server;
  let client: ClientProcess<SdkCall, SdkOutcome>;
  let settingsId: string;
  let profiles: Readonly<Record<string, string>>;
  before(async () => {
    server = await createServer();
    assert.ok(server.development?.settingsId);
    ({ settingsId, profiles } = server.development);
    client = await openClientProcess(program, server);
  });
  after(async () => {
    await client.close();
    await server.close();
  });

  async function resultOf<T>(request: SdkCall): Promise<T> {
    const outcome = await client.ask(request);
    assert.ok('result' in outcome, JSON.stringify(outcome));
    return outcome.result as T;
  }

  /** The object as it is on the wire. */
  async function onWire(path: string): Promise<Readonly<Record<string, unknown>>> {
    const { status, json, text } = await call(server, 'GET', `/beta/deviceManagement/${path}`);
    assert.equal(status, 200, text);
    return json;
  }

  test('updates by each of the six routes, with models written by its serializer and read by its deserializer', async () => {
    const routes: { template: string; id: string | undefined }[] = [
      { template: settingsTemplate, id: settingsId },
      { template: `${profileTemplate}/derivedCredentialSettings`, id: profiles.iosVpnConfiguration },
      ...types.map((type) => ({
        template: `${profileTemplate}/microsoft.graph.${type}/derivedCredentialSettings`,
        id: profiles[type],
      })),
    ];
    for (const [index, { template, id }] of routes.entries()) {
      const change = {
        displayName: `by the SDK ${index}`,
        helpUrl: `https://help.example.com/${index}`,
        issuer: index % 2 === 0 ? 'xTec' : 'entrustDatacard',
        renewalThresholdPercentage: 40 + index,
      } as const;
      const value: DeviceManagementDerivedCredentialSettings = {
        odataType: '#microsoft.graph.deviceManagementDerivedCredentialSettings',
        notificationType: index % 2 === 0 ? ['email', 'companyPortal'] : ['email'],
        ...change,
      };
      const updated = await resultOf<DeviceManagementDerivedCredentialSettings>({
        method: 'PATCH',
        template,
        parameters: { id },
        body: { model: 'settings', value },
        answer: 'settings',
      });
      const { displayName, helpUrl, issuer, renewalThresholdPercentage } = updated;
      assert.deepEqual({ displayName, helpUrl, issuer, renewalThresholdPercentage }, change);
      assert.equal(updated.id, settingsId);
      assert.equal(updated.odataType, value.odataType);
      const wire = await onWire(`derivedCredentials/${settingsId}`);
      assert.equal(wire.notificationType, index % 2 === 0 ? 'companyPortal,email' : 'email');
    }
  });

  test('writes null for what shall be emptied', async () => {
    await resultOf({
      method: 'PATCH',
      template: settingsTemplate,
      parameters: { id: settingsId },
      body: { model: 'settings', value: { helpUrl: null } as DeviceManagementDerivedCredentialSettings },
      answer: 'settings',
    });
    assert.equal((await onWire(`derivedCredentials/${settingsId}`)).helpUrl, null);
  });

  test('finds the model of each profile by its @odata.type, in a list too', async () => {
    const list = await resultOf<{ value: DeviceConfiguration[] }>({
      method: 'GET',
      template: listTemplate,
      answer: 'profileCollection',
    });
    assert.deepEqual(
      list.value.map(({ odataType }) => odataType).sort(),
      types.map((type) => `#microsoft.graph.${type}`).sort(),
    );
    const get = <T>(type: string): Promise<T> =>
      resultOf<T>({ method: 'GET', template: profileTemplate, parameters: { id: profiles[type] }, answer: 'profile' });

    const vpn = await get<IosVpnConfiguration>('iosVpnConfiguration');
    assert.equal(vpn.authenticationMethod, 'derivedCredential');
    assert.equal(vpn.connectionType, 'ciscoAnyConnectV2');
    assert.equal(vpn.server?.address, 'vpn.example.com');
    assert.equal(vpn.server?.isDefaultServer, true);
    assert.ok(vpn.createdDateTime instanceof Date && Math.abs(vpn.createdDateTime.getTime() - Date.now()) < 60_000);
    assert.deepEqual(vpn.roleScopeTagIds, ['0']);
    const wiFi = await get<IosEnterpriseWiFiConfiguration>('iosEnterpriseWiFiConfiguration');
    assert.equal(wiFi.eapType, 'eapTls');
    assert.deepEqual(wiFi.trustedServerCertificateNames, ['radius.example.com']);
    const email = await get<IosEasEmailProfileConfiguration>('iosEasEmailProfileConfiguration');
    assert.equal(email.signingCertificateType, 'derivedCredential');
    assert.equal(email.hostName, 'mail.example.com');
  });

  test('sends query options with %24, as they are and decoded by its middleware', async () => {
    const parameters = {
      '%24filter': "displayName eq 'E-mail' or displayName eq 'it''s & gone'",
      '%24select': ['id', 'displayName'],
      '%24count': true,
    };
    const list = await resultOf<{ value: DeviceConfiguration[]; odataCount: number }>({
      method: 'GET',
      template: listTemplate,
      parameters,
      answer: 'profileCollection',
    });
    assert.equal(list.odataCount, 1);
    assert.deepEqual(
      list.value.map(({ id, displayName }) => ({ id, displayName })),
      [{ id: profiles.iosEasEmailProfileConfiguration, displayName: 'E-mail' }],
    );
    // Other languages' clients leave the names encoded.
    const encoded = '?%24filter=displayName%20eq%20%27E-mail%27&%24select=id&%24count=true';
    const bare = await call(server, 'GET', `/beta/deviceManagement/deviceConfigurations${encoded}`);
    assert.equal(bare.status, 200, bare.text);
    assert.equal(bare.json['@odata.count'], 1);
    assert.deepEqual(
      bare.json.value.map(({ id }: { id: string }) => id),
      [profiles.iosEasEmailProfileConfiguration],
    );
  });

  test('creates profiles with nested models and flags, writes back what it read, and deletes', async () => {
    const email: IosEasEmailProfileConfiguration = {
      odataType: '#microsoft.graph.iosEasEmailProfileConfiguration',
      displayName: 'by the SDK',
      accountName: 'account',
      hostName: 'mail.example.com',
      easServices: ['contacts', 'calendars'],
      durationOfEmailToSync: 'oneWeek',
    };
    const vpn: IosVpnConfiguration = {
      odataType: '#microsoft.graph.iosVpnConfiguration',
      displayName: 'by the SDK',
      connectionName: 'vpn',
      server: { address: 'vpn.example.com', isDefaultServer: true },
      proxyServer: { address: 'proxy.example.com', port: 8080 },
      onDemandRules: [{ ssids: ['a', 'b'], action: 'connect', domainAction: 'neverConnect' }],
      customData: [{ key: 'k', value: 'v' }],
    };
    for (const [model, value] of Object.entries({ email, vpn }) as ['email' | 'vpn', DeviceConfiguration][]) {
      const created = await resultOf<DeviceConfiguration>({
        method: 'POST',
        template: listTemplate,
        body: { model, value },
        answer: 'profile',
      });
      assert.equal(created.odataType, value.odataType);
      assert.equal(created.version, 1);
      const id = created.id;
      // Flags it reads as none, and would write back as an empty text.
      const { easServices: _, ...readable } = created as IosEasEmailProfileConfiguration;
      const updated = await resultOf<DeviceConfiguration>({
        method: 'PATCH',
        template: profileTemplate,
        parameters: { id },
        body: { model, value: { ...readable, description: 'again' } },
        answer: 'profile',
      });
      assert.equal(updated.description, 'again');
      assert.equal(updated.version, 2);
      const wire = await onWire(`deviceConfigurations/${id}`);
      const { odataType: _type, easServices: flags, ...given } = value as IosEasEmailProfileConfiguration;
      assert.deepEqual(partOf(wire, given), given);
      if (flags) assert.equal(wire.easServices, 'calendars,contacts');
      await resultOf({ method: 'DELETE', template: profileTemplate, parameters: { id }, answer: 'nothing' });
      const gone = await client.ask({
        method: 'GET',
        template: profileTemplate,
        parameters: { id },
        answer: 'profile',
      });
      assert.ok('error' in gone && gone.status === 404, JSON.stringify(gone));
    }
  });

  test('reads refusals into its error model', async () => {
    const outcome = await client.ask({
      method: 'PATCH',
      template: settingsTemplate,
      parameters: { id: settingsId },
      body: {
        model: 'settings',
        value: { renewalThresholdPercentage: 0 } as DeviceManagementDerivedCredentialSettings,
      },
      answer: 'settings',
    });
    assert.ok('error' in outcome, JSON.stringify(outcome));
    const { status, error } = outcome;
    assert.equal(status, 400);
    assert.equal(error.code, 'BadRequest');
    assert.equal(error.target, 'renewalThresholdPercentage');
    assert.match(error.message ?? '', /1 to 99/);
    assert.match(error.innerError?.requestId ?? '', /^[0-9a-f-]{36}$/);
    assert.match(error.innerError?.clientRequestId ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(error.innerError?.date instanceof Date);
  });
});

/** What `whole` has for the names, nested ones too, that `part` has. */
function partOf(whole: unknown, part: unknown): unknown {
  if (Array.isArray(part)) return part.map((item, index) => partOf((whole as unknown[])[index], item));
  if (typeof part !== 'object' || part === null) return whole;
  const values = whole as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, partOf(values[name], item)]));
}
