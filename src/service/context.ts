// What a use case needs to know of the request that it serves.
import { formatInstant, type NewId } from '../base/index.js';
import { type Actor, type AuditedOperation, auditEventOf, type ChangedResource } from '../domain/index.js';
import type { Caller } from '../identity/index.js';
import type { BodyContext } from '../odata/index.js';
import type { Tenant, Unit } from '../plan/index.js';
import type { EntityReader, QueryReader } from '../store/index.js';

/** Who changes something, and by which request, or command: what the one audit event of it tells. */
export interface By {
  readonly actor: Actor;
  /**
   * The request's id, a UUID, which its answer tells: also that of its audit event, if one comes of it, so that whoever
   * got a 5xx can look up whether the change was made. It is the same however often the write is tried.
   */
  readonly requestId: string;
  /** The client's id for the request where that is a UUID, else `requestId`: the event's `correlationId`. */
  readonly correlationId: string;
}

export interface RequestContext extends BodyContext, By {
  readonly tenant: Tenant;
  /** What reads are answered from, where that is not the present state. */
  readonly reader?: (EntityReader & QueryReader) | undefined;
}

/** One change by a program that has the store at hand, rather than by a caller: `offshoot tenant`. */
export function byProgram(name: string, newId: NewId): By {
  const requestId = newId();
  const actor: Actor = { type: 'System', applicationDisplayName: name, userPermissions: [] };
  return { actor, requestId, correlationId: requestId };
}

/** The audit event of a change. `now` is milliseconds since the epoch. */
export function auditOf(
  { actor, requestId, correlationId }: By,
  now: number,
  operation: AuditedOperation,
  resources: readonly [ChangedResource, ...ChangedResource[]],
): Unit['audit'] {
  return auditEventOf({ id: requestId, time: formatInstant(now), correlationId, operation, actor, resources });
}

/** The actor that a verified token speaks for. */
export function actorOf(caller: Caller, ipAddress: string): Actor {
  return {
    type: caller.kind === 'delegated' ? 'ItPro' : 'Application',
    userId: caller.userId,
    userPrincipalName: caller.userPrincipalName,
    displayName: caller.displayName,
    userPermissions: caller.permissions,
    applicationId: caller.applicationId,
    applicationDisplayName: caller.applicationDisplayName,
    ipAddress,
  };
}
