// How often the property-based tests run, and on what.
import fc from 'fast-check';

const factor = Number(process.env.OFFSHOOT_FUZZ ?? 1);
const seed = process.env.OFFSHOOT_FUZZ_SEED;

/**
 * Checks what must hold for every seed of dice, so often; `npm run test:fuzz` checks more of them. A failure tells the seed
 * that it began with, which OFFSHOOT_FUZZ_SEED repeats.
 */
export async function always(count: number, check: (seed: number) => void | Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.noShrink(fc.nat()), async (dice) => check(dice)),
    {
      numRuns: Math.ceil(count * factor),
      endOnFailure: true,
      ...(seed !== undefined && { seed: Number(seed) }),
    },
  );
}
