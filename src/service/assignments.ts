// The use cases of assignments: to whom a profile is meant to go. The set of a profile's assignments changes as a whole.
import { isDeepStrictEqual } from 'node:util';
import { type Clock, GraphError } from '../base/index.js';
import { assignmentIdOf, groupTarget } from '../domain/index.js';
import type { Structure, Value } from '../edm/index.js';
import { type Assignment, assign, assignments, deviceConfigurationGroupAssignment, model } from '../model/index.js';
import { readArguments, readForCreate, readForUpdate } from '../odata/index.js';
import {
  type ActionAddress,
  type EntityAddress,
  everything,
  type Navigation,
  type Payload,
  type Precondition,
  type Stored,
} from '../plan/index.js';
import { findObject, findSource } from './addressing.js';
import type { RequestContext } from './context.js';
import { changedResource, checkPrecondition, unitOf } from './decisions.js';
import type { Decide, Decision, View } from './desk.js';

/** Most assignments of one profile. */
const maximumAssignments = 500;

/** What a client may say of an assignment; Intune makes the rest. */
type Given = Pick<Assignment, 'intent' | 'target'>;

/**
 * `assign`: replaces all assignments of a profile. The older form, groups alone, may stand beside the newer or for it.
 * The profile's own version and dates stay: it is the same profile, for others.
 * Refuses: `sameTarget`, `tooManyItems`, and what an assignment is refused for (`assignmentIdOf`, `readForCreate`).
 */
