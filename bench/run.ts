// Measures Offshoot beside a bare node:http server, in one run, and prints ratios. `npm run bench`
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { newDatabase, startPostgresql } from '../test/postgresql.js';
import { type Load, putLoad } from './load.js';
import { countRoundTrips } from './round-trips.js';

const connections = 32;
const rounds = 3;
const secondsPerRound = Number(process.env.BENCH_SECONDS ?? 4);

interface Running {
  readonly process: ChildProcess;
  readonly plainUrl: string;
  readonly ready: Record<string, string>;
  /** From the start of the process to its ready line. */
  readonly milliseconds: number;
}

async function start(script: string, args: readonly string[]): Promise<Running> {
  const begin = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as Record<string, string>;
  return { process: child, plainUrl: ready.plainUrl ?? '', ready, milliseconds: performance.now() - begin };
}

async function stop({ process: child }: Running): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

interface Figures {
  readonly perSecond: number;
  /** Processor time of the server for one request, in microseconds. */
  readonly cpuMicroseconds: number;
  readonly p99Milliseconds: number;
  /** Of a hundred requests, how many were answered 503. */
  readonly refusedPercent: number;
}

/** Puts the load on the servers, which share the connections. */
async function drive(servers: readonly Running[], load: Load): Promise<Figures> {
  const cpu = () => servers.reduce((sum, server) => sum + cpuSeconds(server), 0);
  const cpuBefore = cpu();
  const share = Math.ceil(connections / servers.length);
  const answered = await Promise.all(servers.map(({ plainUrl }) => putLoad(plainUrl, load, share, secondsPerRound)));
  const total = answered.reduce((sum, each) => sum + each.total, 0);
  const refused = answered.reduce((sum, each) => sum + each.refused, 0);
  return {
    perSecond: answered.reduce((sum, { perSecond }) => sum + perSecond, 0),
    cpuMicroseconds: ((cpu() - cpuBefore) * 1e6) / total,
    p99Milliseconds: Math.max(...answered.map(({ p99Milliseconds }) => p99Milliseconds)),
    refusedPercent: (100 * refused) / (total + refused),
  };
}

