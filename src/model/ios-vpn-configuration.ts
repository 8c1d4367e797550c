// The VPN profile for iOS.
import { boolean, complexes, complexType, entityType, reference, string, strings } from '../edm/index.js';
import { appleVpnConfiguration } from './apple-vpn-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';

export const appListItem = complexType('appListItem', {
  properties: {
    appId: string(),
    appStoreUrl: string({ maxLength: 2048 }),
    name: string({ nullable: false }),
    publisher: string(),
  },
});

/** An app of Apple's platforms: a type of its own in Graph's model, without a property of its own. */
export const appleAppListItem = complexType('appleAppListItem', { base: appListItem, properties: {} });

export const iosVpnConfiguration = entityType('iosVpnConfiguration', {
  base: appleVpnConfiguration,
  properties: {
    cloudName: string(),
    excludeList: strings(),
    microsoftTunnelSiteId: string(),
    strictEnforcement: boolean(),
    targetedMobileApps: complexes(appListItem),
    userDomain: string(),
  },
  navigationProperties: {
    derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    identityCertificate: reference(() => iosCertificateProfileBase),
  },
});
