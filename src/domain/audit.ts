// The audit event of a change: who, when, from where, old value, new value (rule 10).
import type { AuditEvent } from '../model/index.js';
import type { PropertyChange } from './change.js';

/** Who makes a change, as far as is known; texts as Graph's `auditActor` has them. */
export interface Actor {
  readonly type: 'ItPro' | 'Application' | 'System';
  readonly userId?: string | undefined;
  readonly userPrincipalName?: string | undefined;
  readonly userPermissions: readonly string[];
  readonly applicationId?: string | undefined;
  readonly applicationDisplayName?: string | undefined;
  readonly ipAddress?: string | undefined;
}

/** An object that a change touches. */
export interface ChangedResource {
  /** Type name without the namespace. */
  readonly type: string;
  readonly id: string;
  readonly displayName: string;
  readonly changes: readonly PropertyChange[];
}

export interface AuditDraft {
  readonly id: string;
  /** Edm.DateTimeOffset */
  readonly time: string;
  /** A UUID: the request's id. */
  readonly correlationId: string;
  readonly operation: 'Create' | 'Patch' | 'Delete';
  readonly actor: Actor;
  /** The object that the change is about, then those that it touches besides. */
  readonly resources: readonly [ChangedResource, ...ChangedResource[]];
}

/** The whole event, as `auditEvent` of the model has it. */
export function auditEventOf(draft: AuditDraft): AuditEvent {
  const [about] = draft.resources;
  const activity = `${draft.operation} ${about.type}`;
  return {
    id: draft.id,
    activity,
    activityDateTime: draft.time,
    activityOperationType: draft.operation,
    activityResult: 'Success',
    activityType: activity,
    actor: auditActorOf(draft.actor),
    category: 'DeviceConfiguration',
    componentName: 'DeviceConfiguration',
    correlationId: draft.correlationId,
    displayName: activity,
    resources: draft.resources.map((resource) => ({
      displayName: resource.displayName,
      modifiedProperties: resource.changes.map(({ displayName, newValue, oldValue }) => ({
        displayName,
        newValue,
        oldValue,
      })),
      resourceId: resource.id,
      type: resource.type,
      auditResourceType: resource.type,
    })),
  };
}

function auditActorOf(actor: Actor): NonNullable<AuditEvent['actor']> {
  const application = actor.type === 'Application';
  return {
    applicationDisplayName: actor.applicationDisplayName ?? null,
    applicationId: actor.applicationId ?? null,
    ipAddress: actor.ipAddress ?? null,
    remoteTenantId: null,
    remoteUserId: null,
    servicePrincipalName: application ? (actor.applicationDisplayName ?? actor.applicationId ?? null) : null,
    type: actor.type,
    userId: actor.userId ?? null,
    userPermissions: [...actor.userPermissions],
    userPrincipalName: actor.userPrincipalName ?? null,
    userRoleScopeTags: [],
    auditActorType: actor.type,
  };
}
