// The enterprise Wi-Fi profile for Android devices that the organisation owns.
import { entityType, enumeration, enumType, reference, references, string, strings } from '../edm/index.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { androidDeviceOwnerTrustedRootCertificate } from './android-device-owner-trusted-root-certificate.js';
import { androidDeviceOwnerWiFiConfiguration } from './android-device-owner-wi-fi-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import {
  nonEapAuthenticationMethodForEapTtlsType,
  wiFiAuthenticationMethod,
} from './ios-enterprise-wi-fi-configuration.js';

export const androidEapType = enumType('androidEapType', { eapTls: 13, eapTtls: 21, peap: 25 });

export const nonEapAuthenticationMethodForPeap = enumType('nonEapAuthenticationMethodForPeap', {
  none: 0,
  microsoftChapVersionTwo: 1,
});

export const androidDeviceOwnerEnterpriseWiFiConfiguration = entityType(
  'androidDeviceOwnerEnterpriseWiFiConfiguration',
  {
    base: androidDeviceOwnerWiFiConfiguration,
    properties: {
      authenticationMethod: enumeration(wiFiAuthenticationMethod),
      eapType: enumeration(androidEapType, { nullable: false }),
      innerAuthenticationProtocolForEapTtls: enumeration(nonEapAuthenticationMethodForEapTtlsType),
      innerAuthenticationProtocolForPeap: enumeration(nonEapAuthenticationMethodForPeap),
      outerIdentityPrivacyTemporaryValue: string(),
      trustedServerCertificateNames: strings(),
    },
    navigationProperties: {
      derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
      identityCertificateForClientAuthentication: reference(() => androidDeviceOwnerCertificateProfileBase),
      rootCertificateForServerValidation: reference(() => androidDeviceOwnerTrustedRootCertificate),
      rootCertificatesForServerValidation: references(() => androidDeviceOwnerTrustedRootCertificate),
    },
  },
);
