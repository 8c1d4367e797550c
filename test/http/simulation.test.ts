// Simulation through the front door: throttling, errors, latency, licence and eventual delay, for requests and parts of batches.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { refusals } from '../../src/base/index.js';
import { simulatedErrors } from '../../src/simulation/index.js';
import { within } from '../cli/program.js';
import { type Answer, type CallOptions, call } from '../support.js';
import { assertRefusal } from './refusals.js';
import { openSession, type Session } from './session.js';
import { openTenants } from './tenants.js';

let session: Session;
let settings: string;
let vpn: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
});
after(() => session.close());
beforeEach(() => session.development.reset());

const control = (method: string, body?: unknown, options: CallOptions = {}): Promise<Answer> =>
  call(session.server, method, '/development/simulation', {
    token: null,
    ...(body !== undefined && { body }),
    ...options,
  });
const simulate = async (...rules: object[]): Promise<void> => {
  const { status, text } = await control('PUT', { rules });
  assert.equal(status, 200, text);
};
const get = (path = settings) => session.send('GET', path);
const patch = (displayName: string, path = settings) => session.send('PATCH', path, { body: { displayName } });
const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);
const times = async (count: number, send: () => Promise<Answer>): Promise<Answer[]> => {
  const answers: Answer[] = [];
  for (let sent = 0; sent < count; sent++) answers.push(await send());
  return answers;
};
const batch = async (...requests: object[]) => {
  const { status, json, text } = await call(session.server, 'POST', '/beta/$batch', {
    body: { requests: requests.map((request, index) => ({ id: `${index}`, method: 'GET', ...request })) },
  });
  assert.equal(status, 200, text);
  const { responses } = json as {
    responses: { status: number; headers: Record<string, string>; body: Answer['json'] }[];
  };
  return responses;
};
const change = (displayName: string, more: object = {}) => ({
  method: 'PATCH',
  url: `/deviceManagement/${settings}`,
  headers: { 'content-type': 'application/json' },
  body: { displayName },
  ...more,
});

describe('simulated throttling', () => {
  test('is 429 in Graph’s shape with Retry-After, tells that it is simulated, and ends after its times', async () => {
    await simulate({ method: 'PATCH', path: '/deviceManagement/derivedCredentials/*', throttle: 7, times: 1 });
    const first = await patch('first');
    assertRefusal(first, {
      status: 429,
      code: 'TooManyRequests',
      message: 'Please retry again later.',
      headers: { 'retry-after': '7', 'offshoot-simulated': 'throttle' },
    });
    assert.equal((await get()).json.displayName, 'Derived credentials', 'nothing was written');
    const second = await patch('second');
    assert.deepEqual([second.status, second.headers['offshoot-simulated']], [200, undefined]);
  });

  test('of a path is for its cast routes too, and for no others', async () => {
    const route = `${vpn}/derivedCredentialSettings`;
    await simulate({ path: '/deviceManagement/deviceConfigurations/{id}/derivedCredentialSettings', throttle: 1 });
    const cast = `${vpn}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`;
    assert.deepEqual(statuses([await get(route), await get(cast), await patch('x', cast)]), [429, 429, 429]);
    assert.deepEqual(statuses([await get(), await get(vpn)]), [200, 200]);
  });

  test('is for each request of a batch in its own right, while the batch itself is another route', async () => {
    await simulate({ method: 'PATCH', throttle: 3, times: 1 });
    const [read, first, second] = await batch(
      { url: `/deviceManagement/${settings}` },
      change('first'),
      change('second'),
    );
    assert.deepEqual([read?.status, first?.status, second?.status], [200, 429, 200]);
    assert.equal(first?.headers['Retry-After'], '3');
    assert.equal(first?.headers['Offshoot-Simulated'], 'throttle');
    assert.equal(first?.body.error.innerError.code, '429');
    assert.equal((await get()).json.displayName, 'second');

    await simulate({ path: '/$batch', throttle: 1 });
    assert.equal(
      (
        await call(session.server, 'POST', '/beta/$batch', {
          body: { requests: [{ id: '1', method: 'GET', url: '/me' }] },
        })
      ).status,
      429,
    );
    assert.equal((await get()).status, 200);
  });

  test('of one request of an atomicity group leaves nothing of the group', async () => {
    await simulate({ method: 'PATCH', path: `/deviceManagement/${vpn}`, error: 503 });
    const group = { atomicityGroup: 'g' };
    const [first, second] = await batch(change('a', group), change('b', { ...group, url: `/deviceManagement/${vpn}` }));
    assert.deepEqual([first?.status, second?.status], [424, 503]);
    assert.equal((await get()).json.displayName, 'Derived credentials');
  });
});

