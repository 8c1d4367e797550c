// What a use case needs to know of the request that it serves.
import type { Actor } from '../domain/index.js';
import type { Caller } from '../identity/index.js';
import type { BodyContext } from '../odata/index.js';
import type { Tenant } from '../plan/index.js';

export interface RequestContext extends BodyContext {
  readonly tenant: Tenant;
  readonly actor: Actor;
  /**
   * The request's id, a UUID, which its answer tells: also that of its audit event, if one comes of it, so that whoever
   * got a 5xx can look up whether the change was made. It is the same however often the write is tried.
   */
  readonly requestId: string;
  /** The client's id for the request where that is a UUID, else `requestId`: the event's `correlationId`. */
  readonly correlationId: string;
}

/** The actor that a verified token speaks for. */
export function actorOf(caller: Caller, ipAddress: string): Actor {
  return {
    type: caller.kind === 'delegated' ? 'ItPro' : 'Application',
    userId: caller.userId,
    userPrincipalName: caller.userPrincipalName,
    displayName: caller.displayName,
    userPermissions: [...caller.permissions],
    applicationId: caller.applicationId,
    applicationDisplayName: caller.applicationDisplayName,
    ipAddress,
  };
}
