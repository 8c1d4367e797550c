// The enterprise Wi-Fi profile for iOS.
import { entityType, enumeration, enumType, reference, references, string, strings } from '../edm/index.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';
import { iosTrustedRootCertificate } from './ios-trusted-root-certificate.js';
import { iosWiFiConfiguration } from './ios-wi-fi-configuration.js';

export const wiFiAuthenticationMethod = enumType('wiFiAuthenticationMethod', {
  certificate: 0,
  usernameAndPassword: 1,
  derivedCredential: 2,
});

export const eapFastConfiguration = enumType('eapFastConfiguration', {
  noProtectedAccessCredential: 0,
  useProtectedAccessCredential: 1,
  useProtectedAccessCredentialAndProvision: 2,
  useProtectedAccessCredentialAndProvisionAnonymously: 3,
});

export const eapType = enumType('eapType', {
  eapTls: 13,
  leap: 17,
  eapSim: 18,
  eapTtls: 21,
  peap: 25,
  eapFast: 43,
  teap: 55,
});

export const nonEapAuthenticationMethodForEapTtlsType = enumType('nonEapAuthenticationMethodForEapTtlsType', {
  unencryptedPassword: 0,
  challengeHandshakeAuthenticationProtocol: 1,
  microsoftChap: 2,
  microsoftChapVersionTwo: 3,
});

export const iosEnterpriseWiFiConfiguration = entityType('iosEnterpriseWiFiConfiguration', {
  base: iosWiFiConfiguration,
  properties: {
    authenticationMethod: enumeration(wiFiAuthenticationMethod),
    eapFastConfiguration: enumeration(eapFastConfiguration),
    eapType: enumeration(eapType, { nullable: false }),
    innerAuthenticationProtocolForEapTtls: enumeration(nonEapAuthenticationMethodForEapTtlsType),
    outerIdentityPrivacyTemporaryValue: string(),
    passwordFormatString: string(),
    trustedServerCertificateNames: strings(),
    usernameFormatString: string(),
  },
  navigationProperties: {
    derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    identityCertificateForClientAuthentication: reference(() => iosCertificateProfileBase),
    rootCertificatesForServerValidation: references(() => iosTrustedRootCertificate),
  },
});
