// Entities as Graph's documentation shows them, by their types.
import type { EntityType, Structure } from '../edm/index.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';

/** The example of "Update deviceManagementDerivedCredentialSettings", with the properties that an actual answer has. */
export const examples: ReadonlyMap<EntityType, Structure> = new Map([
  [
    deviceManagementDerivedCredentialSettings,
    {
      '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings',
      id: 'bc650741-0741-bc65-4107-65bc410765bc',
      displayName: 'Display Name value',
      helpUrl: 'https://example.com/helpUrl/',
      issuer: 'entrustDatacard',
      notificationType: 'companyPortal',
      renewalThresholdPercentage: 10,
    },
  ],
]);
