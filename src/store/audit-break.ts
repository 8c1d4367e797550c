// Looks through a chain of audit events for the first place where it was tampered with.
import { chainedColumns, type Link, linkAfter } from './audit-chain.js';
import type { Cells } from './table-pages.js';

/** What was done to a chain, as far as it can be told: the first bad place alone says anything for certain. */
export interface ChainBreak {
  readonly kind: 'changed' | 'removed' | 'inserted';
  /** Of the event, or of the first of those that are missing. */
  readonly position: number;
  /** The event's id; undefined where it is gone. */
  readonly id: string | undefined;
  /** A sentence, without the tenant. */
  readonly text: string;
}

/** How many events that were taken out, or put in, before the ones behind them were numbered anew are looked for. */
const farthest = 1000;

/**
 * The first break of the chain from `base` on; `events` come by their positions, and `head` is the last of them as the
 * store has it, or `unknown` where nobody has it. `onLink` is told of each event whose hash is right, in order, and may know of a break by other means.
 */
export async function findBreak(
  base: Link,
  events: AsyncIterable<Cells>,
  head: Link | 'unknown' | undefined,
  onLink: (link: Link, event: Cells) => Promise<ChainBreak | undefined> = async () => undefined,
): Promise<ChainBreak | undefined> {
  let before = base;
  let last: Cells | undefined;
  const source = events[Symbol.asyncIterator]();
  for (let next = await source.next(); !next.done; next = await source.next()) {
    const event = next.value;
    const { position, hash } = linkOf(event);
    const link = linkAfter(before, hashedPart(event));
    if (position > link.position) return gap(link.position, position - 1);
    if (position < link.position) return inserted(position, event, 'stands before the beginning of the chain');
    const known = head === 'unknown' ? undefined : head;
    if (hash !== link.hash) return explain(before, event, (await source.next()).value, known);
    const broken = await onLink(link, event);
    if (broken) return broken;
    before = link;
    last = event;
  }
  if (head === 'unknown') return undefined;
  if (head && head.position > before.position) return gap(before.position + 1, head.position);
  if (!last || head?.hash === before.hash) return undefined;
  const { position } = before;
  if (head?.position === position) {
    const text = `the end of the chain is not the hash of ${named(position, last)}`;
    return { kind: 'changed', position, id: last.id ?? undefined, text };
  }
  return inserted(position, last, head ? 'is behind the end of the chain' : 'belongs to a chain whose end is gone');
}

/** The event's hash is not what the events before it make it. */
function explain(before: Link, event: Cells, next: Cells | undefined, head: Link | undefined): ChainBreak {
  const { position, hash } = linkOf(event);
  const follows = (link: Link): boolean => {
    if (!next) return head?.hash === hash && head.position === link.position;
    return linkAfter(link, hashedPart(next)).hash === next.hash;
  };
  if (follows({ position, hash })) {
    return { kind: 'changed', position, id: event.id ?? undefined, text: `${named(position, event)} was changed` };
  }
  if (next ? linkAfter(before, hashedPart(next)).hash === next.hash : head?.hash === before.hash) {
    return inserted(position, event, 'was inserted');
  }
  for (let by = 1; by <= farthest; by++) {
    if (follows({ position: position + by, hash })) return gap(position, position + by - 1);
    if (follows({ position: position - by, hash })) {
      const first = position - by;
      const text = `${by === 1 ? 'an event was' : `${by} events were`} inserted at position ${first}, before ${named(position, event)}`;
      return { kind: 'inserted', position: first, id: undefined, text };
    }
  }
  return { kind: 'changed', position, id: event.id ?? undefined, text: `${named(position, event)} was changed` };
}

function gap(first: number, last: number): ChainBreak {
  const text =
    first === last ? `the event at position ${first} was removed` : `the events from ${first} to ${last} were removed`;
  return { kind: 'removed', position: first, id: undefined, text };
}

function inserted(position: number, event: Cells, how: string): ChainBreak {
  return { kind: 'inserted', position, id: event.id ?? undefined, text: `${named(position, event)} ${how}` };
}

function named(position: number, event: Cells): string {
  return `the event ${event.id} at position ${position}`;
}

/** Where a row, of an event or of the end of a chain, says that it stands. */
export function linkOf(row: Cells): Link {
  return { position: Number(row.position), hash: String(row.hash) };
}

function hashedPart(event: Cells): (string | null)[] {
  return chainedColumns.slice(1).map((column) => event[column] ?? null);
}

/** The events again, once one of them was taken off to look at. */
export async function* startingWith(first: Cells | undefined, others: AsyncIterable<Cells>): AsyncGenerator<Cells> {
  if (!first) return;
  yield first;
  yield* others;
}
