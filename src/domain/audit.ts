// The audit event of a change: who, when, from where, old value, new value (rule 10).
import { type AuditEvent, derivedCredentials, deviceConfiguration, model } from '../model/index.js';
import type { PropertyChange } from './change.js';

/** Who makes a change, as far as is known; texts as Graph's `auditActor` has them. */
export interface Actor {
  readonly type: 'ItPro' | 'Application' | 'System';
  readonly userId?: string | undefined;
  readonly userPrincipalName?: string | undefined;
  /** The user's; events do not tell it. */
  readonly displayName?: string | undefined;
  readonly userPermissions: Iterable<string>;
  readonly applicationId?: string | undefined;
  readonly applicationDisplayName?: string | undefined;
  readonly ipAddress?: string | undefined;
  /** Whoever's, where that is not the tenant that is changed. */
  readonly remoteTenantId?: string | undefined;
}

/** An object that a change touches. */
export interface ChangedResource {
  /** Type name without the namespace. */
  readonly type: string;
  readonly id: string;
  readonly displayName: string;
  readonly changes: readonly PropertyChange[];
}

/** What is done to an object, as an event's activity begins. */
const auditedOperations = ['Create', 'Patch', 'Delete', 'Assign'] as const;
export type AuditedOperation = (typeof auditedOperations)[number];

/** What Graph calls the kind of an operation where that is not the operation's own name. */
const operationTypes: Readonly<Partial<Record<AuditedOperation, string>>> = { Assign: 'Action' };

/** The one category of all that is written here. */
const category = 'DeviceConfiguration';

export interface AuditDraft {
  readonly id: string;
  /** Edm.DateTimeOffset */
  readonly time: string;
  /** A UUID: the request's id. */
  readonly correlationId: string;
  readonly operation: AuditedOperation;
  readonly actor: Actor;
  /** The object that the change is about, then those that it touches besides. */
  readonly resources: readonly [ChangedResource, ...ChangedResource[]];
}

/** The whole event, as `auditEvent` of the model has it. */
export function auditEventOf(draft: AuditDraft): AuditEvent {
  const [about] = draft.resources;
  const activity = activityOf(draft.operation, about.type);
  return {
    id: draft.id,
    activity,
    activityDateTime: draft.time,
    activityOperationType: operationTypes[draft.operation] ?? draft.operation,
    activityResult: 'Success',
    activityType: activity,
    actor: auditActorOf(draft.actor),
    category,
    componentName: category,
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

function activityOf(operation: string, type: string): string {
  return `${operation} ${type}`;
}

/** What a cut of the audit is an event of: its resource's id is the position of the last event that went. */
export const cutAuditType = 'auditEvents';

/** The categories of the events that this server can write. */
export function auditCategories(): readonly string[] {
  return [category];
}

/** The types of the activities of a category that this server can write; none in a category that is not its own. */
export function auditActivityTypes(ofCategory: string): readonly string[] {
  if (ofCategory !== category) return [];
  const profiles = model.withDerived(deviceConfiguration).filter(({ abstract }) => !abstract);
  return [
    ...['Create', 'Patch', 'Delete'].map((operation) => `${operation} ${derivedCredentials.type.name}`),
    ...profiles.flatMap(({ name }) => auditedOperations.map((operation) => activityOf(operation, name))),
    ...['Create', 'Patch'].map((operation) => activityOf(operation, 'tenant')),
    ...['application', 'user'].flatMap((type) =>
      ['Create', 'Patch', 'Delete'].map((operation) => activityOf(operation, type)),
    ),
    activityOf('Patch', 'limits'),
    activityOf('Delete', cutAuditType),
  ];
}

function auditActorOf(actor: Actor): NonNullable<AuditEvent['actor']> {
  const application = actor.type === 'Application';
  return {
    applicationDisplayName: actor.applicationDisplayName ?? null,
    applicationId: actor.applicationId ?? null,
    ipAddress: actor.ipAddress ?? null,
    remoteTenantId: actor.remoteTenantId ?? null,
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
