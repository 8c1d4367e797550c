// What became of a profile on one device.
import { dateTimeOffset, entityType, enumeration, int32, string } from '../edm/index.js';
import { complianceStatus } from './compliance-status.js';
import { entity } from './entity.js';

export const deviceConfigurationDeviceStatus = entityType('deviceConfigurationDeviceStatus', {
  base: entity,
  properties: {
    complianceGracePeriodExpirationDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    deviceDisplayName: string({ readOnly: true }),
    deviceModel: string({ readOnly: true }),
    lastReportedDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    platform: int32({ nullable: false, readOnly: true }),
    status: enumeration(complianceStatus, { nullable: false, readOnly: true }),
    userName: string({ readOnly: true }),
    userPrincipalName: string({ readOnly: true }),
  },
});
