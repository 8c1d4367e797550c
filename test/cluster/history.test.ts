// The checker of histories finds what is wrong with one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contradictionIn, type Observed } from './history.js';

const read = (begun: number, ended: number, version: number, value: string): Observed => ({
  kind: 'read',
  begun,
  ended,
  version,
  value,
});
const update = (
  begun: number,
  ended: number,
  expected: number,
  value: string,
  outcome: 'done' | 'refused' | 'unknown' = 'done',
): Observed => ({ kind: 'update', begun, ended, expected, value, outcome });

describe('a history', () => {
  for (const [what, observed, made] of [
    ['of reads and updates in turn', [read(0, 1, 1, 'a'), update(2, 3, 1, 'b'), read(4, 5, 2, 'b')], ['a', 'b']],
    [
      'of a read beside an update that sees either',
      [update(0, 9, 1, 'b'), read(1, 2, 1, 'a'), read(3, 4, 2, 'b')],
      ['a', 'b'],
    ],
    ['of two updates at once, one refused', [update(0, 5, 1, 'b'), update(1, 6, 1, 'c', 'refused')], ['a', 'b']],
    ['with an unknown update that took effect', [update(0, 5, 1, 'b', 'unknown'), read(6, 7, 2, 'b')], ['a', 'b']],
    ['with an unknown update that did not', [update(0, 5, 1, 'b', 'unknown'), read(6, 7, 1, 'a')], ['a']],
  ] as const) {
    test(`${what} is one object's`, () => assert.equal(contradictionIn(observed, made), undefined));
  }

  for (const [what, observed, made, said] of [
    ['a lost update', [update(0, 1, 1, 'b')], ['a'], /acknowledged and is lost/],
    ['a refused update that is there', [update(0, 1, 1, 'b', 'refused')], ['a', 'b'], /refused and is there/],
    ['an update applied twice', [update(0, 1, 1, 'b')], ['a', 'b', 'b'], /made twice/],
    ['an update over another', [update(0, 1, 1, 'c')], ['a', 'b', 'c'], /expected version 1 and made version 3/],
    ['a read that goes back', [read(0, 1, 2, 'b'), read(2, 3, 1, 'a')], ['a', 'b'], /read after version 2/],
    ['a read of what was acknowledged before it', [update(0, 1, 1, 'b'), read(2, 3, 1, 'a')], ['a', 'b'], /read after/],
    ['a read of the future', [read(0, 1, 2, 'b'), update(2, 3, 1, 'b')], ['a', 'b'], /before it was sent/],
    ['a value that no version has', [read(0, 1, 1, 'z')], ['a'], /was read as 'z'/],
    [
      'updates against their order',
      [update(4, 5, 1, 'b'), update(0, 1, 2, 'c')],
      ['a', 'b', 'c'],
      /made after version 3/,
    ],
    ['a refusal without a reason', [update(0, 1, 1, 'b', 'refused')], ['a'], /was the last/],
    [
      'a refusal before its reason',
      [update(0, 1, 1, 'b', 'refused'), update(2, 3, 1, 'c')],
      ['a', 'c'],
      /was the last/,
    ],
  ] as const) {
    test(`with ${what} is no object's`, () => assert.match(contradictionIn(observed, made) ?? 'nothing', said));
  }
});
