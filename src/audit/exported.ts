// Verifies audit events that were exported: lines of JSON, in which those of several tenants stand between each other.
import { createReadStream } from 'node:fs';
import { linesIn } from '../base/index.js';
import type { Cells } from '../store/index.js';
import { mergeAnchors, readAnchors } from './anchors.js';
import { EventQueue } from './event-queue.js';
import { type Evidence, type Verdict, verifyTenant } from './verify.js';

/**
 * One verdict for each tenant that has an event in the files, which are read one after the other. A chain may begin
 * anywhere, where older files are not among them. The seals in the files are anchors too.
 */
export async function* verifyExport(files: readonly string[], given: Evidence): AsyncGenerator<Verdict> {
  const own = await readAnchors(files, given.keys, { empty: true });
  const evidence = { ...given, anchors: mergeAnchors(given.anchors, own) };
  const tenants = new Map<string, { events: EventQueue; verdict: Promise<Verdict> }>();
  for (const file of files) {
    let number = 0;
    for await (const line of linesIn(createReadStream(file))) {
      number++;
      const event = eventIn(line.toString(), `${file}:${number}`);
      if (!event) continue;
      const tenant = String(event.tenant_id);
      const one = tenants.get(tenant) ?? begin(tenant, evidence);
      tenants.set(tenant, one);
      await one.events.add(event);
    }
  }
  for (const { events, verdict } of tenants.values()) {
    events.end();
    yield await verdict;
  }
}

function begin(tenant: string, evidence: Evidence): { events: EventQueue; verdict: Promise<Verdict> } {
  const events = new EventQueue();
  const source = { events: events.read(), seals: nothing(), head: 'unknown' } as const;
  const verdict = verifyTenant(tenant, source, evidence, () => {});
  // Its failure is told when its turn comes.
  verdict.catch(() => {});
  return { events, verdict };
}

async function* nothing(): AsyncGenerator<Cells> {}

/** The row of the event in the line; undefined for a seal. Refuses anything else. */
function eventIn(text: string, place: string): Cells | undefined {
  try {
    // A message of syslog has it behind its head.
    const line = JSON.parse(text.slice(text.indexOf('{')));
    if (typeof line.seal === 'string') return undefined;
    const { id, activityDateTime, activityType, category, displayName, ...rest } = line.event;
    return {
      tenant_id: line.tenantId,
      position: String(line.position),
      hash: line.hash,
      id,
      activity_date_time: activityDateTime,
      activity_type: activityType,
      category,
      display_name: displayName,
      properties: JSON.stringify(rest),
    };
  } catch (error) {
    throw new Error(`${place} is no exported audit event.`, { cause: error });
  }
}
