// The actions and functions of our part of the model.
import { action, collectionFunction, edmString, many, one } from '../edm/index.js';
import { auditEvent } from './audit-event.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceConfigurationAssignment } from './device-configuration-assignment.js';
import { deviceConfigurationGroupAssignment } from './device-configuration-group-assignment.js';

/** Replaces all assignments of a profile. */
export const assign = action('assign', {
  boundTo: deviceConfiguration,
  parameters: {
    assignments: many(deviceConfigurationAssignment),
    deviceConfigurationGroupAssignments: many(deviceConfigurationGroupAssignment),
  },
  returns: many(deviceConfigurationAssignment),
});

export const getAuditCategories = collectionFunction('getAuditCategories', {
  boundTo: auditEvent,
  returns: many(edmString),
});

export const getAuditActivityTypes = collectionFunction('getAuditActivityTypes', {
  boundTo: auditEvent,
  parameters: { category: one(edmString) },
  returns: many(edmString),
});
