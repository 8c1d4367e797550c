// Whether what a store has after a kill is one unbroken history that lacks nothing that was acknowledged.
import assert from 'node:assert/strict';
import type { Ready } from '../cli/program.js';
import { call } from '../support.js';
import type { Target } from './load.js';

interface AuditEvent {
  readonly id: string;
  readonly activityDateTime: string;
  readonly activityOperationType: string;
  readonly resources: readonly {
    readonly resourceId: string;
    readonly modifiedProperties: readonly { displayName: string; oldValue: string; newValue: string }[];
  }[];
}

/** The changes of one object that were seen so far. */
interface Seen {
  version: number;
  value: string | undefined;
}

export interface History {
  /**
   * Reads what was written since the last time: each object's audit events are one for each version, each begins where the
   * one before ended, the last ends in the object's state, and none that was acknowledged is missing.
   */
  check(node: Ready): Promise<void>;
}

export function openHistory(targets: readonly Target[]): History {
  const known = new Set<string>();
  const seen = new Map<string, Seen>();
  let latest = '2000-01-01T00:00:00Z';

  const checkTarget = (target: Target, added: readonly AuditEvent[], entities: readonly Entity[]): void => {
    for (const entity of entities) {
      const state: Seen = seen.get(entity.id) ?? { version: 1, value: undefined };
      for (const { resources, activityOperationType } of added) {
        const [resource] = resources;
        if (resource?.resourceId !== entity.id || activityOperationType !== 'Patch') continue;
        const [change, ...others] = resource.modifiedProperties;
        assert.deepEqual([change?.displayName, others.length], [target.property, 0]);
        if (state.value !== undefined)
          assert.equal(change?.oldValue, state.value, 'it begins where the one before ended');
        assert.ok(target.sent.has(change?.newValue ?? ''), change?.newValue);
        state.value = change?.newValue;
        state.version++;
      }
      seen.set(entity.id, state);
      assert.equal(versionOf(entity), state.version, 'one audit event for each version');
      if (state.value !== undefined) assert.equal(entity[target.property], state.value);
      assert.equal(entity[target.property], entities[0]?.[target.property], 'what is changed together is the same');
    }
    const values = new Map(
      added.map(({ id, resources }) => [id, resources[0]?.modifiedProperties[0]?.newValue] as const),
    );
    for (const { value, requestIds } of target.acknowledged.splice(0)) {
      for (const id of requestIds) assert.equal(values.get(id), value, 'the event of a change that was acknowledged');
    }
  };

  return {
    async check(node) {
      const added = (await eventsFrom(node, latest)).filter(({ id }) => !known.has(id));
      for (const { id } of added) known.add(id);
      latest = added.at(-1)?.activityDateTime ?? latest;
      for (const target of targets) {
        checkTarget(target, added, await Promise.all(target.objects.map((object) => get(node, object))));
      }
    },
  };
}

type Entity = { readonly id: string; readonly '@odata.etag': string } & Readonly<Record<string, unknown>>;

/** The audit events from the instant on, in the order of their writing. */
async function eventsFrom(node: Ready, instant: string): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  let path: string | undefined =
    `auditEvents?$top=1000&$filter=${encodeURIComponent(`activityDateTime ge ${instant}`)}`;
  while (path !== undefined) {
    const page: { value: AuditEvent[]; '@odata.nextLink'?: string } = await get(node, path);
    events.push(...page.value);
    path = page['@odata.nextLink'];
  }
  return events;
}

// biome-ignore lint/suspicious/noExplicitAny: what the caller asked for
async function get(node: Ready, path: string): Promise<any> {
  const url = path.startsWith('http') ? path : `/beta/deviceManagement/${path}`;
  const { status, json, text } = await call(node, 'GET', url, { token: node.token });
  assert.equal(status, 200, text);
  return json;
}

/** Entity tags end in the version. */
function versionOf(entity: Entity): number {
  return Number(/\.(\d+)"$/.exec(entity['@odata.etag'])?.[1]);
}
