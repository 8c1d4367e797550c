// The use cases of device configuration profiles: create, update, delete, and the link to the settings.
import { type Clock, formatInstant, GraphError, type NewId } from '../base/index.js';
import { checkProfile, differs, usesDerivedCredential } from '../domain/index.js';
import { type EntityType, isReference, type Structure } from '../edm/index.js';
import { derivedCredentials, deviceConfigurations, settingsNavigation } from '../model/index.js';
import { type Links, readForCreate, readForUpdate } from '../odata/index.js';
import {
  type CollectionAddress,
  type EntityAddress,
  everything,
  type Link,
  type Payload,
  type Precondition,
  type ReferenceAddress,
  type Stored,
} from '../plan/index.js';
import { findEntity, findSource, notBound } from './addressing.js';
import type { RequestContext } from './context.js';
import { changedResource, checkPrecondition, unitOf } from './decisions.js';
import type { Decide, Decision, View } from './desk.js';

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
  address: EntityAddress,
  payload: Payload,
  ifMatch: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const before = await findEntity(view, context.tenant.id, address);
    const { values, links } = readForUpdate(payload, before.type, before.entity.id, context);
    checkPrecondition(ifMatch, before);
    const merged = { ...before.entity, ...values };
    checkProfile(before.type, merged);
    const resolved = await resolveLinks(view, context, before.type, merged, before.links, links);
    return changed(before, merged, resolved, context, clock);
  };
}

export function deleteProfile(
  address: EntityAddress,
  ifMatch: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<void> {
  return async (view) => {
    const before = await findEntity(view, context.tenant.id, address);
    checkPrecondition(ifMatch, before);
    const { id } = before.entity;
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

/** `PUT …/$ref`: binds, whatever the profile's method. */
export function setReference(
  { related }: ReferenceAddress,
  link: Link,
  ifMatch: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const before = await findSource(view, context.tenant.id, related);
    checkPrecondition(ifMatch, before);
    const key = await linkedKey(view, context, '@odata.id', link);
    return changed(before, before.entity, { ...before.links, [related.property.name]: key }, context, clock);
  };
}

/** `DELETE …/$ref`: unbinds. Refuses (`notBound`) when the property leads nowhere. */
export function removeReference(
  { related }: ReferenceAddress,
  ifMatch: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const before = await findSource(view, context.tenant.id, related);
    if (!before.links[related.property.name]) throw notBound(related);
    checkPrecondition(ifMatch, before);
    return changed(before, before.entity, { ...before.links, [related.property.name]: null }, context, clock);
  };
}

/** A new version of the profile, unless neither properties nor links differ (rule 2 holds for profiles too). */
function changed(
  before: Stored,
  values: Structure,
  links: Stored['links'],
  context: RequestContext,
  clock: Clock,
): Decision<Stored> {
  if (!differs(before.entity, values) && !differs(before.links, links)) return { result: before };
  const now = clock.now();
  const version = before.version + 1;
  const own = { version, lastModifiedDateTime: formatInstant(now) };
  const after: Stored = { ...before, entity: { ...before.entity, ...values, ...own }, version, links };
  return {
    result: after,
    unit: unitOf(
      context,
      now,
      'Patch',
      [{ kind: 'update', set: deviceConfigurations, stored: after, expectedVersion: before.version }],
      [changedResource(before, after)],
    ),
  };
}

/**
 * Rule 4: the links after a create or an edit. What the request says holds; where it says nothing, a profile that uses
 * a derived credential and is unbound is bound to the tenant's settings, if there are any.
 */
async function resolveLinks(
  view: View,
  context: RequestContext,
  type: EntityType,
  values: Structure,
  before: Stored['links'],
  given: Links,
): Promise<Stored['links']> {
  const after: Record<string, string | null> = { ...before };
  for (const [name, link] of Object.entries(given)) {
    after[name] = link && (await linkedKey(view, context, `${name}@odata.bind`, link));
  }
  const { name } = settingsNavigation;
  if (!(name in given) && !after[name] && usesDerivedCredential(type, values)) {
    const { rows } = await view.list(context.tenant.id, everything(derivedCredentials));
    after[name] = rows[0]?.stored.entity.id ?? null;
  }
  return after;
}

/** The key of a link's target. Refuses (`bindNotFound`) what the tenant does not have. */
async function linkedKey(view: View, context: RequestContext, property: string, link: Link): Promise<string> {
  const target = await view.find(context.tenant.id, link.set, link.key);
  if (!target) throw new GraphError('bindNotFound', { target: property, values: { property, url: link.url } });
  return target.entity.id;
}

function unbound(type: EntityType): Stored['links'] {
  return Object.fromEntries(
    [...type.navigationProperties.values()].filter(isReference).map(({ name }) => [name, null]),
  );
}

/** The values in the order in which the type declares its properties. */
function inModelOrder(type: EntityType, values: Structure): Structure {
  return Object.fromEntries([...type.properties.keys()].map((name) => [name, values[name] ?? null]));
}
