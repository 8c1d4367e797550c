// What was signed of one tenant's chain, from the store and from elsewhere, in the order of positions.
import type { KeyObject } from 'node:crypto';
import type { Cells } from '../store/index.js';
import { readSeal, type SealedEnd } from './seal.js';

/** That the chain had this end; `end` is undefined where the store's seal is not what it has to be. */
export interface Claim {
  readonly position: number;
  readonly end: SealedEnd | undefined;
  /** Whether the store has it, rather than an anchor. */
  readonly kept: boolean;
}

export interface Claims {
  /** The next claim, if it is of this position or one before. */
  upTo(position: number): Promise<Claim | undefined>;
}

/** `rows` are those of the tenant's seals; `anchors` are in the order of positions. */
export function openClaims(
  tenant: string,
  rows: AsyncGenerator<Cells>,
  anchors: readonly SealedEnd[],
  keys: readonly KeyObject[] | undefined,
): Claims {
  let kept: Claim | undefined;
  let begun = false;
  let index = 0;

  const readNext = async (): Promise<Claim | undefined> => {
    const { value: row, done } = await rows.next();
    if (done) return undefined;
    const position = Number(row.position);
    const end = readSeal(String(row.seal), keys);
    const isRight = end?.tenant === tenant && end.position === position;
    return { position, end: isRight ? end : undefined, kept: true };
  };

  return {
    async upTo(position) {
      if (!begun) kept = await readNext();
      begun = true;
      const anchor = anchors[index];
      const first = kept && (!anchor || kept.position <= anchor.position) ? kept.position : anchor?.position;
      if (first === undefined || first > position) return undefined;
      if (kept?.position === first) {
        const claim = kept;
        kept = await readNext();
        return claim;
      }
      index++;
      return anchor && { position: first, end: anchor, kept: false };
    },
  };
}
