// The use cases of derived credential settings: create, update, delete.
import { type Clock, GraphError, type NewId } from '../base/index.js';
import { checkSettings, differs } from '../domain/index.js';
import { derivedCredentials, deviceConfigurations, type Settings, settingsNavigation } from '../model/index.js';
import { readForCreate, readForUpdate } from '../odata/index.js';
import {
  type EntityAddress,
  everything,
  type ObjectAddress,
  type Payload,
  type Precondition,
  type Stored,
} from '../plan/index.js';
import { findObject } from './addressing.js';
import type { RequestContext } from './context.js';
import { changedResource, checkPrecondition, unitOf } from './decisions.js';
import type { Decide } from './desk.js';

/**
 * Rule 1: a second object in a tenant is refused with `settingsExist`.
 *
 * DEVIATION: Graph documents no answer to a second create; Intune's portal hides the form instead.
 */
export function createSettings(
  payload: Payload,
  context: RequestContext,
  { clock, newId }: { clock: Clock; newId: NewId },
): Decide<Stored> {
  const { type, values } = readForCreate(payload, derivedCredentials.type, context);
  checkSettings(values as Partial<Settings>);
  const stored: Stored = { type, entity: { id: newId(), ...values }, version: 1, links: {} };
  return async (view) => {
    const { rows } = await view.list(context.tenant.id, everything(derivedCredentials));
    const [existing] = rows;
    if (existing) throw new GraphError('settingsExist', { values: { id: existing.stored.entity.id } });
    return {
      result: stored,
      unit: unitOf(
        context,
        clock.now(),
        'Create',
        [{ kind: 'insert', set: derivedCredentials, stored }],
        [changedResource(undefined, stored)],
      ),
    };
  };
}

/**
 * The update, by each of its routes. Rule 2: what changes nothing writes nothing.
 *
 * DEVIATION: the issuer can be changed, as Graph documents it; Intune's portal keeps it fixed after the first save.
 */
export function updateSettings(
  address: ObjectAddress,
  payload: Payload,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const before = await findObject(view, context.tenant.id, address);
    const { values } = readForUpdate(payload, before.type, before.entity.id, context);
    checkSettings(values as Partial<Settings>);
    checkPrecondition(precondition, before);
    if (!differs(before.entity, values)) return { result: before };
    const after: Stored = { ...before, entity: { ...before.entity, ...values }, version: before.version + 1 };
    return {
      result: after,
      unit: unitOf(
        context,
        clock.now(),
        'Patch',
        [{ kind: 'update', set: derivedCredentials, stored: after, expectedVersion: before.version }],
        [changedResource(before, after)],
      ),
    };
  };
}

/** Unbinds the profiles that refer to the object; their versions and dates stay, the one audit event names them. */
export function deleteSettings(
  address: EntityAddress,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<void> {
  return async (view) => {
    const before = await findObject(view, context.tenant.id, address);
    checkPrecondition(precondition, before);
    const { id } = before.entity;
    const profiles = await view.referrers(context.tenant.id, derivedCredentials, id);
    const unbound = profiles.map(({ id: profile, displayName, type }) => ({
      type,
      id: profile,
      displayName,
      changes: [{ displayName: settingsNavigation.name, oldValue: id, newValue: null }],
    }));
    const unlink = {
      kind: 'unlink',
      set: deviceConfigurations,
      property: settingsNavigation,
      target: id,
      expectedKeys: profiles.map((profile) => profile.id),
    } as const;
    return {
      result: undefined,
      unit: unitOf(
        context,
        clock.now(),
        'Delete',
        [unlink, { kind: 'delete', set: derivedCredentials, key: id, expectedVersion: before.version }],
        [changedResource(before, undefined), ...unbound],
      ),
    };
  };
}
