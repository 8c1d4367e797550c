// The profile that lets apps on Android authenticate with the derived credential.
import { complexes, entityType, enumeration, reference } from '../edm/index.js';
import {
  androidDeviceOwnerCertificateAccessType,
  androidDeviceOwnerSilentCertificateAccess,
} from './android-device-owner-certificate-access.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';

export const androidDeviceOwnerDerivedCredentialAuthenticationConfiguration = entityType(
  'androidDeviceOwnerDerivedCredentialAuthenticationConfiguration',
  {
    base: deviceConfiguration,
    properties: {
      certificateAccessType: enumeration(androidDeviceOwnerCertificateAccessType),
      silentCertificateAccessDetails: complexes(androidDeviceOwnerSilentCertificateAccess),
    },
    navigationProperties: {
      derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    },
  },
);
