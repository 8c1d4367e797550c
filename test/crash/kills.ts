// Kills at random moments under load: what was acknowledged is there afterwards, once, with its audit events.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ground } from './ground.js';
import { openHistory } from './history.js';
import { startLoad, targetsOf } from './load.js';

/** How many kills; the full form has a hundred. */
const rounds = Number(process.env.OFFSHOOT_CRASH ?? 4);
/** Decides when each kill comes, and what it hits; another seed tries out other moments. */
const seed = Number(process.env.CRASH_SEED ?? 20260301);
/** How long the load may run before a kill, and a start before it is killed, in milliseconds. */
const longestLoad = 400;
const longestStart = 600;

export async function killAtRandom(t: TestContext, ground: Ground): Promise<void> {
  t.diagnostic(`CRASH_SEED=${seed}`);
  const random = mulberry32(seed);
  const [first] = ground.nodes();
  assert.ok(first);
  const targets = targetsOf(first);
  const history = openHistory(targets);
  const victims = Object.entries(ground.kills);
  for (let round = 0; round < rounds; round++) {
    const load = startLoad(ground.nodes(), targets, `round ${round}`);
    await load.underWay;
    await delay(Math.floor(random() * longestLoad));
    const [, kill] = victims[Math.floor(random() * victims.length)] ?? [];
    await kill?.();
    await load.stop();
    for (const { acknowledged, objects } of targets)
      assert.ok(acknowledged.length > 0, `${objects} changed before the kill`);
    // One start in four is killed as well, on its way through recovery.
    const interrupted = Math.floor(random() * longestStart * 4);
    await ground.recover(interrupted < longestStart ? interrupted : undefined);
    const [node] = ground.nodes();
    assert.ok(node);
    await history.check(node);
  }
  await ground.close();
  await ground.verify();
  const total = targets.reduce((sum, target) => sum + target.total, 0);
  t.diagnostic(`${total} changes were acknowledged before ${rounds} kills; each is there, with its audit events`);
}

/** Tommy Ettinger's small generator: numbers from 0 to below 1, the same for the same seed. */
function mulberry32(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
