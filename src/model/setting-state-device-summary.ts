// What became of one setting of a profile, counted in devices.
import { entityType, int32, string } from '../edm/index.js';
import { entity } from './entity.js';

export const settingStateDeviceSummary = entityType('settingStateDeviceSummary', {
  base: entity,
  properties: {
    compliantDeviceCount: int32({ nullable: false, readOnly: true }),
    conflictDeviceCount: int32({ nullable: false, readOnly: true }),
    errorDeviceCount: int32({ nullable: false, readOnly: true }),
    instancePath: string({ readOnly: true }),
    nonCompliantDeviceCount: int32({ nullable: false, readOnly: true }),
    notApplicableDeviceCount: int32({ nullable: false, readOnly: true }),
    remediatedDeviceCount: int32({ nullable: false, readOnly: true }),
    settingName: string({ readOnly: true }),
    unknownDeviceCount: int32({ nullable: false, readOnly: true }),
  },
});
