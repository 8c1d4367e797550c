// What rules say of requests, and that the same seed says the same again.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import { createSimulation, type Simulation } from '../../src/simulation/index.js';

const get = { method: 'GET', url: '/beta/deviceManagement/derivedCredentials' };
const patch = { method: 'PATCH', url: '/beta/deviceManagement/derivedCredentials/1' };

async function withRules(rules: unknown, seed = 1): Promise<Simulation> {
  const simulation = createSimulation({ onChange: async () => {} });
  await simulation.set({ seed, rules });
  return simulation;
}

const effectsOf = (simulation: Simulation, request = get, count = 200): string[] =>
  Array.from({ length: count }, () => {
    const { effects = [], latency = 0 } = simulation.decide(request) ?? {};
    return `${effects.join()} ${latency}`;
  });

describe('a simulation', () => {
  test('repeats itself with the same seed, and differs with another', async () => {
    const rules = [
      { share: 0.5, latency: [10, 1000] },
      { share: 0.3, error: 503 },
      { share: 0.3, throttle: 1 },
    ];
    const first = effectsOf(await withRules(rules));
    assert.deepEqual(effectsOf(await withRules(rules)), first);
    assert.notDeepEqual(effectsOf(await withRules(rules, 2)), first);
    const again = await withRules(rules, 3);
    effectsOf(again);
    await again.set({ seed: 1, rules });
    assert.deepEqual(effectsOf(again), first, 'to set it anew is to begin anew');
  });

  test('has an effect on about the share of the requests, each rule by a lot of its own', async () => {
    const drawn = effectsOf(
      await withRules([
        { share: 0.25, error: 503 },
        { share: 0.25, latency: 1 },
      ]),
      get,
      4000,
    );
    const having = (name: string) => drawn.filter((effects) => effects.includes(name)).length / drawn.length;
    for (const name of ['error', 'latency']) assert.ok(Math.abs(having(name) - 0.25) < 0.03, `${having(name)}`);
    const both = drawn.filter((effects) => effects.startsWith('error,latency')).length / drawn.length;
    assert.ok(Math.abs(both - 0.0625) < 0.02, `${both}`);
    assert.ok(effectsOf(await withRules([{ share: 0, error: 503 }])).every((effects) => effects === ' 0'));
    assert.ok(effectsOf(await withRules([{ share: 1, error: 503 }])).every((effects) => effects === 'error 0'));
  });

  test('does not change what the other rules say when one is added', async () => {
    const alone = await withRules([{ share: 0.5, error: 503 }]);
    const first = effectsOf(alone);
    await alone.set({ rules: [{ share: 0.5, error: 503 }] });
    await alone.add({ path: '/me', throttle: 1 });
    assert.deepEqual(effectsOf(alone), first);
  });

  test('has an effect so many times at most', async () => {
    const simulation = await withRules([
      { method: 'PATCH', times: 2, error: 503 },
      { times: 3, latency: 5 },
    ]);
    assert.deepEqual(effectsOf(simulation, get, 1), ['latency 5']);
    assert.deepEqual(effectsOf(simulation, patch, 4), ['error,latency 5', 'error,latency 5', ' 0', ' 0']);
    const { rules } = simulation.tell();
    assert.deepEqual(
      rules.map(({ matched, applied }) => [matched, applied]),
      [
        [4, 2],
        [5, 3],
      ],
    );
  });

  test('lets the first rule of a kind count, throttle and error being one', async () => {
    const simulation = await withRules([
      { method: ['patch', 'DELETE'], throttle: 7 },
      { error: 504, retryAfter: 3 },
      { license: 'expired' },
      { license: 'absent' },
      { eventualDelay: 10 },
    ]);
    const read = simulation.decide(get);
    assert.deepEqual(read?.effects, ['error', 'license', 'eventualDelay']);
    assert.deepEqual([read?.refusal?.status, read?.refusal?.headers['retry-after']], [504, '3']);
    assert.deepEqual([read?.license, read?.eventualDelay], ['expired', 10]);
    const write = simulation.decide(patch);
    assert.deepEqual(write?.effects, ['throttle', 'license'], 'a write is of the present state');
    assert.deepEqual([write?.refusal?.status, write?.refusal?.headers['retry-after']], [429, '7']);
  });

  test('tells its rules as they were set, and takes what it tells', async () => {
    const rules = [
      { name: 'busy', method: 'PATCH', path: '/me', share: 0.5, times: 3, throttle: 2 },
      { method: ['GET', 'HEAD'], error: 503, retryAfter: 1 },
      { latency: 5 },
      { latency: [5, 10] },
      { license: 'absent' },
      { eventualDelay: 100 },
    ];
    const simulation = await withRules(rules, 7);
    const told = simulation.tell();
    assert.deepEqual(told, { seed: 7, rules: rules.map((rule) => ({ ...rule, matched: 0, applied: 0 })) });
    assert.deepEqual(await simulation.set(told), told);
    await simulation.clear();
    assert.deepEqual([simulation.tell(), simulation.decide(get)], [{ seed: 1, rules: [] }, undefined]);
  });

  test('says how long reads are delayed at most, so that earlier states are kept', async () => {
    const told: number[] = [];
    const simulation = createSimulation({ onChange: async (longest) => void told.push(longest) });
    await simulation.set({ rules: [{ eventualDelay: 10 }, { eventualDelay: 30 }] });
    await simulation.add({ latency: 100 });
    await simulation.clear();
    assert.deepEqual(told, [30, 30, 0]);
  });

  for (const [wrong, target] of [
    [[], ''],
    [{ rule: [] }, 'rule'],
    [{ rules: {} }, 'rules'],
    [{ rules: Array.from({ length: 101 }, () => ({ latency: 1 })) }, 'rules'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 1.5 }, 'seed'],
    [{ seed: '1' }, 'seed'],
    [{ rules: [1] }, 'rules[0]'],
    [{ rules: [{}] }, 'rules[0]/throttle'],
    [{ rules: [{ throttle: 1, error: 503 }] }, 'rules[0]/error'],
    [{ rules: [{ latency: 1 }, { lateny: 1 }] }, 'rules[1]/lateny'],
    [{ rules: [{ throttle: -1 }] }, 'rules[0]/throttle'],
    [{ rules: [{ throttle: 3601 }] }, 'rules[0]/throttle'],
    [{ rules: [{ throttle: 1, retryAfter: 1 }] }, 'rules[0]/retryAfter'],
    [{ rules: [{ error: 200 }] }, 'rules[0]/error'],
    [{ rules: [{ error: 418 }] }, 'rules[0]/error'],
    [{ rules: [{ error: '503' }] }, 'rules[0]/error'],
    [{ rules: [{ error: 503, retryAfter: 1.5 }] }, 'rules[0]/retryAfter'],
    [{ rules: [{ latency: 60_001 }] }, 'rules[0]/latency'],
    [{ rules: [{ latency: [2, 1] }] }, 'rules[0]/latency'],
    [{ rules: [{ latency: [1] }] }, 'rules[0]/latency'],
    [{ rules: [{ latency: [1, 2, 3] }] }, 'rules[0]/latency'],
    [{ rules: [{ latency: null }] }, 'rules[0]/latency'],
    [{ rules: [{ license: 'active' }] }, 'rules[0]/license'],
    [{ rules: [{ eventualDelay: 0 }] }, 'rules[0]/eventualDelay'],
    [{ rules: [{ eventualDelay: 1, method: 'PATCH' }] }, 'rules[0]/method'],
    [{ rules: [{ latency: 1, method: 'GET it' }] }, 'rules[0]/method'],
    [{ rules: [{ latency: 1, method: [] }] }, 'rules[0]/method'],
    [{ rules: [{ latency: 1, path: 'me' }] }, 'rules[0]/path'],
    [{ rules: [{ latency: 1, path: '/me?a=b' }] }, 'rules[0]/path'],
    [{ rules: [{ latency: 1, share: 1.1 }] }, 'rules[0]/share'],
    [{ rules: [{ latency: 1, share: '1' }] }, 'rules[0]/share'],
    [{ rules: [{ latency: 1, times: 0 }] }, 'rules[0]/times'],
    [{ rules: [{ latency: 1, name: 'a\nb' }] }, 'rules[0]/name'],
  ] as const) {
    test(`refuses ${JSON.stringify(wrong).slice(0, 60)} at '${target}', and goes on as before`, async () => {
      const simulation = await withRules([{ latency: 1 }]);
      const before = simulation.tell();
      await assert.rejects(
        simulation.set(wrong),
        (error) =>
          error instanceof GraphError &&
          error.status === 400 &&
          error.target === target &&
          !/undefined/.test(error.message),
      );
      assert.deepEqual(simulation.tell(), before);
    });
  }
});
