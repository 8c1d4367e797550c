// What was changed, by whom, from where.
import { complex, complexes, complexType, dateTimeOffset, entityType, guid, string, strings } from '../edm/index.js';
import { entity } from './entity.js';

export const roleScopeTagInfo = complexType('roleScopeTagInfo', {
  properties: {
    displayName: string(),
    roleScopeTagId: string(),
  },
});

export const auditActor = complexType('auditActor', {
  properties: {
    applicationDisplayName: string(),
    applicationId: string(),
    ipAddress: string(),
    remoteTenantId: string(),
    remoteUserId: string(),
    servicePrincipalName: string(),
    type: string(),
    userId: string(),
    userPermissions: strings(),
    userPrincipalName: string(),
    userRoleScopeTags: complexes(roleScopeTagInfo),
    auditActorType: string(),
  },
});

export const auditProperty = complexType('auditProperty', {
  properties: {
    displayName: string(),
    newValue: string(),
    oldValue: string(),
  },
});

export const auditResource = complexType('auditResource', {
  properties: {
    displayName: string(),
    modifiedProperties: complexes(auditProperty),
    resourceId: string(),
    type: string(),
    auditResourceType: string(),
  },
});

export const auditEvent = entityType('auditEvent', {
  base: entity,
  properties: {
    activity: string(),
    activityDateTime: dateTimeOffset({ nullable: false }),
    activityOperationType: string(),
    activityResult: string(),
    activityType: string(),
    actor: complex(auditActor),
    category: string(),
    componentName: string(),
    correlationId: guid({ nullable: false }),
    displayName: string(),
    resources: complexes(auditResource),
  },
});
