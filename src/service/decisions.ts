// The pieces that decisions are made of: preconditions, audit, units of work.
import { GraphError } from '../base/index.js';
import {
  type AuditedOperation,
  type ChangedResource,
  changedProperties,
  type PropertyChange,
} from '../domain/index.js';
import { entityTag, matchesTag } from '../odata/index.js';
import type { Change, Precondition, Stored, StoredLinks, Unit } from '../plan/index.js';
import { auditOf, type RequestContext } from './context.js';

/**
 * Judges a change's conditions by the version that it finds (OData protocol 4.01, section 11.4.1.1). Refuses:
 * `preconditionFailed` where If-Match names other versions, `preconditionExcludes` where If-None-Match names this one.
 */
export function checkPrecondition({ ifMatch, ifNoneMatch }: Precondition, stored: Stored): void {
  const headers = { etag: entityTag(stored) };
  if (ifMatch && !matchesTag(ifMatch, stored)) {
    throw new GraphError('preconditionFailed', { target: 'If-Match', headers });
  }
  if (ifNoneMatch && matchesTag(ifNoneMatch, stored)) {
    throw new GraphError('preconditionExcludes', { target: 'If-None-Match', headers });
  }
}

/** A unit of work with its audit event. `now` is milliseconds since the epoch. */
export function unitOf(
  context: RequestContext,
  now: number,
  operation: AuditedOperation,
  changes: readonly Change[],
  resources: readonly [ChangedResource, ...ChangedResource[]],
): Unit {
  return {
    tenantId: context.tenant.id,
    changes,
    audit: auditOf(context, now, operation, resources),
  };
}

/** What the audit says of an object whose state, or links, change; `undefined` where it does not exist. */
export function changedResource(before: Stored | undefined, after: Stored | undefined): ChangedResource {
  const present = after ?? before;
  if (!present) throw new Error('an object that exists neither before nor after its change');
  const { id, displayName } = present.entity;
  return {
    type: present.type.name,
    id,
    displayName: String(displayName ?? ''),
    changes: [...changedProperties(present.type, before?.entity, after?.entity), ...changedLinks(before, after)],
  };
}

function changedLinks(before: Stored | undefined, after: Stored | undefined): PropertyChange[] {
  return Object.keys({ ...before?.links, ...after?.links }).flatMap((name) => {
    const [oldValue, newValue] = [linkText(before?.links[name]), linkText(after?.links[name])];
    return oldValue === newValue ? [] : [{ displayName: name, oldValue, newValue }];
  });
}

/** A key, or several as a JSON text; null where the property leads nowhere. */
function linkText(link: StoredLinks[string] | undefined): string | null {
  if (link === undefined || link === null || typeof link === 'string') return link ?? null;
  return link.length === 0 ? null : JSON.stringify(link);
}
