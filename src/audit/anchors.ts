// Seals that were kept away from the store, so that nobody who can write there can take them along.
import type { KeyObject } from 'node:crypto';
import { bytesOf, linesIn } from '../base/index.js';
import { readSeal, type SealedEnd, sealsIn } from './seal.js';

/** By the tenant, in the order of positions. */
export type Anchors = ReadonlyMap<string, readonly SealedEnd[]>;

/**
 * The seals in files, whatever else stands there: logs, exports, or what `offshoot audit seals` printed. Refuses a file without any
 * (unless it may be `empty` of them), and a seal that none of the keys signed.
 */
export async function readAnchors(
  files: readonly string[],
  keys: readonly KeyObject[] | undefined,
  { empty = false }: { empty?: boolean } = {},
): Promise<Anchors> {
  const anchors = new Map<string, SealedEnd[]>();
  for (const file of files) {
    let found = empty;
    for await (const line of linesIn(bytesOf(file))) {
      for (const seal of sealsIn(sealedPart(line.toString()))) {
        found = true;
        const end = readSeal(seal, keys);
        if (!end) throw new Error(`'${file}' has a seal that none of the public keys signed: ${seal}`);
        const ends = anchors.get(end.tenant);
        if (ends) ends.push(end);
        else anchors.set(end.tenant, [end]);
      }
    }
    if (!found) throw new Error(`The anchor '${file}' has no seal in it.`);
  }
  for (const ends of anchors.values()) ends.sort((a, b) => a.position - b.position);
  return anchors;
}

/**
 * Where a seal may stand in the line. Of a line that the server wrote, that is the one member for it: the others tell what
 * clients sent, names and addresses, which may look like a seal.
 */
function sealedPart(text: string): string {
  const line = ownLine(text);
  if (line === undefined) return text;
  return typeof line.seal === 'string' ? line.seal : '';
}

/** A line of the log, or of an export: as itself, behind the head of a message, or in a member of what a collector made of it. */
function ownLine(text: string): { readonly seal?: unknown } | undefined {
  try {
    return ownIn(JSON.parse(text.slice(text.indexOf('{'))));
  } catch {
    return undefined;
  }
}

function ownIn(value: unknown): { readonly seal?: unknown } | undefined {
  if (typeof value === 'string') return value.includes('{') ? ownLine(value) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { seal, event, hash } = value as { readonly seal?: unknown; readonly event?: unknown; readonly hash?: unknown };
  if (seal !== undefined) return { seal };
  // What is called so by a collector has the line in it.
  const isEvent = typeof event === 'string' ? /^\w+$/.test(event) : event !== undefined && hash !== undefined;
  if (isEvent) return {};
  for (const member of Object.values(value)) {
    const own = ownIn(member);
    if (own) return own;
  }
  return undefined;
}

export function mergeAnchors(a: Anchors, b: Anchors): Anchors {
  const tenants = new Set([...a.keys(), ...b.keys()]);
  const merged = [...tenants].map((tenant) => {
    const ends = [...(a.get(tenant) ?? []), ...(b.get(tenant) ?? [])];
    return [tenant, ends.sort((one, other) => one.position - other.position)] as const;
  });
  return new Map(merged);
}

/** Those that were signed by then: an older backup knows of no later ones. */
export function anchorsUntil(anchors: Anchors, time: string): Anchors {
  const entries = [...anchors].map(([tenant, ends]) => [tenant, ends.filter((end) => end.time <= time)] as const);
  return new Map(entries.filter(([, ends]) => ends.length > 0));
}
