// One small request that makes much of itself: batches in batches, circles, many parts, and expansions that multiply.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder } from '../cli/program.js';
import { stateOf } from '../http/refusals.js';
import { openSession, type Session } from '../http/session.js';
import { type Answer, call } from '../support.js';

let session: Session;
/** A profile that is assigned to as many groups as may be. */
let profile: string;
before(async () => {
  session = await openSession();
  profile = String(session.development.profiles.iosVpnConfiguration);
  const assignments = Array.from({ length: 500 }, (_, n) => ({
    target: {
      '@odata.type': '#microsoft.graph.groupAssignmentTarget',
      groupId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    },
  }));
  await session.expect(200, 'POST', `deviceConfigurations/${profile}/assign`, { assignments });
});
after(() => session.close());

const batch = (body: unknown): Promise<Answer> => call(session.server, 'POST', '/beta/$batch', { body });
const part = (id: string, more: object = {}) => ({
  ...{ id, method: 'PATCH', url: `/deviceManagement/derivedCredentials/${session.development.settingsId}` },
  headers: { 'Content-Type': 'application/json' },
  body: { displayName: `amplified ${id}` },
  ...more,
});

/** Refused as a whole, by its form alone, and nothing of it was done. */
async function isRefused(body: unknown, reason: RegExp): Promise<void> {
  const before = await stateOf(session);
  const { status, json, text } = await batch(body);
  assert.equal(status, 400, text);
  assert.match(json.error.message, reason);
  assert.equal(await stateOf(session), before);
}

describe('a batch', () => {
  test('of 21 parts is refused, and so is one of a million', async () => {
    await isRefused({ requests: Array.from({ length: 21 }, (_, n) => part(`${n}`)) }, /maximum value of 20/);
    const body = `{"requests":[${Array.from({ length: 1_000_000 }, () => '{}').join()}]}`;
    await isRefused(body, /maximum value of 20/);
  });

  test('in a batch is refused, however it is spelled', async () => {
    for (const url of [
      '/$batch',
      '$batch',
      '/beta/$batch',
      'beta/$batch/',
      '/%24batch',
      '/BETA/$BATCH',
      '/beta//$batch',
      '/$batch?x=1',
      '/$batch#x',
      'https://graph.microsoft.com/beta/$batch',
      `${session.server.plainUrl}/beta/%24BATCH`,
    ]) {
      const inner = part('2', { method: 'POST', url, body: { requests: [part('3')] } });
      await isRefused({ requests: [part('1'), inner] }, /a batch cannot be part of another one/);
    }
    for (const url of ['/beta/%2524batch', '/%62eta/$batch', '/v1.0/$batch', '/deviceManagement/../$batch']) {
      const before = await stateOf(session);
      const { json } = await batch({ requests: [part('2', { method: 'POST', url, body: { requests: [part('3')] } })] });
      assert.equal(json.responses[0].status, 400, url);
      assert.equal(await stateOf(session), before);
    }
  });

  test('whose parts depend on each other in a circle, of one or of twenty, is refused', async () => {
    const circle = (size: number) =>
      Array.from({ length: size }, (_, n) => part(`${n}`, { dependsOn: [`${(n + 1) % size}`] }));
    await isRefused({ requests: circle(1) }, /cannot depend on itself/);
    for (const size of [2, 3, 20]) await isRefused({ requests: circle(size) }, /in a circle/);
    const groups = [
      part('1', { atomicityGroup: 'a', dependsOn: ['b'] }),
      part('2', { atomicityGroup: 'b', dependsOn: ['a'] }),
    ];
    await isRefused({ requests: groups }, /in a circle/);
  });

  test('whose part depends on more than there are is refused, and no fault', async () => {
    const dependsOn = Array.from({ length: 400_000 }, (_, n) => n);
    for (const atomicityGroup of [undefined, 'g']) {
      const requests = [part('a', { atomicityGroup }), part('b', { atomicityGroup, dependsOn })];
      await isRefused({ requests }, /more than 40 ids/);
    }
  });

  test('in which every part waits for all before it does each once', async () => {
    const requests = Array.from({ length: 20 }, (_, n) =>
      part(`p${n}`, { dependsOn: Array.from({ length: n }, (_, before) => `p${before}`) }),
    );
    const events = await session.auditOf(() => batch({ requests }));
    assert.equal(events.length, 20);
  });

  test('fails what depends on what failed, and asks nothing for it', async () => {
    const requests = [
      part('0', { body: { renewalThresholdPercentage: 0 } }),
      ...Array.from({ length: 19 }, (_, n) => part(`${n + 1}`, { dependsOn: [`${n}`] })),
    ];
    let answer: Answer | undefined;
    const events = await session.auditOf(async () => {
      answer = await batch({ requests });
    });
    assert.deepEqual(events, []);
    const statuses = answer?.json.responses.map(({ status }: { status: number }) => status);
    assert.deepEqual(statuses, [400, ...Array.from({ length: 19 }, () => 424)]);
  });

  test('is charged by its parts, each against its own token', async (t) => {
    const file = join(await temporaryFolder(t), 'limits.json');
    const limit = { name: 'few', per: 'tenant', requests: 'all', most: 30, seconds: 3600 };
    await writeFile(file, JSON.stringify({ limits: [limit] }));
    const few = await openSession({ limits: file });
    t.after(() => few.close());
    const requests = Array.from({ length: 20 }, (_, n) => ({ id: `${n}`, method: 'GET', url: '/deviceManagement' }));
    const send = async (): Promise<number[]> => {
      const { json } = await call(few.server, 'POST', '/beta/$batch', { body: { requests } });
      return json.responses.map(({ status }: { status: number }) => status);
    };
    const [first, second] = [await send(), await send()];
    assert.deepEqual(first, Array(20).fill(200));
    assert.deepEqual(second, [...Array(10).fill(200), ...Array(10).fill(429)]);
    assert.equal((await few.send('GET', 'derivedCredentials')).status, 429);
    const token = await few.development.token({ tenantId: '11111111-1111-4111-8111-111111111111' });
    const foreign = requests.map((request) => ({ ...request, headers: { Authorization: `Bearer ${token}` } }));
    const { json } = await call(few.server, 'POST', '/beta/$batch', { body: { requests: foreign } });
    assert.deepEqual([...new Set(json.responses.map(({ status }: { status: number }) => status))], [401]);
  });
});

