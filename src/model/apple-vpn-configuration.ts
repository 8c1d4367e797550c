// What VPN profiles for Apple devices have in common.
import {
  boolean,
  complex,
  complexes,
  complexType,
  entityType,
  enumeration,
  enumType,
  int32,
  string,
  strings,
} from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const vpnAuthenticationMethod = enumType('vpnAuthenticationMethod', {
  certificate: 0,
  usernameAndPassword: 1,
  sharedSecret: 2,
  derivedCredential: 3,
  azureAD: 4,
});

export const appleVpnConnectionType = enumType('appleVpnConnectionType', {
  ciscoAnyConnect: 0,
  pulseSecure: 1,
  f5EdgeClient: 2,
  dellSonicWallMobileConnect: 3,
  checkPointCapsuleVpn: 4,
  customVpn: 5,
  ciscoIPSec: 6,
  citrix: 7,
  ciscoAnyConnectV2: 8,
  paloAltoGlobalProtect: 9,
  zscalerPrivateAccess: 10,
  f5Access2018: 11,
  citrixSso: 12,
  paloAltoGlobalProtectV2: 13,
  ikEv2: 14,
  alwaysOn: 15,
  microsoftTunnel: 16,
  netMotionMobility: 17,
  microsoftProtect: 18,
});

export const keyValue = complexType('keyValue', {
  properties: {
    key: string(),
    value: string(),
  },
});

export const keyValuePair = complexType('keyValuePair', {
  properties: {
    name: string({ nullable: false }),
    value: string(),
  },
});

export const vpnOnDemandRuleConnectionAction = enumType('vpnOnDemandRuleConnectionAction', {
  connect: 0,
  evaluateConnection: 1,
  ignore: 2,
  disconnect: 3,
});

export const vpnOnDemandRuleConnectionDomainAction = enumType('vpnOnDemandRuleConnectionDomainAction', {
  connectIfNeeded: 0,
  neverConnect: 1,
});

export const vpnOnDemandRuleInterfaceTypeMatch = enumType('vpnOnDemandRuleInterfaceTypeMatch', {
  notConfigured: 0,
  ethernet: 1,
  wiFi: 2,
  cellular: 3,
});

export const vpnOnDemandRule = complexType('vpnOnDemandRule', {
  properties: {
    action: enumeration(vpnOnDemandRuleConnectionAction, { nullable: false }),
    dnsSearchDomains: strings(),
    dnsServerAddressMatch: strings(),
    domainAction: enumeration(vpnOnDemandRuleConnectionDomainAction, { nullable: false }),
    domains: strings(),
    interfaceTypeMatch: enumeration(vpnOnDemandRuleInterfaceTypeMatch, { nullable: false }),
    probeRequiredUrl: string(),
    probeUrl: string(),
    ssids: strings(),
  },
});

export const vpnProviderType = enumType('vpnProviderType', { notConfigured: 0, appProxy: 1, packetTunnel: 2 });

export const vpnProxyServer = complexType('vpnProxyServer', {
  properties: {
    address: string(),
    automaticConfigurationScriptUrl: string(),
    port: int32(),
  },
});

export const windows10VpnProxyServer = complexType('windows10VpnProxyServer', {
  base: vpnProxyServer,
  properties: {
    bypassProxyServerForLocalAddress: boolean({ nullable: false }),
  },
});

export const windows81VpnProxyServer = complexType('windows81VpnProxyServer', {
  base: vpnProxyServer,
  properties: {
    automaticallyDetectProxySettings: boolean({ nullable: false }),
    bypassProxyServerForLocalAddress: boolean({ nullable: false }),
  },
});

export const vpnServer = complexType('vpnServer', {
  properties: {
    address: string({ nullable: false }),
    description: string(),
    isDefaultServer: boolean({ nullable: false }),
  },
});

export const appleVpnConfiguration = entityType('appleVpnConfiguration', {
  base: deviceConfiguration,
  abstract: true,
  properties: {
    associatedDomains: strings(),
    authenticationMethod: enumeration(vpnAuthenticationMethod, { nullable: false }),
    connectionName: string({ nullable: false }),
    connectionType: enumeration(appleVpnConnectionType, { nullable: false }),
    customData: complexes(keyValue),
    customKeyValueData: complexes(keyValuePair),
    disableOnDemandUserOverride: boolean(),
    disconnectOnIdle: boolean(),
    disconnectOnIdleTimerInSeconds: int32(),
    enablePerApp: boolean(),
    enableSplitTunneling: boolean({ nullable: false }),
    excludedDomains: strings(),
    identifier: string(),
    loginGroupOrDomain: string(),
    onDemandRules: complexes(vpnOnDemandRule),
    optInToDeviceIdSharing: boolean(),
    providerType: enumeration(vpnProviderType),
    proxyServer: complex(vpnProxyServer),
    realm: string(),
    role: string(),
    safariDomains: strings(),
    server: complex(vpnServer, { nullable: false }),
  },
});
