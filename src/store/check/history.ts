// Whether audit events tell of the objects that there are, and of each as often as it changed.
import type { Stored } from '../../plan/index.js';

/** What the events of one tenant say, against its objects. */
export interface History {
  /** An object whose changes are audited, as its row has it. */
  object(table: string, id: string, version: number): void;
  event(position: string, event: Stored): void;
  /** `whole`: whether the events begin with the tenant's first, rather than behind a cut. */
  violations(whole: boolean): Contradiction[];
}

export interface Contradiction {
  readonly table: string;
  /** The object's id; of an audit event, its position. */
  readonly key: string;
  readonly text: string;
}

interface Told {
  created: number;
  changed: number;
  deleted: number;
  /** The position of the last. */
  last: string;
}

const nothing: Told = { created: 0, changed: 0, deleted: 0, last: '' };

export function openHistory(): History {
  const objects = new Map<string, { table: string; version: number }>();
  const told = new Map<string, Told>();
  return {
    object(table, id, version) {
      objects.set(id, { table, version });
    },
    event(position, { entity }) {
      const { id, type } = subjectOf(entity.resources);
      // The limits are the server's; whichever tenant's people change them, its audit tells of it.
      if (id === undefined || type === 'limits') return;
      const counts = told.get(id) ?? { ...nothing };
      counts.last = position;
      told.set(id, counts);
      if (entity.activityOperationType === 'Create') counts.created++;
      // Assigning a profile leaves its version as it is.
      if (entity.activityOperationType === 'Patch') counts.changed++;
      if (entity.activityOperationType === 'Delete') counts.deleted++;
    },
    violations(whole) {
      const ofObjects = [...objects].flatMap(([id, { table, version }]) => {
        const text = contradiction(version, told.get(id) ?? nothing, whole);
        return text === undefined ? [] : [{ table, key: id, text }];
      });
      const gone = [...told].filter(([id, { deleted }]) => deleted === 0 && !objects.has(id));
      return [...ofObjects, ...gone.map(([id, { last }]) => ({ table: 'audit_events', key: last, text: lost(id) }))];
    },
  };
}

/** An object has version 1 by its creation, and each change moves it by one. */
function contradiction(version: number, { created, changed, deleted }: Told, whole: boolean): string | undefined {
  if (deleted > 0) return 'an audit event tells of its delete, yet it exists';
  if (whole && created !== 1) return `${created} audit events tell of its creation`;
  const changes = version - 1;
  if (whole ? changed === changes : changed <= changes) return undefined;
  return `its version is ${version}, and ${changed} audit events tell of changes`;
}

/** What an event is about: its first resource. */
function subjectOf(resources: unknown): { readonly id?: string; readonly type?: unknown } {
  const first: unknown = Array.isArray(resources) ? resources[0] : undefined;
  if (typeof first !== 'object' || first === null || !('resourceId' in first)) return {};
  return { id: String(first.resourceId), ...('type' in first && { type: first.type }) };
}

function lost(id: string): string {
  return `it tells of ${id}, which does not exist, and no event tells of its delete`;
}
