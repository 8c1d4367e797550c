// The primary is replaced under load: nothing that was acknowledged is lost. One time here, twenty by `npm run test:failover`.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { development, serve, temporaryFolder } from '../cli/program.js';
import { call } from '../support.js';
import { installPackages, startCluster } from './cluster.js';

const rounds = Number(process.env.FAILOVER_ROUNDS ?? 1);
/** Every so many rounds the primary crashes; the others are switched over in order. */
const crashEvery = 4;
const workers = 8;

test('a promoted replica has all that was acknowledged', async (t) => {
  const missing = installPackages();
  if (missing !== undefined) {
    process.stderr.write(`\n*** NO FAIL-OVER WAS TRIED: ${missing} ***\n\n`);
    t.diagnostic(`no fail-over was tried: ${missing}`);
    return;
  }
  const cluster = await startCluster();
  t.after(() => cluster.stop());
  const folder = await temporaryFolder(t);
  const { ready } = await serve(t, ...development(folder), '--database', cluster.url, '--limits', 'none');
  const { token, settingsId } = ready;
  const path = `/beta/deviceManagement/derivedCredentials/${settingsId}`;

  const acknowledged = new Set<string>();
  let refused = 0;
  let lastAcknowledged = performance.now();
  let running = true;
  const work = async (worker: number): Promise<void> => {
    for (let turn = 0; running; turn++) {
      const id = randomUUID();
      const answer = await call(ready, 'PATCH', path, {
        token,
        body: { displayName: `worker ${worker}, update ${turn}` },
        headers: { 'client-request-id': id },
      });
      if (answer.status === 200) {
        acknowledged.add(id);
        lastAcknowledged = performance.now();
      } else {
        // The server itself never goes away; without a database it says so.
        assert.equal(answer.status, 503, answer.text);
        assert.ok(answer.headers['retry-after']);
        refused++;
        await delay(50);
      }
    }
  };
  const working = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)));

  const gaps: { how: string; seconds: number }[] = [];
  for (let round = 1; round <= rounds; round++) {
    await cluster.whole();
    await delay(1000);
    const before = await cluster.leader();
    const crash = round % crashEvery === 0;
    const begun = performance.now();
    if (crash) await cluster.crashLeader();
    else await cluster.switchOver();
    let longest = 0;
    for (const end = performance.now() + 90_000; performance.now() < end; await delay(20)) {
      longest = Math.max(longest, performance.now() - Math.max(begun, lastAcknowledged));
      const leader = await cluster.leader().catch(() => before);
      if (leader !== before && lastAcknowledged > begun && performance.now() - lastAcknowledged < 20) break;
    }
    assert.notEqual(await cluster.leader(), before, 'the replica was promoted');
    gaps.push({ how: crash ? 'crash' : 'switchover', seconds: longest / 1000 });
    if (crash) cluster.start(before);
  }
  await cluster.whole();
  running = false;
  await working;

  const found = new Map<string, number>();
  for (let next: string | undefined = '/beta/deviceManagement/auditEvents'; next !== undefined; ) {
    const { status, json, text } = await call(ready, 'GET', next, { token });
    assert.equal(status, 200, text);
    for (const { correlationId } of json.value) found.set(correlationId, (found.get(correlationId) ?? 0) + 1);
    next = json['@odata.nextLink'];
  }
  const lost = [...acknowledged].filter((id) => !found.has(id));
  const twice = [...found].filter(([, times]) => times > 1);
  t.diagnostic(
    `${rounds} promotions, ${acknowledged.size} updates acknowledged, ${refused} answered 503, ${lost.length} lost, ${twice.length} twice`,
  );
  for (const how of ['switchover', 'crash']) {
    const seconds = gaps
      .filter((gap) => gap.how === how)
      .map((gap) => gap.seconds)
      .sort((a, b) => a - b);
    if (seconds.length === 0) continue;
    const median = seconds[Math.floor(seconds.length / 2)] ?? 0;
    t.diagnostic(
      `without service by ${how}: median ${median.toFixed(1)} s, longest ${(seconds.at(-1) ?? 0).toFixed(1)} s`,
    );
  }
  assert.deepEqual([lost, twice], [[], []]);
  assert.ok(acknowledged.size > 100 * rounds);
});
