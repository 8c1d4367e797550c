// The use cases of device configuration profiles: create, update, delete.
import { type Clock, formatInstant, GraphError, type NewId } from '../base/index.js';
import { checkProfile } from '../domain/index.js';
import type { EntityType, Structure } from '../edm/index.js';
import { deviceConfigurations } from '../model/index.js';
import { readForCreate, readForUpdate } from '../odata/index.js';
import type { CollectionAddress, EntityAddress, ObjectAddress, Payload, Precondition, Stored } from '../plan/index.js';
import { findObject } from './addressing.js';
import type { RequestContext } from './context.js';
import { changedResource, checkPrecondition, unitOf } from './decisions.js';
import type { Decide } from './desk.js';
import { resolveLinks, unbound } from './links.js';
import { changed } from './profile-change.js';

export function createProfile(
  address: CollectionAddress,
  payload: Payload,
  context: RequestContext,
  { clock, newId }: { clock: Clock; newId: NewId },
): Decide<Stored> {
  const { type, values, links } = readForCreate(payload, address.type, context);
  checkProfile(type, values);
  const id = newId();
  return async (view) => {
    const now = clock.now();
    const time = formatInstant(now);
    const own = { id, createdDateTime: time, lastModifiedDateTime: time, version: 1 };
    const stored: Stored = {
      type,
      entity: { ...inModelOrder(type, { ...values, ...own }), id },
      version: 1,
      links: await resolveLinks(view, context, type, values, unbound(type), links),
    };
    return {
      result: stored,
      unit: unitOf(
        context,
        now,
        'Create',
        [{ kind: 'insert', set: deviceConfigurations, stored }],
        [changedResource(undefined, stored)],
      ),
    };
  };
}

export function updateProfile(
  address: ObjectAddress,
  payload: Payload,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const before = await findObject(view, context.tenant.id, address);
    const { values, links } = readForUpdate(payload, before.type, before.entity.id, context);
    checkPrecondition(precondition, before);
    const merged = { ...before.entity, ...values };
    checkProfile(before.type, merged);
    const resolved = await resolveLinks(view, context, before.type, merged, before.links, links);
    return changed(before, merged, resolved, context, clock);
  };
}

/** Refuses (`profileInUse`) a profile that others refer to, and names some of these. */
export function deleteProfile(
  address: EntityAddress,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<void> {
  return async (view) => {
    const before = await findObject(view, context.tenant.id, address);
    checkPrecondition(precondition, before);
    const { id } = before.entity;
    const referrers = await view.referrers(context.tenant.id, deviceConfigurations, id);
    if (referrers.length > 0) throw inUse(id, referrers);
    return {
      result: undefined,
      unit: unitOf(
        context,
        clock.now(),
        'Delete',
        [{ kind: 'delete', set: deviceConfigurations, key: id, expectedVersion: before.version }],
        [changedResource(before, undefined)],
      ),
    };
  };
}

/** Most referrers that a refusal names. */
const maximumNamed = 3;

function inUse(id: string, referrers: readonly { id: string; displayName: string }[]): GraphError {
  const named = referrers.slice(0, maximumNamed).map((one) => `'${one.displayName.slice(0, 64)}' (${one.id})`);
  const others = referrers.length - named.length;
  return new GraphError('profileInUse', {
    values: { id, referrers: [...named, ...(others > 0 ? [`and ${others} more`] : [])].join(', ') },
  });
}

/** The values in the order in which the type declares its properties. */
function inModelOrder(type: EntityType, values: Structure): Structure {
  return Object.fromEntries([...type.properties.keys()].map((name) => [name, values[name] ?? null]));
}
