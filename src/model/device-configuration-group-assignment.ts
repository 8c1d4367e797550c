// That a profile is meant for a group, in the older form.
import { boolean, type EntityType, entityType, reference, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';
import { entity } from './entity.js';

export const deviceConfigurationGroupAssignment = entityType('deviceConfigurationGroupAssignment', {
  base: entity,
  properties: {
    excludeGroup: boolean({ nullable: false }),
    targetGroupId: string(),
  },
  navigationProperties: {
    // The two types refer to each other, so that TypeScript cannot infer this one.
    deviceConfiguration: reference((): EntityType => deviceConfiguration),
  },
});
