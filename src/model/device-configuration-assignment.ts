// That a profile is meant for someone.
import { complex, entityType, enumeration, enumType, string } from '../edm/index.js';
import { deviceAndAppManagementAssignmentTarget } from './device-and-app-management-assignment-target.js';
import { entity } from './entity.js';

export const deviceConfigAssignmentIntent = enumType('deviceConfigAssignmentIntent', { apply: 0, remove: 1 });

export const deviceAndAppManagementAssignmentSource = enumType('deviceAndAppManagementAssignmentSource', {
  direct: 0,
  policySets: 1,
});

export const deviceConfigurationAssignment = entityType('deviceConfigurationAssignment', {
  base: entity,
  properties: {
    intent: enumeration(deviceConfigAssignmentIntent),
    source: enumeration(deviceAndAppManagementAssignmentSource, { nullable: false }),
    sourceId: string(),
    target: complex(deviceAndAppManagementAssignmentTarget),
  },
});
