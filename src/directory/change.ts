// One change of an application or a user: decided on what is there, written with its audit event.
import { isDeepStrictEqual } from 'node:util';
import { type Clock, GraphError, type NewId } from '../base/index.js';
import type { Application, Change, Unit, User } from '../plan/index.js';
import { auditOf, type By, makeChange } from '../service/index.js';
import type { DirectoryReader, TenantReader, UnitWriter } from '../store/index.js';
import { toldChanges } from './told.js';

/** By which the directory is changed. */
export interface Means {
  readonly store: DirectoryReader & TenantReader & UnitWriter;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Of whose what. */
export interface Place {
  readonly tenantId: string;
  readonly id: string;
}

export interface Kinds {
  readonly application: Application;
  readonly user: User;
}

/** What an item is to be; its version is counted here. Undefined where it is to be no more. */
export type Decide<Item> = (before: Item | undefined) => Item | undefined | Promise<Item | undefined>;

/**
 * Makes the item what `decide` says of it as it is now, which may refuse; changes and writes nothing if it is so already.
 * Answers what it was, and is. Refuses: `entityNotFound` where the tenant does not exist, `tooManyRetries` where others
 * keep changing it.
 */
export async function changeItem<Kind extends keyof Kinds>(
  { store, clock }: Means,
  kind: Kind,
  { tenantId, id }: Place,
  by: By,
  decide: Decide<Kinds[Kind]>,
): Promise<Kinds[Kind] | undefined> {
  return makeChange(store, by, async () => {
    const before = await find(store, kind, { tenantId, id });
    const decided = await decide(before);
    if (isDeepStrictEqual(before, decided)) return { result: before };
    if (!before) await checkTenant(store, tenantId);
    const after = decided && { ...decided, version: (before?.version ?? 0) + 1 };
    const operation = !before ? 'Create' : after ? 'Patch' : 'Delete';
    const present = (after ?? before) as Kinds[Kind];
    const changes = toldChanges(kind, before, after);
    const unit: Unit = {
      tenantId,
      changes: [{ kind, before, after } as Change],
      audit: auditOf(by, clock.now(), operation, [{ type: kind, id, displayName: present.displayName, changes }]),
    };
    return { result: after, unit };
  });
}

/** Refuses where the item is not the one that a caller knows (If-Match). */
export type Check<Item> = (item: Item) => void;

/** As `changeItem`, of an item that is there and goes on to be. Refuses `entityNotFound` where there is none. */
export async function editItem<Kind extends keyof Kinds>(
  means: Means,
  kind: Kind,
  place: Place,
  by: By,
  check: Check<Kinds[Kind]> | undefined,
  edit: (before: Kinds[Kind]) => Kinds[Kind] | Promise<Kinds[Kind]>,
): Promise<Kinds[Kind]> {
  const after = await changeItem(means, kind, place, by, (before) => {
    if (!before) throw notFound(place.id);
    check?.(before);
    return edit(before);
  });
  return after as Kinds[Kind];
}

/** As `changeItem`, of an item that is there and is to be no more. Refuses `entityNotFound` where there is none. */
export async function deleteItem<Kind extends keyof Kinds>(
  means: Means,
  kind: Kind,
  place: Place,
  by: By,
  check: Check<Kinds[Kind]> | undefined,
): Promise<void> {
  await changeItem(means, kind, place, by, (before) => {
    if (!before) throw notFound(place.id);
    check?.(before);
    return undefined;
  });
}

async function find<Kind extends keyof Kinds>(
  store: DirectoryReader,
  kind: Kind,
  { tenantId, id }: Place,
): Promise<Kinds[Kind] | undefined> {
  const found = kind === 'application' ? store.findApplication(tenantId, id) : store.findUser(tenantId, id);
  return (await found) as Kinds[Kind] | undefined;
}

/** Refuses (`entityNotFound`) a tenant that does not exist. */
async function checkTenant(store: TenantReader, tenantId: string): Promise<void> {
  if (!(await store.findTenant(tenantId))) throw notFound(tenantId);
}

export function notFound(id: string): GraphError {
  return new GraphError('entityNotFound', { values: { id } });
}
