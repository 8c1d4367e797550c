// The rules, without any input or output.
export { type Actor, type AuditDraft, auditEventOf, type ChangedResource } from './audit.js';
export { changedProperties, differs, type PropertyChange } from './change.js';
export { checkLicense, deviceManagementOf } from './license.js';
export { checkProfile, usesDerivedCredential } from './profiles.js';
export { checkSettings } from './settings.js';
