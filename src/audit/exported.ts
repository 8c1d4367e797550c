// Verifies audit events that were exported: lines of JSON, in which those of several tenants stand between each other.
import { bytesOf, linesIn, oneLine } from '../base/index.js';
import type { Cells } from '../store/index.js';
import { mergeAnchors, readAnchors } from './anchors.js';
import { EventQueue } from './event-queue.js';
import { readSeal, type SealedEnd } from './seal.js';
import { type Evidence, type Verdict, verifyTenant } from './verify.js';

/**
 * One verdict for each tenant that has an event in the files, which are read one after the other, or an anchor. A chain may
 * begin anywhere, where older files are not among them. The seals in the files are anchors too.
 */
export async function* verifyExport(files: readonly string[], given: Evidence): AsyncGenerator<Verdict> {
  const own = await readAnchors(files, given.keys, { empty: true });
  const evidence = { ...given, anchors: mergeAnchors(given.anchors, own) };
  const tenants = new Map<string, { events: EventQueue; verdict: Promise<Verdict> }>();
  for (const file of files) {
    let number = 0;
    for await (const line of linesIn(bytesOf(file))) {
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
  for (const [tenant, ends] of evidence.anchors) {
    const end = ends.at(-1);
    if (end && !tenants.has(tenant)) yield without(tenant, end);
  }
}

/** The verdict on a tenant of which something was signed, and nothing is there. */
function without(tenant: string, { position, time }: SealedEnd): Verdict {
  const text = `no event is here, and one at position ${position} was sealed at ${time}: the events were removed, or are in files that were not given`;
  const broken = { kind: 'removed', position, id: undefined, text } as const;
  return { tenant, cut: 0, piece: true, unproved: undefined, last: 0, sealed: undefined, broken };
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

/**
 * The row of the event in the line; undefined for a seal and an empty line. Refuses anything else, and a line that says more, or twice, what
 * the server says once: of that the hash tells nothing.
 */
function eventIn(text: string, place: string): Cells | undefined {
  if (text.trim() === '') return undefined;
  try {
    // A message of syslog has it behind its head.
    const own = text.slice(text.indexOf('{')).trimEnd();
    const line = JSON.parse(own);
    if (line.event === undefined && readSeal(String(line.seal), undefined)) return undefined;
    const { tenantId, position, hash, event } = line;
    if (!Number.isSafeInteger(position) || position < 1) throw new Error('its position is none');
    if (oneLine(own) !== oneLine(JSON.stringify({ tenantId, position, hash, event }))) {
      throw new Error('it is not as the server writes it');
    }
    const { id, activityDateTime, activityType, category, displayName, ...rest } = event;
    return {
      tenant_id: tenantId,
      position: String(position),
      hash,
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
