// Whatever is sent, the server answers without a fault, keeps what it has to keep and needs no more memory for it.
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isUuid } from '../../src/base/index.js';
import { judgeEntity } from '../../src/service/index.js';
import { checkStore, storePath } from '../../src/store/index.js';
import { everyAddress } from '../attacks/every-address.js';
import { testStore } from '../postgresql.js';
import { call } from '../support.js';
import { type Answered, sendAll, sendWild } from './connection.js';
import { type Known, type Made, makeRequest, type Profile } from './requests.js';
import type { Memory, Ready } from './server.js';

/** How many requests; `npm run test:fuzz` sends a hundred times as many, and over PostgreSQL ten times. */
const times = Number(process.env.OFFSHOOT_FUZZ ?? 1);
const total = 10_000 * (process.env.TEST_STORE === 'postgresql' ? Math.max(1, times / 10) : times);
const seed = Number(process.env.OFFSHOOT_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** What the first request is diced with; seeds beside each other have nothing in common. */
const firstDice = Math.imul(seed, 0x9e3779b1);
/** Requests of one round, whose answers the next one knows, and over how many connections they go. */
const round = 250;
const connections = 4;
/** The store of one server is asked so much at most, so that its lists do not grow without end. */
const mostOfOneStore = 250_000;
/** How much more memory may be in use in the last quarter than in the first: room for what is remembered on purpose. */
const allowedGrowth = 24 * 1024 * 1024;

const statuses = new Map<string, number>();
const begun = performance.now();

for (let begin = 0; begin < total; begin += mostOfOneStore) {
  const end = Math.min(begin + mostOfOneStore, total);
  test(`requests ${begin} to ${end} of the seed ${seed}`, async (t) => {
    const subject = await openSubject();
    t.after(() => subject.close());
    const memory: Memory[] = [];
    const middle = begin + Math.floor((end - begin) * 0.4);
    const measure = async (done: number): Promise<void> => {
      if (Math.floor(done / round) % Math.max(1, Math.floor((end - begin) / round / 40)) === 0) {
        memory.push(await subject.memory());
      }
    };

    // First what may not change anything, by whoever is not allowed to: everything is as it was.
    const before = await subject.everything();
    for (let from = begin; from < middle; from += round) {
      await subject.sendRound(from, Math.min(from + round, middle), false);
      await measure(from - begin);
    }
    assert.equal(await subject.everything(), before, 'nothing has changed');

    // Then what may.
    for (let from = middle; from < end; from += round) {
      await subject.sendRound(from, Math.min(from + round, end), true);
      await measure(from - begin);
    }
    await subject.isAudited();
    await subject.isConsistent();
    const quarter = Math.floor(memory.length / 4);
    const [first, last] = [memory.slice(1, 1 + quarter), memory.slice(-quarter)].map(leastUsed);
    t.diagnostic(`${end - begin} requests; memory in use ${first} bytes at first, ${last} at last`);
    assert.ok(Number(last) - Number(first) < allowedGrowth, `from ${first} to ${last} bytes are in use`);
  });
}

after(() => {
  const seconds = Math.round((performance.now() - begun) / 1000);
  const all = [...statuses].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}: ${count}`);
  process.stdout.write(`${total} requests of the seed ${seed} in ${seconds} seconds\n${all.join('\n')}\n`);
});
before(() => {
  process.stdout.write(`The seed is ${seed}; OFFSHOOT_FUZZ_SEED=${seed} repeats it.\n`);
});

function leastUsed(samples: readonly Memory[]): number {
  return Math.min(...samples.map(({ used }) => used));
}

interface Subject {
  /** Sends the requests from one number to another; each is answered without a fault. */
  sendRound(from: number, to: number, mayChange: boolean): Promise<void>;
  /** All that the tenant has, as text. */
  everything(): Promise<string>;
  /** Sees that whatever was changed is in the audit, and nothing else. */
  isAudited(): Promise<void>;
  /** Sees that the store is as a store has to be. */
  isConsistent(): Promise<void>;
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

async function openSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-fuzz-'));
  const { database } = await testStore();
  const child = fork(fileURLToPath(new URL('./server.js', import.meta.url)), [folder, database ?? ''], {
    execArgv: ['--expose-gc'],
  });
  const ready = await told<Ready>(child);
  const { origin, tokens, settings, profiles } = ready;
  const { host } = new URL(origin);
  const addresses = await everyAddress(origin);
  const made = new Map<string, Profile>();
  const assignments = new Set<string>();
  const skipTokens: string[] = [];
  /** The correlation ids of changes that succeeded, and whether each must have left an event. */
  const changed = new Map<string, boolean>();
  const earlier = new Set<string>();

  const get = async (path: string) => {
    const { status, json, text } = await call({ plainUrl: origin }, 'GET', path, { token: tokens.all });
    assert.ok(status === 200 || status === 404, text);
    return status === 200 ? json : undefined;
  };
  const listed = async (path: string): Promise<{ id: string; correlationId?: string }[]> => {
    const found = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const { value, '@odata.nextLink': link } = await get(next);
      found.push(...value);
      next = link;
    }
    return found;
  };
  for (const { correlationId } of await listed('/beta/deviceManagement/auditEvents'))
    earlier.add(String(correlationId));

  const learn = (request: Made, answer: Answered): void => {
    if (answer.status === 201 && answer.body !== '') {
      const { id, '@odata.type': type } = JSON.parse(answer.body);
      if (typeof type === 'string') made.set(id, { id, type: type.replace('#microsoft.graph.', '') });
      if (request.target.includes('/assignments')) assignments.add(id);
    }
    if (request.method === 'DELETE' && answer.status === 204) made.delete(request.target.split('/').at(-1) ?? '');
    const [, token] = /\$skiptoken=([\w.-]+)/.exec(answer.body) ?? [];
    if (token !== undefined && skipTokens.length < 200) skipTokens.push(token);
  };

  /** `ids` are those that the answer has; of a batch, each of its answers is judged. */
  const judge = (method: string, target: string, status: number, ids: (name: string) => string | undefined): void => {
    if (status >= 300 || ['GET', 'HEAD', 'OPTIONS'].includes(method)) return;
    const clientRequestId = ids('client-request-id') ?? '';
    const correlation = isUuid(clientRequestId) ? clientRequestId.toLowerCase() : (ids('request-id') ?? '');
    changed.set(correlation, status === 201 || (method === 'DELETE' && !/\/(\$|%24)ref/i.test(target)));
  };

  const inspect = (request: Made, { status, headers, body }: Answered): void => {
    const { kind, method, target } = request;
    count(kind, status);
    assert.ok(status >= 200 && (status < 500 || status === 501), `${method} ${target}: ${status} ${body}`);
    if (status >= 400 && method !== 'HEAD') assert.equal(typeof JSON.parse(body).error.code, 'string', body);
    if (kind !== 'batch' || status !== 200) {
      judge(method, target, status, (name) => headers.get(name));
      return;
    }
    const parts: { method: string; url: string; id: unknown }[] = requestsIn(request);
    for (const { id, status: own, headers: given } of JSON.parse(body).responses) {
      const part = parts.find((candidate) => String(candidate.id) === String(id));
      count('part', own);
      assert.ok(own >= 200 && (own < 500 || own === 501), body);
      judge(part?.method ?? 'GET', part?.url ?? '', own, (name) => given[name]);
    }
  };

  return {
    async sendRound(from, to, mayChange) {
      const known: Known = {
        ...{ addresses, host, tokens, settings, profiles },
        skipTokens: [...skipTokens],
        made: [...made.values()],
        assignments: [...assignments].slice(-20),
      };
      const requests = Array.from({ length: to - from }, (_, index) =>
        makeRequest(firstDice + from + index, known, mayChange),
      );
      const lanes = Array.from({ length: connections }, (_, lane) =>
        requests.filter(({ wild }, index) => !wild && index % connections === lane),
      );
      const sent = lanes.map(async (lane) => ({ lane, answers: await sendAll(origin, lane) }));
      const wild = requests.filter((request) => request.wild);
      for (const request of wild) {
        for (const answer of await sendWild(origin, request.bytes)) {
          count('bytes', answer.status);
          assert.ok(answer.status < 500 || answer.status === 501, `${request.bytes.toString('latin1')} ${answer.body}`);
        }
      }
      for (const { lane, answers } of await Promise.all(sent)) {
        for (const [index, request] of lane.entries()) {
          const answer = answers[index];
          assert.ok(answer, `no answer: ${request.bytes.toString('latin1')}`);
          inspect(request, answer);
          learn(request, answer);
        }
      }
    },
    async everything() {
      const parts: unknown[] = [
        await listed('/beta/deviceManagement/derivedCredentials'),
        await listed('/beta/deviceManagement/auditEvents'),
      ];
      for (const profile of await listed('/beta/deviceManagement/deviceConfigurations')) {
        const path = `/beta/deviceManagement/deviceConfigurations/${profile.id}`;
        parts.push(profile, await listed(`${path}/assignments`), (await get(`${path}?$expand=*`)) ?? 'none');
      }
      return JSON.stringify(parts);
    },
    async isAudited() {
      const told = new Map<string, number>();
      for (const { correlationId } of await listed('/beta/deviceManagement/auditEvents')) {
        if (!earlier.has(String(correlationId)))
          told.set(String(correlationId), (told.get(String(correlationId)) ?? 0) + 1);
      }
      for (const [correlation, isNeeded] of changed) {
        assert.ok(!isNeeded || told.has(correlation), `the change ${correlation} has no audit event`);
      }
      for (const [correlation, times] of told) {
        assert.ok(changed.has(correlation), `the audit has ${correlation}, which nobody was told of`);
        assert.equal(times, 1, correlation);
      }
      assert.ok(told.size > 20, `${told.size} changes`);
    },
    async isConsistent() {
      const wrong: string[] = [];
      const path = storePath({ data: folder, ...(database !== undefined && { database }) });
      await checkStore(path, judgeEntity, ({ table, key, text }) => wrong.push(`${table} ${key}: ${text}`));
      assert.deepEqual(wrong, []);
    },
    memory: () => {
      child.send('memory');
      return told<Memory>(child);
    },
    async close() {
      if (child.connected) {
        const exited = once(child, 'exit');
        child.send('stop');
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function told<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  const [message] = await Promise.race([
    once(child, 'message', { signal: ended.signal }),
    once(child, 'exit', { signal: ended.signal }).then(([code]) => assert.fail(`the server ended with ${code}`)),
  ]).finally(() => ended.abort());
  return message as T;
}

function count(kind: string, status: number): void {
  const name = `${kind} ${status}`;
  statuses.set(name, (statuses.get(name) ?? 0) + 1);
}

function requestsIn({ bytes }: Made): { method: string; url: string; id: unknown }[] {
  return JSON.parse(bytes.toString().split('\r\n\r\n').slice(1).join('\r\n\r\n')).requests;
}
