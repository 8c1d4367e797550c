// How requests are counted: by whom, of which kind, in which window.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createLimiter, intuneLimits, type Limit, limitsOf, readLimits } from '../../src/limits/index.js';

const start = Date.UTC(2026, 0, 1);
const limit: Limit = { name: 'x', per: 'tenant', requests: 'all', most: 3, seconds: 20 };

/** Sends a request that many milliseconds after the start; answers its Retry-After, or 0 where it is allowed. */
function sender(...limits: Limit[]) {
  const limiter = createLimiter(limits);
  assert.ok(limiter);
  return (at: number, request: { tenantId?: string; applicationId?: string | undefined; method?: string } = {}) =>
    limiter({ tenantId: 't', applicationId: 'a', method: 'GET', ...request }, start + at)?.retryAfter ?? 0;
}

describe('a limit', () => {
  test('refuses one too many, and tells when the first of them leaves the window', () => {
    const send = sender(limit);
    assert.deepEqual(
      [0, 5000, 9000, 10_000].map((at) => send(at)),
      [0, 0, 0, 11],
    );
    assert.equal(send(20_900), 1, 'the first is in the window still');
    assert.equal(send(21_000), 0);
    assert.equal(send(21_000), 5, 'the second leaves at 26 s');
  });

  test('does not count what it refuses', () => {
    const send = sender(limit);
    for (let at = 0; at < 20_000; at += 100) send(at);
    assert.equal(send(22_000), 0);
  });

  test('is right by the time that Retry-After names', () => {
    const send = sender({ ...limit, most: 50 });
    for (let at = 0; at < 100_000; at += 37) {
      const seconds = send(at);
      if (seconds > 0) assert.equal(send(at + seconds * 1000), 0, `at ${at}`);
      at += seconds * 1000;
    }
  });

  test('lets no window of its length, wherever it begins, have more', () => {
    const send = sender({ ...limit, most: 40 });
    const allowed: number[] = [];
    for (let at = 0; at < 120_000; at += 113) if (send(at) === 0) allowed.push(at);
    for (const from of allowed) {
      const inWindow = allowed.filter((at) => at >= from && at < from + 20_000).length;
      assert.ok(inWindow <= 40, `${inWindow} from ${from}`);
    }
    assert.ok(allowed.length > 180, 'and not much less');
  });

  test('goes on counting when the clock is set back', () => {
    const send = sender(limit);
    assert.deepEqual(
      [10_000, 0, 0, 0].map((at) => send(at)).map((seconds) => seconds > 0),
      [false, false, false, true],
    );
  });

  for (const [per, others] of [
    ['tenant', [false, true]],
    ['application', [true, true]],
  ] as const) {
    test(`per ${per} counts others apart`, () => {
      const send = sender({ ...limit, per, most: 1 });
      send(0);
      assert.equal(send(0) > 0, true);
      assert.deepEqual([send(0, { applicationId: 'b' }) === 0, send(0, { tenantId: 'u' }) === 0], others);
    });
  }

  for (const [requests, counted] of [
    ['all', ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE']],
    ['reads', ['GET', 'HEAD']],
    ['writes', ['POST', 'PATCH', 'PUT', 'DELETE']],
  ] as const) {
    test(`on ${requests} counts ${counted.join(', ')}`, () => {
      const methods = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'];
      const limited = methods.filter((method) => {
        const send = sender({ ...limit, requests, most: 1 });
        return send(0, { method }) === 0 && send(0, { method }) > 0;
      });
      assert.deepEqual(limited, counted);
    });
  }

  test('that others exceed is not counted by the rest', () => {
    const send = sender({ ...limit, name: 'writes', requests: 'writes', most: 1 }, { ...limit, most: 2 });
    send(0, { method: 'POST' });
    for (let count = 0; count < 5; count++) assert.ok(send(0, { method: 'POST' }) > 0);
    assert.equal(send(0), 0);
    assert.ok(send(0) > 0);
  });

  test('counts no more than 10,000 at a time, those first who still ask', () => {
    const send = sender({ ...limit, most: 1 });
    for (let tenant = 0; tenant < 10_000; tenant++) send(0, { tenantId: `${tenant}` });
    send(15_000, { tenantId: 'late' });
    assert.ok(send(15_000, { tenantId: '9999' }) > 0);
    for (let tenant = 0; tenant < 9_999; tenant++) send(40_000, { tenantId: `new ${tenant}` });
    assert.ok(send(41_000, { tenantId: 'new 0' }) > 0);
  });
});

describe('the limits of Intune', () => {
  const exceededBy = (method: string, applications: number): number => {
    const send = sender(...intuneLimits);
    for (let count = 0; ; count++) {
      if (send(0, { method, applicationId: `${count % applications}` }) > 0) return count;
    }
  };
  for (const [what, method, applications, most] of [
    ['100 writes of an application', 'PATCH', 1, 100],
    ['200 writes of a tenant', 'POST', 5, 200],
    ['1,000 requests of an application', 'GET', 1, 1000],
    ['2,000 requests of a tenant', 'GET', 5, 2000],
  ] as const) {
    test(`allow ${what} in 20 seconds`, () => assert.equal(exceededBy(method, applications), most));
  }
});

describe('a file of limits', async () => {
  const schema = JSON.parse(await readFile(new URL('../../../offshoot.limits.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true }).compile(schema);
  for (const [content, sentence] of [
    [{ limits: [] }, undefined],
    [{ limits: [limit, { ...limit, name: 'y', per: 'application', requests: 'writes' }] }, undefined],
    [[], /the file must be an object/],
    [{}, /limits must be a list/],
    [{ limits: [limit], limit: 1 }, /the file has no 'limit'\. Did you mean 'limits'\?/],
    [{ limits: [{ ...limit, most: 0 }] }, /limits\[0\]\.most must be a whole number from 1/],
    [{ limits: [limit, { ...limit, name: 'y', seconds: 0.5 }] }, /limits\[1\]\.seconds must be/],
    [{ limits: [{ ...limit, per: 'user' }] }, /limits\[0\]\.per must be one of tenant, application/],
    [{ limits: [{ ...limit, requests: 'some' }] }, /limits\[0\]\.requests must be one of/],
    [{ limits: [{ ...limit, name: 'a b' }] }, /limits\[0\]\.name must be/],
    [{ limits: [{ ...limit, msot: 1 }] }, /limits\[0\] has no 'msot'\. Did you mean 'most'\?/],
    [{ limits: ['x'] }, /limits\[0\] must be an object/],
  ] as [unknown, RegExp | undefined][]) {
    test(`agrees with its schema: ${JSON.stringify(content).slice(0, 90)}`, () => {
      assert.equal(validate(content), sentence === undefined);
      if (sentence) assert.throws(() => limitsOf(content), sentence);
      else assert.ok(limitsOf(content));
    });
  }

  test('has each name once', () => {
    assert.throws(() => limitsOf({ limits: [limit, limit] }), /'x' is given twice/);
  });

  test('that cannot be read is named', async () => {
    await assert.rejects(
      readLimits('/nowhere.json'),
      /The limits of '\/nowhere\.json' cannot be used: there is no such file/,
    );
  });
});
