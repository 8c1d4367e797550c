// Three servers over one database, killed and restarted, PostgreSQL too, while clients read and update through all of them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { development, offshoot, type Served, serve, temporaryFolder } from '../cli/program.js';
import { newDatabase, startPostgresql } from '../postgresql.js';
import { call } from '../support.js';
import { contradictionIn, type Observed } from './history.js';

const clients = 12;
const nodeCount = 3;
/** Requests, at the least. */
const leastObserved = 3000;

interface Target {
  /** Below /beta/deviceManagement. */
  readonly path: string;
  readonly property: 'displayName' | 'description';
  readonly id: string;
  readonly first: string;
  readonly observed: Observed[];
  /** The id that each update had from its client, and what became of it. */
  readonly requests: Map<string, 'done' | 'refused' | 'unknown'>;
}

test('one object could have answered all of it; what was acknowledged is there once, what was refused is not', async (t) => {
  const postgresql = await startPostgresql();
  t.after(() => postgresql.stop());
  const database = await newDatabase(postgresql.url);
  const folders = await Promise.all(Array.from({ length: nodeCount }, () => temporaryFolder(t)));
  const start = (index: number): Promise<Served> =>
    serve(t, ...development(folders[index] ?? ''), '--database', database, '--limits', 'none');

  // All at once: the development tenant, its keys and its objects are made once.
  const nodes: (Served | undefined)[] = await Promise.all(folders.map((_, index) => start(index)));
  const [first] = nodes;
  assert.ok(first);
  const { ready } = first;
  for (const node of nodes) {
    assert.deepEqual([node?.ready.tenantId, node?.ready.settingsId], [ready.tenantId, ready.settingsId]);
    assert.deepEqual(node?.ready.profiles, ready.profiles);
  }
  const { token } = ready;
  const get = async (path: string) => {
    const { status, json, text } = await call(nodeAt(0), 'GET', `/beta/deviceManagement/${path}`, { token });
    assert.equal(status, 200, text);
    return json;
  };
  const nodeAt = (turn: number): Served['ready'] => {
    const up = nodes.filter((node) => node !== undefined);
    const node = up[turn % up.length] ?? first;
    return node.ready;
  };

  const targets: Target[] = [
    { path: `derivedCredentials/${ready.settingsId}`, property: 'displayName' as const, id: ready.settingsId },
    ...Object.values(ready.profiles)
      .slice(0, 2)
      .map((id) => ({ path: `deviceConfigurations/${id}`, property: 'description' as const, id })),
  ].map((target) => ({ ...target, first: '', observed: [], requests: new Map() }));
  for (const [index, target] of targets.entries()) {
    const value = `first of ${target.id}`;
    await call(nodeAt(index), 'PATCH', `/beta/deviceManagement/${target.path}`, {
      token,
      body: { [target.property]: value },
    });
    targets[index] = { ...target, first: value };
  }
  const firstVersion = new Map<string, number>();
  for (const { path, id } of targets) firstVersion.set(id, versionOf(await get(path)));

  let running = true;
  const work = async (client: number): Promise<void> => {
    const known = new Map<string, string>();
    for (let turn = client; running; turn++) {
      const target = targets[turn % targets.length];
      if (!target) continue;
      const tag = known.get(target.id);
      if (tag === undefined || turn % 2 === 0) await look(target, turn, known);
      else await change(target, turn, tag, known, client);
    }
  };
  const look = async (target: Target, turn: number, known: Map<string, string>): Promise<void> => {
    const begun = performance.now();
    const answer = await call(nodeAt(turn), 'GET', `/beta/deviceManagement/${target.path}`, { token }).catch(
      () => undefined,
    );
    if (!answer || answer.status >= 500) return;
    assert.equal(answer.status, 200, answer.text);
    const version = versionOf(answer.json) - (firstVersion.get(target.id) ?? 1) + 1;
    const value = String(answer.json[target.property]);
    target.observed.push({ kind: 'read', begun, ended: performance.now(), version, value });
    known.set(target.id, answer.json['@odata.etag']);
  };
  const change = async (
    target: Target,
    turn: number,
    tag: string,
    known: Map<string, string>,
    client: number,
  ): Promise<void> => {
    const id = randomUUID();
    const value = `update ${turn} of client ${client}`;
    const expected = versionOf({ '@odata.etag': tag }) - (firstVersion.get(target.id) ?? 1) + 1;
    const begun = performance.now();
    const answer = await call(nodeAt(turn), 'PATCH', `/beta/deviceManagement/${target.path}`, {
      token,
      body: { [target.property]: value },
      headers: { 'if-match': tag, 'client-request-id': id },
    }).catch(() => undefined);
    const ended = performance.now();
    known.delete(target.id);
    if (answer && answer.status < 500) assert.ok([200, 412].includes(answer.status), answer.text);
    const outcome = !answer || answer.status >= 500 ? 'unknown' : answer.status === 200 ? 'done' : 'refused';
    if (outcome === 'done') known.set(target.id, answer?.json['@odata.etag']);
    target.observed.push({ kind: 'update', begun, ended, expected, value, outcome });
    target.requests.set(id, outcome);
  };
  const kill = async (index: number): Promise<void> => {
    const node = nodes[index];
    nodes[index] = undefined;
    await node?.stop('SIGKILL');
    await delay(500);
    nodes[index] = await start(index);
  };

  const workers = Array.from({ length: clients }, (_, client) => work(client));
  await delay(2500);
  await kill(2);
  await delay(1000);
  await postgresql.crash();
  await delay(700);
  await postgresql.start();
  await delay(2500);
  await Promise.all([kill(0), kill(1)]);
  // The faults are over; however slow the machine is, enough is seen.
  while (targets.reduce((sum, { observed }) => sum + observed.length, 0) < leastObserved) await delay(100);
  running = false;
  await Promise.all(workers);

  const events: { correlationId: string; resources: { resourceId: string; modifiedProperties: Property[] }[] }[] = [];
  for (let path: string | undefined = 'auditEvents'; path !== undefined; ) {
    const page: { value: typeof events; '@odata.nextLink'?: string } = await get(path);
    events.push(...page.value);
    path = page['@odata.nextLink']?.replace(/^.*\/deviceManagement\//, '');
  }
  const counts = { reads: 0, done: 0, refused: 0, unknown: 0 };
  for (const { id, property, first: value, observed, requests } of targets) {
    const own = events.filter(({ resources: [about] }) => about?.resourceId === id);
    const values = own.flatMap(({ resources: [about] }) =>
      (about?.modifiedProperties ?? []).flatMap(({ displayName, newValue }) =>
        displayName === property ? [newValue] : [],
      ),
    );
    const made = values.slice(values.indexOf(value));
    assert.equal(contradictionIn(observed, made), undefined);
    for (const [request, outcome] of requests) {
      const found = own.filter(({ correlationId }) => correlationId === request).length;
      if (outcome === 'done') assert.equal(found, 1, 'an acknowledged update has one event');
      if (outcome === 'refused') assert.equal(found, 0, 'a refused update has none');
      assert.ok(found <= 1);
    }
    for (const each of observed) counts[each.kind === 'read' ? 'reads' : each.outcome]++;
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.refused > 0 && counts.unknown > 0, JSON.stringify(counts));
  const { code, stdout, stderr } = await offshoot('check', '--database', database);
  assert.equal(code, 0, stdout + stderr);
});

interface Property {
  readonly displayName: string;
  readonly newValue: string;
}

/** Entity tags end in the version. */
function versionOf(entity: { '@odata.etag': string }): number {
  const version = Number(/\.(\d+)"$/.exec(entity['@odata.etag'])?.[1]);
  assert.ok(version > 0, entity['@odata.etag']);
  return version;
}
