// The object this product revolves around: who issues derived credentials to a tenant, and how.
import { entityType, enumeration, enumType, flagsType, int32, string } from '../edm/index.js';
import { entity } from './entity.js';

export const deviceManagementDerivedCredentialIssuer = enumType('deviceManagementDerivedCredentialIssuer', {
  intercede: 0,
  entrustDatacard: 1,
  purebred: 2,
  xTec: 3,
});

export const deviceManagementDerivedCredentialNotificationType = flagsType(
  'deviceManagementDerivedCredentialNotificationType',
  { none: 0, companyPortal: 1, email: 2 },
);

export const deviceManagementDerivedCredentialSettings = entityType('deviceManagementDerivedCredentialSettings', {
  base: entity,
  properties: {
    displayName: string({ nullable: false, maxLength: 256 }),
    helpUrl: string({ maxLength: 2048 }),
    issuer: enumeration(deviceManagementDerivedCredentialIssuer, { nullable: false, required: true }),
    notificationType: enumeration(deviceManagementDerivedCredentialNotificationType, { nullable: false }),
    renewalThresholdPercentage: int32({ nullable: false, default: 20 }),
  },
});
