// What became of a profile, counted in devices.
import { dateTimeOffset, entityType, int32 } from '../edm/index.js';
import { entity } from './entity.js';

export const deviceConfigurationDeviceOverview = entityType('deviceConfigurationDeviceOverview', {
  base: entity,
  properties: {
    configurationVersion: int32({ nullable: false, readOnly: true }),
    conflictCount: int32({ nullable: false, readOnly: true }),
    errorCount: int32({ nullable: false, readOnly: true }),
    failedCount: int32({ nullable: false, readOnly: true }),
    lastUpdateDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    notApplicableCount: int32({ nullable: false, readOnly: true }),
    notApplicablePlatformCount: int32({ nullable: false, readOnly: true }),
    pendingCount: int32({ nullable: false, readOnly: true }),
    successCount: int32({ nullable: false, readOnly: true }),
  },
});