/** Processor time that a process has used so far (Linux); NaN where there is no /proc. */
function cpuSeconds({ process: { pid } }: Running): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory in megabytes (Linux); NaN where there is no /proc. */
function residentMegabytes({ process: { pid } }: Running): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1000;
  } catch {
    return Number.NaN;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Rounds of both in turn, so that what disturbs the machine disturbs both. */
async function compare(name: string, offshoot: readonly Running[], bare: Running, load: Load): Promise<void> {
  const ours: Figures[] = [];
  const limit: Figures[] = [];
  for (let round = 0; round < rounds; round++) {
    limit.push(await drive([bare], load));
    ours.push(await drive(offshoot, load));
  }
  const of = (figures: Figures[], key: keyof Figures) => median(figures.map((each) => each[key]));
  const ratio = of(ours, 'perSecond') / of(limit, 'perSecond');
  const refused = of(ours, 'refusedPercent');
  console.log(
    `${name.padEnd(24)} ${ratio.toFixed(2)} of bare   offshoot ${of(ours, 'perSecond').toFixed(0)}/s ` +
      `(${of(ours, 'cpuMicroseconds').toFixed(0)} µs of processor, p99 ${of(ours, 'p99Milliseconds').toFixed(0)} ms), ` +
      `bare ${of(limit, 'perSecond').toFixed(0)}/s (${of(limit, 'cpuMicroseconds').toFixed(0)} µs, p99 ${of(limit, 'p99Milliseconds').toFixed(0)} ms)` +
      (refused > 0 ? `, ${refused.toFixed(1)} % answered 503` : ''),
  );
}

const data = mkdtempSync(join(tmpdir(), 'offshoot-bench-'));
const serve = () =>
  start('../src/cli/index.js', ['serve', '--dev', '--json', '--port', '0', '--http-port', '0', '--data', data]);

const first = await serve();
const afterFirst = residentMegabytes(first);
await stop(first);
const again: Running[] = [];
for (let round = 0; round < rounds; round++) {
  const server = await serve();
  again.push(server);
  if (round < rounds - 1) await stop(server);
}
const offshoot = again.at(-1);
if (!offshoot) throw new Error('no server was started');
const { token, settingsId } = offshoot.ready;
const path = `/beta/deviceManagement/derivedCredentials/${settingsId}`;
const headers = { authorization: `Bearer ${token}` };

const begin = performance.now();
const answer = await fetch(`${offshoot.plainUrl}${path}`, { headers });
const body = await answer.text();
const firstAnswer = performance.now() - begin;
console.log(`node ${process.version}, ${connections} connections, ${rounds} rounds of ${secondsPerRound} s, medians`);
console.log(
  `start            ${first.milliseconds.toFixed(0)} ms the first time, ${median(again.map((each) => each.milliseconds)).toFixed(0)} ms later, and ${firstAnswer.toFixed(0)} ms to the first answer`,
);
console.log(
  `memory           ${afterFirst.toFixed(0)} MB after the first start, ${residentMegabytes(offshoot).toFixed(0)} MB after a later one`,
);

const bare = await start('bare.js', [body, JSON.stringify(Object.fromEntries(answer.headers))]);
let updates = 0;

const changeOf = ({ ready }: Running): Load => ({
  method: 'PATCH',
  path: `/beta/deviceManagement/derivedCredentials/${ready.settingsId}`,
  headers: { authorization: `Bearer ${ready.token}`, 'content-type': 'application/json' },
  body: () => JSON.stringify({ displayName: `Derived credentials ${updates++}` }),
});
await compare('read', [offshoot], bare, { method: 'GET', path, headers });
await compare('durable update', [offshoot], bare, changeOf(offshoot));
console.log(`memory           ${residentMegabytes(offshoot).toFixed(0)} MB after the load`);
await stop(offshoot);

// The same over PostgreSQL, whose server, from npm, shares this machine's processors too.
const postgresql = await startPostgresql();
const database = await newDatabase(postgresql.url);
const ports = ['--port', '0', '--http-port', '0'];
const serveOver = (url: string, name: string) =>
  start('../src/cli/index.js', ['serve', '--dev', '--json', ...ports, '--data', join(data, name), '--database', url]);

/** By one client, one request after the other. */
async function tellRoundTrips(): Promise<void> {
  const counted = await countRoundTrips(database);
  const node = await serveOver(counted.url, 'counted');
  const { body: _none, ...change } = changeOf(node);
  for (const [name, load] of [
    ['read', { ...change, method: 'GET' }],
    ['update', changeOf(node)],
  ] as const) {
    await putLoad(node.plainUrl, load, 1, 1);
    const before = counted.trips;
    const { total } = await putLoad(node.plainUrl, load, 1, 1);
    const trips = (counted.trips - before) / total;
    console.log(`${`${name}, postgresql`.padEnd(24)} ${trips.toFixed(2)} round trips to the database for each request`);
  }
  await stop(node);
  counted.close();
}

await tellRoundTrips();
const nodes: Running[] = [];
for (const count of [1, 3]) {
  while (nodes.length < count) nodes.push(await serveOver(database, `node${nodes.length}`));
  const [node] = nodes;
  if (!node) throw new Error('no node was started');
  const change = changeOf(node);
  const { body: _none, ...read } = change;
  const name = `postgresql, ${count} node${count === 1 ? '' : 's'}`;
  await compare(`read, ${name}`, nodes, bare, { ...read, method: 'GET' });
  await compare(`update, ${name}`, nodes, bare, change);
}
await Promise.all(nodes.map(stop));
await postgresql.stop();
await stop(bare);
rmSync(data, { recursive: true, force: true });
