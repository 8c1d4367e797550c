// A program against the client that odata2ts generates from our `$metadata`. Compiled by the test, beside that client.
import { FetchClient } from '@odata2ts/http-client-fetch';
import { deviceManagementDerivedCredentialIssuer as Issuer } from './client/MicrosoftGraphModel';
import {
  iosEnterpriseWiFiConfigurationService,
  iosVpnConfigurationService,
  MicrosoftGraphService,
} from './client/MicrosoftGraphService';

function open(root: string, token: string) {
  const client = new FetchClient({ headers: { Authorization: `Bearer ${token}` } });
  return { client, management: new MicrosoftGraphService(client, root).deviceManagement() };
}

export async function readSettings(root: string, token: string) {
  const { data } = await open(root, token).management.derivedCredentials().query();
  return data.value;
}

export async function findByIssuer(root: string, token: string) {
  const { data } = await open(root, token)
    .management.derivedCredentials()
    .query((builder, settings) =>
      builder
        .select('id', 'issuer')
        .filter(settings.issuer.eq(Issuer.purebred), settings.renewalThresholdPercentage.gt(0))
        .count(),
    );
  return { count: data['@odata.count'], value: data.value };
}

export async function updateSettings(root: string, token: string, id: string, helpUrl: string) {
  const settings = open(root, token).management.derivedCredentials(id);
  await settings.patch({ helpUrl });
  return (await settings.query()).data;
}

/** By the routes of two profile types: a cast is a service of the derived type at the profile's path. */
export async function updateByProfiles(root: string, token: string, profiles: { vpn: string; wiFi: string }) {
  const { client, management } = open(root, token);
  const vpn = new iosVpnConfigurationService(
    client,
    management.deviceConfigurations(profiles.vpn).getPath(),
    'microsoft.graph.iosVpnConfiguration',
  );
  const wiFi = new iosEnterpriseWiFiConfigurationService(
    client,
    management.deviceConfigurations(profiles.wiFi).getPath(),
    'microsoft.graph.iosEnterpriseWiFiConfiguration',
  );
  await vpn.derivedCredentialSettings().patch({ displayName: 'By the VPN profile' });
  await wiFi.derivedCredentialSettings().patch({ renewalThresholdPercentage: 33 });
  return (await vpn.derivedCredentialSettings().query()).data;
}
