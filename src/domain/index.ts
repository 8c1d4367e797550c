// The rules, without any input or output.

export { assignmentIdOf, groupTarget } from './assignments.js';
export {
  type Actor,
  type AuditedOperation,
  auditActivityTypes,
  auditCategories,
  auditEventOf,
  type ChangedResource,
  cutAuditType,
} from './audit.js';
export { changedProperties, differs, type PropertyChange } from './change.js';
export { checkLicense, deviceManagementOf } from './license.js';
export { checkProfile, usesDerivedCredential } from './profiles.js';
export { checkSettings } from './settings.js';
export { userOf } from './user.js';