describe('a simulated error', () => {
  for (const [status, name] of simulatedErrors) {
    test(`of ${status} has Graph’s shape and its own text`, async () => {
      await simulate({ error: status });
      const { code, message } = refusals[name];
      const answer = await get();
      const headers = { 'offshoot-simulated': 'error' };
      // Of the real ones, a 412 tells the entity tag.
      if (status === 412) assert.deepEqual([answer.status, answer.json.error.code], [412, code]);
      else assertRefusal(answer, { status, code, message, headers });
    });
  }

  test('is met by a share of the requests, the same ones each time with the same seed', async () => {
    const rules = [{ path: '/deviceManagement/**', share: 0.5, error: 503, retryAfter: 1 }];
    const run = async (seed: number) => {
      assert.equal((await control('PUT', { seed, rules })).status, 200);
      return statuses(await times(30, get));
    };
    const first = await run(11);
    assert.ok(first.includes(200) && first.includes(503));
    assert.deepEqual(await run(11), first);
    assert.notDeepEqual(await run(12), first);
    const parts = async () => {
      await control('PUT', { seed: 11, rules });
      const url = `/deviceManagement/${settings}`;
      return (await batch({ url }, { url, dependsOn: ['0'] }, { url }, { url, dependsOn: ['2'] }, { url })).map(
        ({ status }) => status,
      );
    };
    assert.deepEqual(await parts(), await parts());
  });

  test('comes after the token, whose own refusals stay what they are', async () => {
    await simulate({ error: 500 });
    const { status, headers } = await session.send('GET', settings, { token: null });
    assert.deepEqual([status, headers['offshoot-simulated']], [401, undefined]);
  });

  test('is nothing that documents and health are asked for', async () => {
    await simulate({ error: 500 });
    for (const path of ['/beta/$metadata', '/beta', '/healthz', '/readyz', '/metrics']) {
      assert.equal((await call(session.server, 'GET', path, { token: null })).status, 200, path);
    }
  });
});

describe('simulated latency', () => {
  test('lets the request wait, then answers it as ever', async () => {
    await simulate({ latency: [20, 40] });
    const begun = performance.now();
    const { status, headers } = await get();
    assert.deepEqual([status, headers['offshoot-simulated']], [200, 'latency']);
    // A timer of Node's may be a millisecond early.
    assert.ok(performance.now() - begun >= 19);
  });

  test('goes together with what else is simulated', async () => {
    await simulate({ latency: 1 }, { error: 504 }, { license: 'expired' });
    const { status, headers } = await get();
    assert.deepEqual([status, headers['offshoot-simulated']], [504, 'latency, error, license']);
  });

  test('does not keep a server from stopping', async () => {
    const own = await openSession();
    await own.development.simulation.set({ rules: [{ latency: 60_000 }] });
    const answer = own.send('GET', 'derivedCredentials');
    await within(5000, async () => own.development.simulation.tell().rules[0]?.applied === 1);
    await own.close();
    assert.equal((await answer).status, 200);
  });
});

describe('a simulated licence', () => {
  test('is answered as a tenant’s own would be, on the routes of the rule', async () => {
    await simulate({ license: 'expired', path: '/deviceManagement/**' });
    const refused = await get();
    assert.deepEqual([refused.status, refused.json.error.code], [403, 'Forbidden']);
    assert.match(refused.json.error.message, /expired/);
    assert.equal(refused.headers['offshoot-simulated'], 'license');
    const told = await call(session.server, 'GET', '/beta/deviceManagement');
    assert.equal(told.status, 200);
    const licensed = told.json.subscriptionState;
    await control('DELETE');
    assert.notEqual((await call(session.server, 'GET', '/beta/deviceManagement')).json.subscriptionState, licensed);
    assert.equal((await get()).status, 200);
  });
});