describe('an answer', () => {
  const circular = (levels: number): string =>
    levels === 0
      ? 'groupAssignments'
      : `groupAssignments($expand=deviceConfiguration${levels === 1 ? '' : `($expand=${circular(levels - 2)})`})`;

  for (const query of [circular(1), circular(2), circular(3), '*', 'groupAssignments($expand=*)']) {
    test(`to $expand=${query} is a few megabytes at most`, async () => {
      const { status, text } = await session.send('GET', `deviceConfigurations/${profile}?$expand=${query}`);
      assert.ok(status === 200 || status === 400, text.slice(0, 300));
      assert.ok(text.length < 4_000_000, `${text.length} characters`);
    });
  }

  test('tells where the rest of an expanded collection is', async () => {
    const path = `deviceConfigurations/${profile}?$expand=groupAssignments($expand=deviceConfiguration;$select=id)`;
    let { groupAssignments: found, 'groupAssignments@odata.nextLink': next } = await session.expect(200, 'GET', path);
    const ids = new Set(found.map(({ id }: { id: string }) => id));
    while (next) {
      ({ value: found, '@odata.nextLink': next } = (await call(session.server, 'GET', next)).json);
      for (const { id } of found) ids.add(id);
    }
    assert.equal(ids.size, 500);
  });

  test('of twenty parts is twenty such at most', async () => {
    const url = `/deviceManagement/deviceConfigurations?$expand=${circular(3)}`;
    const requests = Array.from({ length: 20 }, (_, n) => ({ id: `${n}`, method: 'GET', url }));
    const { status, text } = await batch({ requests });
    assert.equal(status, 200);
    assert.ok(text.length < 80_000_000, `${text.length} characters`);
  });

  test('with a list of long objects ends where it is long enough, and tells where it goes on', async () => {
    const long = Array.from({ length: 500 }, (_, n) => `${n}`.padEnd(1024, 'x'));
    const body = { '@odata.type': '#microsoft.graph.iosDerivedCredentialAuthenticationConfiguration' };
    const ids = new Set<string>();
    for (let n = 0; n < 40; n++) {
      const made = { ...body, displayName: `long ${n}`, roleScopeTagIds: long };
      ids.add((await session.expect(201, 'POST', 'deviceConfigurations', made)).id);
    }
    const found = new Set<string>();
    let pages = 0;
    for (let next = `${session.root}/deviceConfigurations?$filter=startswith(displayName,'long')`; next; pages++) {
      const { json, text } = await call(session.server, 'GET', next);
      assert.ok(text.length < 10_000_000, `${text.length} characters`);
      for (const { id } of json.value) found.add(id);
      next = json['@odata.nextLink'];
    }
    assert.deepEqual(found, ids);
    assert.ok(pages > 1, `${pages} pages`);
  });
});
