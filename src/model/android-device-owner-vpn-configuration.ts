// The VPN profile for Android devices that the organisation owns.
import {
  boolean,
  complex,
  complexes,
  entityType,
  enumeration,
  enumType,
  reference,
  string,
  strings,
} from '../edm/index.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { keyValue, keyValuePair, vpnProxyServer } from './apple-vpn-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { appListItem } from './ios-vpn-configuration.js';
import { vpnConfiguration } from './vpn-configuration.js';

export const androidVpnConnectionType = enumType('androidVpnConnectionType', {
  ciscoAnyConnect: 0,
  pulseSecure: 1,
  f5EdgeClient: 2,
  dellSonicWallMobileConnect: 3,
  checkPointCapsuleVpn: 4,
  citrix: 5,
  microsoftTunnel: 7,
  netMotionMobility: 8,
  microsoftProtect: 9,
});

export const androidDeviceOwnerVpnConfiguration = entityType('androidDeviceOwnerVpnConfiguration', {
  base: vpnConfiguration,
  properties: {
    alwaysOn: boolean(),
    alwaysOnLockdown: boolean(),
    connectionType: enumeration(androidVpnConnectionType, { nullable: false }),
    customData: complexes(keyValue),
    customKeyValueData: complexes(keyValuePair),
    microsoftTunnelSiteId: string(),
    proxyServer: complex(vpnProxyServer),
    targetedMobileApps: complexes(appListItem),
    targetedPackageIds: strings(),
    proxyExclusionList: strings(),
  },
  navigationProperties: {
    derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    identityCertificate: reference(() => androidDeviceOwnerCertificateProfileBase),
  },
});