describe('a simulated delay of reads', () => {
  const reads = async () => ({
    byId: (await get()).json.displayName,
    byProfile: (await get(`${vpn}/derivedCredentialSettings`)).json?.displayName,
    byCast: (await get(`${vpn}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`)).json?.displayName,
    listed: (await get('derivedCredentials')).json.value.map((each: { displayName: string }) => each.displayName),
    filtered: (await get("derivedCredentials?$filter=displayName eq 'new'&$count=true")).json['@odata.count'],
    expanded: (await get(`${vpn}?$expand=microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`)).json
      .derivedCredentialSettings?.displayName,
    part: (await batch({ url: `/deviceManagement/${settings}` }))[0]?.body.displayName,
    audit: (await get('auditEvents/$count')).text,
  });

  test('answers, by every route, the state of that time ago, while a write answers its own', async () => {
    const first = await reads();
    await simulate({ eventualDelay: 60_000 });
    assert.deepEqual(await reads(), first);
    const written = await patch('new');
    assert.deepEqual([written.status, written.json.displayName], [200, 'new']);
    assert.equal(written.headers['offshoot-simulated'], undefined);
    const read = await get();
    assert.equal(read.headers['offshoot-simulated'], 'eventualDelay');
    assert.notEqual(read.headers.etag, written.headers.etag);
    assert.deepEqual(await reads(), first);
    assert.equal((await patch('newer')).json.displayName, 'newer', 'a write is decided on the present state');
    await control('DELETE');
    assert.equal((await get()).json.displayName, 'newer');
  });

  test('ends by itself: what was written is seen a while later', async () => {
    await simulate({ eventualDelay: 300 });
    await patch('new');
    assert.equal((await get()).json.displayName, 'Derived credentials');
    await within(10_000, async () => (await get()).json.displayName === 'new');
    const made = await session.send('POST', 'deviceConfigurations', {
      body: { '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration', displayName: 'made' },
    });
    assert.equal(made.status, 201);
    assert.equal((await get(`deviceConfigurations/${made.json.id}`)).status, 404);
    await within(10_000, async () => (await get(`deviceConfigurations/${made.json.id}`)).status === 200);
  });

  test('is of the routes of the rule alone', async () => {
    await simulate({ eventualDelay: 60_000, path: '/deviceManagement/deviceConfigurations/**' });
    await patch('new');
    assert.equal((await get()).json.displayName, 'new');
    assert.equal((await get(`${vpn}/derivedCredentialSettings`)).json.displayName, 'Derived credentials');
  });
});

describe('the simulation', () => {
  test('is set, added to, told and cleared in one call each, and by the library too', async () => {
    const set = await control('PUT', { seed: 3, rules: [{ name: 'a', error: 503 }] });
    assert.deepEqual(set.json, { seed: 3, rules: [{ name: 'a', error: 503, matched: 0, applied: 0 }] });
    await get();
    const added = await control('POST', { latency: 1 });
    assert.deepEqual(
      added.json.rules.map((rule: { matched: number; applied: number }) => [rule.matched, rule.applied]),
      [
        [1, 1],
        [0, 0],
      ],
    );
    assert.deepEqual((await control('GET')).json, added.json);
    assert.deepEqual(session.development.simulation.tell(), added.json);
    assert.equal((await control('DELETE')).status, 204);
    assert.deepEqual((await control('GET')).json, { seed: 1, rules: [] });
    await session.development.simulation.set({ rules: [{ throttle: 0 }] });
    assert.equal((await get()).status, 429);
    await session.development.reset();
    assert.equal((await get()).status, 200, 'a reset clears it');
  });

  test('refuses what it does not understand, with the place that is wrong', async () => {
    const { status, json } = await control('PUT', { rules: [{ error: 503 }, { eror: 503 }] });
    assert.deepEqual([status, json.error.target], [400, 'rules[1]/eror']);
    assert.match(json.error.message, /Did you mean 'error'/);
    assert.equal(
      (await control('PUT', '{"rules":[],"rules":[]}', { headers: { 'content-type': 'application/json' } })).status,
      400,
    );
    assert.equal((await control('PUT', '{}', { headers: { 'content-type': 'text/plain' } })).status, 415);
    assert.equal(
      (await control('PUT', {}, { headers: { 'content-type': 'application/json', origin: 'https://evil.example' } }))
        .status,
      403,
    );
    assert.equal((await control('PATCH', {})).status, 405);
    assert.deepEqual((await control('GET')).json.rules, []);
  });

  test('is counted', async () => {
    await simulate({ throttle: 1 }, { latency: 1 });
    const count = async (effect: string) => {
      const { text } = await call(session.server, 'GET', '/metrics', { token: null });
      return Number(new RegExp(`^offshoot_simulated_total\\{effect="${effect}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    };
    const before = await count('throttle');
    const others = await count('latency');
    await times(3, get);
    assert.deepEqual([await count('throttle'), await count('latency')], [before + 3, others + 3]);
  });

  test('is not there in production', async (t) => {
    const tenants = await openTenants();
    t.after(() => tenants.close());
    const token = await tenants.token(await tenants.keep('active'));
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      const body = method === 'PUT' ? { rules: [{ error: 503 }] } : undefined;
      assert.equal((await tenants.send(method, '/development/simulation', { token, body })).status, 400);
    }
    assert.equal((await tenants.send('GET', 'derivedCredentials', { token })).status, 200);
  });
});
