// A server that is killed while many updates run: what it acknowledged is there afterwards, with its audit events.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { development, type Ready, type Served, serve, temporaryFolder } from '../cli/program.js';
import { call } from '../support.js';

const rounds = 5;
const workersPerTarget = 6;
/** Decides when each round's kill comes; another seed tries out other moments. */
const seed = Number(process.env.CRASH_SEED ?? 20260301);

interface Target {
  /** Of the object, below /beta/deviceManagement. */
  readonly object: string;
  /** By which it is updated, in turn. */
  readonly routes: readonly string[];
  readonly property: string;
  readonly acknowledged: { readonly value: string; readonly version: number }[];
  readonly sent: Set<string>;
}

test('kill -9 during a stream of updates loses none that was acknowledged, nor its audit event', async (t) => {
  const folder = await temporaryFolder(t);
  const random = mulberry32(seed);
  t.diagnostic(`CRASH_SEED=${seed}`);
  let served = await serve(t, ...development(folder));
  const targets = targetsOf(served.ready);

  for (let round = 0; round < rounds; round++) {
    const before = targets.map(({ acknowledged }) => acknowledged.length);
    await updateUntilKilled(served, targets, `round ${round}`, 30 + Math.floor(random() * 400));
    for (const [index, { acknowledged, object }] of targets.entries()) {
      assert.ok(
        acknowledged.length > (before[index] ?? 0),
        `updates of ${object} ran before the kill of round ${round}`,
      );
    }
    served = await serve(t, ...development(folder));
    for (const target of targets) await checkHistory(served.ready, target);
  }
  const total = targets.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  t.diagnostic(`${total} updates were acknowledged before ${rounds} kills`);
  await served.stop();
});

function targetsOf({ settingsId, profiles }: Ready): Target[] {
  const profile = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
  const settings = `derivedCredentials/${settingsId}`;
  const record = () => ({ acknowledged: [], sent: new Set<string>() });
  return [
    {
      object: settings,
      routes: [
        settings,
        `${profile}/derivedCredentialSettings`,
        ...Object.entries(profiles).map(
          ([type, id]) => `deviceConfigurations/${id}/microsoft.graph.${type}/derivedCredentialSettings`,
        ),
      ],
      property: 'displayName',
      ...record(),
    },
    {
      object: profile,
      routes: [profile, `${profile}/microsoft.graph.iosVpnConfiguration`],
      property: 'description',
      ...record(),
    },
  ];
}

/** Keeps several updates of each target under way until, after the time in milliseconds, the server is killed. */
async function updateUntilKilled(
  { ready, stop }: Served,
  targets: readonly Target[],
  label: string,
  time: number,
): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  let acknowledge = (): void => {};
  const first = new Promise<void>((resolve) => {
    acknowledge = resolve;
  });
  const work = async (target: Target, worker: number): Promise<void> => {
    for (let number = 0; ; number++) {
      const value = `${label}, worker ${worker}, update ${number}`;
      const route = target.routes[(worker + number) % target.routes.length] ?? target.object;
      target.sent.add(value);
      const answer = await update(ready, agent, route, { [target.property]: value });
      // Cut off by the kill: it may have happened or not.
      if (!answer) return;
      assert.equal(answer.status, 200, answer.text);
      const body = JSON.parse(answer.text);
      assert.equal(body[target.property], value);
      target.acknowledged.push({ value, version: versionOf(body) });
      if (number > 0) acknowledge();
    }
  };
  const workers = targets.flatMap((target) =>
    Array.from({ length: workersPerTarget }, (_, worker) => work(target, worker)),
  );
  await Promise.race([first, Promise.all(workers)]);
  await delay(time);
  assert.deepEqual(await stop('SIGKILL'), { code: null, signal: 'SIGKILL' });
  await Promise.all(workers);
  agent.destroy();
}

/** The answer, if it came whole. */
function update(
  ready: Ready,
  agent: Agent,
  route: string,
  change: object,
): Promise<{ status: number | undefined; text: string } | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' };
    const sending = request(`${ready.plainUrl}/beta/deviceManagement/${route}`, { method: 'PATCH', agent, headers });
    sending.on('error', () => resolve(undefined));
    sending.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sending.end(JSON.stringify(change));
  });
}

/** Entity tags end in the version. */
function versionOf(entity: { '@odata.etag': string }): number {
  const version = Number(/\.(\d+)"$/.exec(entity['@odata.etag'])?.[1]);
  assert.ok(version > 0, entity['@odata.etag']);
  return version;
}

/** The audit events of the object are one unbroken history, which ends in its state and lacks no acknowledged update. */
async function checkHistory(ready: Ready, { object, property, acknowledged, sent }: Target): Promise<void> {
  const get = async (path: string) => {
    const { status, json, text } = await call(ready, 'GET', `/beta/deviceManagement/${path}`, { token: ready.token });
    assert.equal(status, 200, text);
    return json;
  };
  const entity = await get(object);
  const { value: events } = await get('auditEvents');
  const updates = events.filter(
    (event: { activityOperationType: string; resources: { resourceId: string }[] }) =>
      event.activityOperationType === 'Patch' && event.resources[0]?.resourceId === entity.id,
  );
  const changes: { oldValue: string; newValue: string }[] = updates.map(
    (event: { resources: { modifiedProperties: { displayName: string; oldValue: string; newValue: string }[] }[] }) => {
      const [changed, ...others] = event.resources[0]?.modifiedProperties ?? [];
      assert.equal(changed?.displayName, property);
      assert.equal(others.length, 0);
      return changed;
    },
  );
  assert.equal(versionOf(entity), changes.length + 1, 'one audit event for each version');
  assert.equal(entity[property], changes.at(-1)?.newValue);
  for (const [index, { oldValue, newValue }] of changes.entries()) {
    if (index > 0)
      assert.equal(oldValue, changes[index - 1]?.newValue, 'each change starts where the one before ended');
    assert.ok(sent.has(newValue), newValue);
  }
  for (const { value, version } of acknowledged)
    assert.equal(changes[version - 2]?.newValue, value, `version ${version}`);
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
