// Where entities of our part of the model can be addressed: below `deviceManagement`, below the root, inside others.
import type { EntitySet, EntityType, Singleton } from '../edm/index.js';
import { androidDeviceOwnerPkcsCertificateProfile } from './android-device-owner-pkcs-certificate-profile.js';
import { auditEvent } from './audit-event.js';
import { deviceAndAppManagementAssignmentFilter } from './device-and-app-management-assignment-filter.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagement } from './device-management.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { organization } from './organization.js';
import { roleScopeTag } from './role-scope-tag.js';
import { user } from './user.js';

export const derivedCredentials: EntitySet = {
  name: 'derivedCredentials',
  type: deviceManagementDerivedCredentialSettings,
  readOnly: false,
};
export const deviceConfigurations: EntitySet = {
  name: 'deviceConfigurations',
  type: deviceConfiguration,
  readOnly: false,
};
export const auditEvents: EntitySet = { name: 'auditEvents', type: auditEvent, readOnly: true };
export const assignmentFilters: EntitySet = {
  name: 'assignmentFilters',
  type: deviceAndAppManagementAssignmentFilter,
  readOnly: true,
};
export const roleScopeTags: EntitySet = { name: 'roleScopeTags', type: roleScopeTag, readOnly: true };

export const deviceManagementSingleton: Singleton = {
  name: 'deviceManagement',
  type: deviceManagement,
  sets: [derivedCredentials, deviceConfigurations, auditEvents, assignmentFilters, roleScopeTags],
};
export const me: Singleton = { name: 'me', type: user, sets: [] };

/** It has one entity: the caller's tenant. */
export const organizations: EntitySet = { name: 'organization', type: organization, readOnly: true };

export const assignments = containedSet(deviceConfiguration, 'assignments', false);
export const groupAssignments = containedSet(deviceConfiguration, 'groupAssignments');
export const deviceStatuses = containedSet(deviceConfiguration, 'deviceStatuses');
export const userStatuses = containedSet(deviceConfiguration, 'userStatuses');
export const deviceStatusOverview = containedSet(deviceConfiguration, 'deviceStatusOverview');
export const userStatusOverview = containedSet(deviceConfiguration, 'userStatusOverview');
export const deviceSettingStateSummaries = containedSet(deviceConfiguration, 'deviceSettingStateSummaries');
export const managedDeviceCertificateStates = containedSet(
  androidDeviceOwnerPkcsCertificateProfile,
  'managedDeviceCertificateStates',
);

/** What profiles of the type contain by the navigation property; written by nobody but the server unless said. */
function containedSet(type: EntityType, name: string, readOnly = true): EntitySet {
  const property = type.navigationProperties.get(name);
  if (!property?.contained) throw new Error(`the type '${type.name}' contains no '${name}'`);
  return { name, type: property.target(), readOnly, owner: { set: deviceConfigurations, property } };
}