export function assignProfile(
  { on }: ActionAddress,
  payload: Payload,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<readonly Stored[]> {
  const given = readAssignments(payload, context);
  return async (view) => {
    const profile = await findObject(view, context.tenant.id, on);
    checkPrecondition(precondition, profile);
    const before = await assignmentsOf(view, context, on.set, profile);
    const after = new Map<string, Stored>();
    for (const one of given) {
      const made = madeOf(one, profile, before);
      const { id } = made.entity;
      if (after.has(id)) throw new GraphError('sameTarget', { values: { target: id.slice(id.indexOf('_') + 1) } });
      after.set(id, made);
    }
    return replaced([...after.values()], [...after.values()], { profile, before }, context, clock);
  };
}

/** `POST …/assignments`: adds one. Refuses one for a target that has one already (`assignmentExists`). */
export function addAssignment(
  within: Navigation,
  payload: Payload,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  const given = readAssignment(payload, context);
  return async (view) => {
    const { source: profile } = await findSource(view, context.tenant.id, within);
    const before = await assignmentsOf(view, context, within.source.set, profile);
    const made = madeOf(given, profile, []);
    const { id } = made.entity;
    if (before.some(({ entity }) => entity.id === id)) throw new GraphError('assignmentExists', { values: { id } });
    checkCount(before.length + 1);
    return replaced(made, [...before, made], { profile, before }, context, clock);
  };
}

/** Refuses (`targetChange`) a target that is another group's or device collection's: that is another assignment. */
export function updateAssignment(
  address: EntityAddress,
  within: Navigation,
  payload: Payload,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<Stored> {
  return async (view) => {
    const { source: profile } = await findSource(view, context.tenant.id, within);
    const old = await findObject(view, context.tenant.id, address);
    const { id } = old.entity;
    const { values } = readForUpdate(payload, old.type, id, context);
    checkPrecondition(precondition, old);
    const merged = { ...(old.entity as unknown as Assignment), ...values };
    const before = await assignmentsOf(view, context, within.source.set, profile);
    const made = madeOf(merged, profile, before);
    if (made.entity.id !== id) throw new GraphError('targetChange', { target: 'target', values: { id } });
    const after = before.map((other) => (other.entity.id === id ? made : other));
    return replaced(made, after, { profile, before }, context, clock);
  };
}

export function deleteAssignment(
  address: EntityAddress,
  within: Navigation,
  precondition: Precondition,
  context: RequestContext,
  { clock }: { clock: Clock },
): Decide<void> {
  return async (view) => {
    const { source: profile } = await findSource(view, context.tenant.id, within);
    const old = await findObject(view, context.tenant.id, address);
    checkPrecondition(precondition, old);
    const before = await assignmentsOf(view, context, within.source.set, profile);
    const after = before.filter(({ entity }) => entity.id !== old.entity.id);
    return replaced(undefined, after, { profile, before }, context, clock);
  };
}

function readAssignments(payload: Payload, context: RequestContext): Given[] {
  const { assignments: newer, deviceConfigurationGroupAssignments: older } = readArguments(payload, assign);
  if (newer === undefined && older === undefined) {
    throw new GraphError('requiredProperty', { target: 'assignments', values: { property: 'assignments' } });
  }
  checkCount((newer ?? []).length + (older ?? []).length);
  return [
    ...(newer ?? []).map((one, index) => readAssignment(one, context, `assignments[${index}]/`)),
    ...(older ?? []).map((one, index) =>
      readGroupAssignment(one, context, `deviceConfigurationGroupAssignments[${index}]/`),
    ),
  ];
}

function checkCount(count: number): void {
  if (count <= maximumAssignments) return;
  const values = { property: 'assignments', limit: maximumAssignments };
  throw new GraphError('tooManyItems', { target: 'assignments', values });
}

function readAssignment(payload: Payload, context: RequestContext, prefix = ''): Given {
  const { values } = readForCreate(payload, assignments.type, context, prefix);
  const { intent, target } = values as unknown as Assignment;
  // Refused before any state is looked at.
  assignmentIdOf('', target as Structure | null, prefix);
  return { intent, target };
}

function readGroupAssignment(payload: Payload, context: RequestContext, prefix: string): Given {
  const { values } = readForCreate(payload, deviceConfigurationGroupAssignment, context, prefix);
  const target = groupTarget(values, prefix);
  return { intent: 'apply', target: target as unknown as Given['target'] };
}

/** The profile's assignments in their order. */
async function assignmentsOf(
  view: View,
  context: RequestContext,
  set: Navigation['source']['set'],
  profile: Stored,
): Promise<readonly Stored[]> {
  const property = assignments.owner?.property;
  if (!property) throw new Error('assignments stand in profiles');
  const within = { set, key: profile.entity.id, property };
  const { rows } = await view.list(context.tenant.id, { ...everything(assignments), within });
  return rows.map(({ stored }) => stored);
}

/** The whole assignment; one that is there already and has changed is a version on. */
function madeOf({ intent, target }: Given, profile: Stored, before: readonly Stored[]): Stored {
  const profileId = profile.entity.id;
  const id = assignmentIdOf(profileId, target as Structure | null);
  const entity: Record<string, Value> & { id: string } = {
    id,
    intent: intent ?? 'apply',
    source: 'direct',
    sourceId: profileId,
    target: target as Structure | null,
  };
  const old = before.find((other) => other.entity.id === id);
  if (old && isDeepStrictEqual(old.entity, entity)) return old;
  return { type: assignments.type, entity, version: (old?.version ?? 0) + 1, links: {}, owner: profileId };
}

/** One audit event for the profile, which names its assignments before and after; none where nothing changes. */
function replaced<T>(
  result: T,
  after: readonly Stored[],
  { profile, before }: { profile: Stored; before: readonly Stored[] },
  context: RequestContext,
  clock: Clock,
): Decision<T> {
  if (isDeepStrictEqual(before, after)) return { result };
  const set = model.setOf(profile.type);
  if (!set) throw new Error(`entities of '${profile.type.name}' live nowhere`);
  const { id } = profile.entity;
  const told = (all: readonly Stored[]): string =>
    JSON.stringify(all.map(({ entity: { intent, target } }) => ({ intent, target })));
  const resource = changedResource(profile, profile);
  const change = { displayName: assignments.name, oldValue: told(before), newValue: told(after) };
  return {
    result,
    unit: unitOf(
      context,
      clock.now(),
      'Assign',
      [
        {
          kind: 'replace',
          set: assignments,
          within: { set, key: id },
          expectedVersion: profile.version,
          expectedKeys: before.map(({ entity }) => entity.id),
          members: after,
        },
      ],
      [{ ...resource, changes: [change] }],
    ),
  };
}
