// The IKEv2 VPN profile for iOS; it inherits the link to the settings from the VPN profile.
import {
  boolean,
  complex,
  complexType,
  entityType,
  enumeration,
  enumType,
  int32,
  string,
  strings,
} from '../edm/index.js';
import { iosVpnConfiguration } from './ios-vpn-configuration.js';

export const vpnServiceExceptionAction = enumType('vpnServiceExceptionAction', {
  forceTrafficViaVPN: 0,
  allowTrafficOutside: 1,
  dropTraffic: 2,
});

export const specifiedCaptiveNetworkPlugins = complexType('specifiedCaptiveNetworkPlugins', {
  properties: {
    allowedBundleIdentifiers: strings(),
  },
});

export const vpnTunnelConfigurationType = enumType('vpnTunnelConfigurationType', {
  wifiAndCellular: 0,
  cellular: 1,
  wifi: 2,
});

export const appleVpnAlwaysOnConfiguration = complexType('appleVpnAlwaysOnConfiguration', {
  properties: {
    airPrintExceptionAction: enumeration(vpnServiceExceptionAction),
    allowAllCaptiveNetworkPlugins: boolean(),
    allowCaptiveWebSheet: boolean(),
    allowedCaptiveNetworkPlugins: complex(specifiedCaptiveNetworkPlugins),
    cellularExceptionAction: enumeration(vpnServiceExceptionAction),
    natKeepAliveIntervalInSeconds: int32(),
    natKeepAliveOffloadEnable: boolean(),
    tunnelConfiguration: enumeration(vpnTunnelConfigurationType, { nullable: false }),
    userToggleEnabled: boolean(),
    voicemailExceptionAction: enumeration(vpnServiceExceptionAction),
  },
});

export const vpnEncryptionAlgorithmType = enumType('vpnEncryptionAlgorithmType', {
  aes256: 0,
  des: 1,
  tripleDes: 2,
  aes128: 3,
  aes128Gcm: 4,
  aes256Gcm: 5,
  aes192: 6,
  aes192Gcm: 7,
  chaCha20Poly1305: 8,
});

export const vpnIntegrityAlgorithmType = enumType('vpnIntegrityAlgorithmType', {
  sha2_256: 0,
  sha1_96: 1,
  sha1_160: 2,
  sha2_384: 3,
  sha2_512: 4,
  md5: 5,
});

export const iosVpnSecurityAssociationParameters = complexType('iosVpnSecurityAssociationParameters', {
  properties: {
    lifetimeInMinutes: int32(),
    securityDiffieHellmanGroup: int32(),
    securityEncryptionAlgorithm: enumeration(vpnEncryptionAlgorithmType),
    securityIntegrityAlgorithm: enumeration(vpnIntegrityAlgorithmType),
  },
});

export const vpnClientAuthenticationType = enumType('vpnClientAuthenticationType', {
  userAuthentication: 0,
  deviceAuthentication: 1,
});

export const vpnDeadPeerDetectionRate = enumType('vpnDeadPeerDetectionRate', { medium: 0, none: 1, low: 2, high: 3 });

export const vpnLocalIdentifier = enumType('vpnLocalIdentifier', {
  deviceFQDN: 0,
  empty: 1,
  clientCertificateSubjectName: 2,
});

export const vpnServerCertificateType = enumType('vpnServerCertificateType', {
  rsa: 0,
  ecdsa256: 1,
  ecdsa384: 2,
  ecdsa521: 3,
});

export const iosikEv2VpnConfiguration = entityType('iosikEv2VpnConfiguration', {
  base: iosVpnConfiguration,
  properties: {
    allowDefaultChildSecurityAssociationParameters: boolean(),
    allowDefaultSecurityAssociationParameters: boolean(),
    alwaysOnConfiguration: complex(appleVpnAlwaysOnConfiguration),
    childSecurityAssociationParameters: complex(iosVpnSecurityAssociationParameters),
    clientAuthenticationType: enumeration(vpnClientAuthenticationType, { nullable: false }),
    deadPeerDetectionRate: enumeration(vpnDeadPeerDetectionRate),
    disableMobilityAndMultihoming: boolean(),
    disableRedirect: boolean(),
    enableAlwaysOnConfiguration: boolean(),
    enableCertificateRevocationCheck: boolean(),
    enableEAP: boolean(),
    enablePerfectForwardSecrecy: boolean(),
    enableUseInternalSubnetAttributes: boolean(),
    localIdentifier: enumeration(vpnLocalIdentifier, { nullable: false }),
    mtuSizeInBytes: int32(),
    remoteIdentifier: string({ nullable: false }),
    securityAssociationParameters: complex(iosVpnSecurityAssociationParameters),
    serverCertificateCommonName: string(),
    serverCertificateIssuerCommonName: string(),
    serverCertificateType: enumeration(vpnServerCertificateType),
    sharedSecret: string({ secret: true }),
    tlsMaximumVersion: string(),
    tlsMinimumVersion: string(),
  },
});
