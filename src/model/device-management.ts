// The singleton that everything stands under; it tells the licence.
import { contains, entityType, enumeration, enumType, flagsType, guid } from '../edm/index.js';
import { auditEvent } from './audit-event.js';
import { deviceAndAppManagementAssignmentFilter } from './device-and-app-management-assignment-filter.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { entity } from './entity.js';
import { roleScopeTag } from './role-scope-tag.js';

export const deviceManagementSubscriptions = flagsType('deviceManagementSubscriptions', {
  none: 0,
  intune: 1,
  office365: 2,
  intunePremium: 4,
  intune_EDU: 8,
  intune_SMB: 16,
});

export const deviceManagementSubscriptionState = enumType('deviceManagementSubscriptionState', {
  pending: 0,
  active: 1,
  warning: 2,
  disabled: 3,
  deleted: 4,
  blocked: 5,
  lockedOut: 8,
});

export const deviceManagement = entityType('deviceManagement', {
  base: entity,
  properties: {
    intuneAccountId: guid({ nullable: false }),
    subscriptions: enumeration(deviceManagementSubscriptions, { nullable: false }),
    subscriptionState: enumeration(deviceManagementSubscriptionState, { nullable: false }),
  },
  navigationProperties: {
    derivedCredentials: contains(() => deviceManagementDerivedCredentialSettings),
    deviceConfigurations: contains(() => deviceConfiguration),
    auditEvents: contains(() => auditEvent),
    assignmentFilters: contains(() => deviceAndAppManagementAssignmentFilter),
    roleScopeTags: contains(() => roleScopeTag),
  },
});
