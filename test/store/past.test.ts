// Earlier states that are kept open: how many at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openPast } from '../../src/store/past.js';
import type { EntityReader, QueryReader } from '../../src/store/store.js';

const reader = {} as EntityReader & QueryReader;

test('states that could not be kept while the storage was slow are not made up for all at once', async () => {
  let [open, mostOpen, slow] = [0, 0, false];
  let quicken = (): void => {};
  const past = openPast(reader, async () => {
    open++;
    mostOpen = Math.max(mostOpen, open);
    if (slow) {
      slow = false;
      await new Promise<void>((resolve) => {
        quicken = resolve;
      });
    }
    return {
      reader,
      close: async () => {
        open--;
      },
    };
  });
  await past.keep(200);
  slow = true;
  // Room for some forty.
  await delay(800);
  quicken();
  await delay(60);
  await past.close();
  assert.equal(open, 0);
  assert.ok(mostOpen <= 12, `${mostOpen} were open at once`);
});
