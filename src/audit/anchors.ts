// Seals that were kept away from the store, so that nobody who can write there can take them along.
import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readSeal, type SealedEnd, sealsIn } from './seal.js';

/** By the tenant, in the order of positions. */
export type Anchors = ReadonlyMap<string, readonly SealedEnd[]>;

/**
 * The seals in files, whatever else stands there: logs, or what `offshoot audit seals` printed. Refuses a file without any,
 * and a seal that none of the keys signed.
 */
export async function readAnchors(files: readonly string[], keys: readonly KeyObject[] | undefined): Promise<Anchors> {
  const anchors = new Map<string, SealedEnd[]>();
  for (const file of files) {
    const seals = sealsIn(await readFile(file, 'utf8'));
    if (seals.length === 0) throw new Error(`The anchor '${file}' has no seal in it.`);
    for (const seal of seals) {
      const end = readSeal(seal, keys);
      if (!end) throw new Error(`The anchor '${file}' has a seal that none of the public keys signed: ${seal}`);
      anchors.set(end.tenant, [...(anchors.get(end.tenant) ?? []), end]);
    }
  }
  for (const ends of anchors.values()) ends.sort((a, b) => a.position - b.position);
  return anchors;
}

/** Those that were signed by then: an older backup knows of no later ones. */
export function anchorsUntil(anchors: Anchors, time: string): Anchors {
  const entries = [...anchors].map(([tenant, ends]) => [tenant, ends.filter((end) => end.time <= time)] as const);
  return new Map(entries.filter(([, ends]) => ends.length > 0));
}
