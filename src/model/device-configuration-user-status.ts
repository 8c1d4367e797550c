// What became of a profile for one user.
import { dateTimeOffset, entityType, enumeration, int32, string } from '../edm/index.js';
import { complianceStatus } from './compliance-status.js';
import { entity } from './entity.js';

export const deviceConfigurationUserStatus = entityType('deviceConfigurationUserStatus', {
  base: entity,
  properties: {
    devicesCount: int32({ nullable: false, readOnly: true }),
    lastReportedDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    status: enumeration(complianceStatus, { nullable: false, readOnly: true }),
    userDisplayName: string({ readOnly: true }),
    userPrincipalName: string({ readOnly: true }),
  },
});
