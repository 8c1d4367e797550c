// The profile that lets apps on iOS authenticate with the derived credential.
import { entityType, reference } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';

export const iosDerivedCredentialAuthenticationConfiguration = entityType(
  'iosDerivedCredentialAuthenticationConfiguration',
  {
    base: deviceConfiguration,
    navigationProperties: {
      derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    },
  },
);
