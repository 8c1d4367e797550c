// The command line as its users have it: the compiled program in a process of its own.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The compiled command line. */
export const program = fileURLToPath(new URL('../../src/cli/index.js', import.meta.url));

/** The environment without the settings of whoever runs the tests. */
export const environment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('OFFSHOOT_')),
);

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `offshoot` with these arguments to its end. */
export function offshoot(...args: readonly string[]): Promise<Outcome> {
  return offshootIn({}, ...args);
}

/** As `offshoot`, in a working folder or with variables of its own. */
export function offshootIn(
  { cwd, variables }: { cwd?: string; variables?: Readonly<Record<string, string>> },
  ...args: readonly string[]
): Promise<Outcome> {
  return run(process.execPath, [program, ...args], {
    cwd,
    env: { ...environment, ...variables },
    milliseconds: 20_000,
  });
}

/** Runs a command to its end, which comes after so many milliseconds at the latest. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, milliseconds }: { cwd?: string | undefined; env: NodeJS.ProcessEnv; milliseconds: number },
): Promise<Outcome> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd });
  const stop = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearTimeout(stop);
  return { code, stdout, stderr };
}

/** All that the store in the folder keeps, as text: one JSON object a line, `{table, row}` (a backup of it). */
export async function contentOf(data: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-content-'));
  try {
    const file = join(folder, 'backup');
    assert.equal((await offshoot('backup', file, '--data', data)).code, 0);
    return gunzipSync(await readFile(file)).toString();
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The rows of the table, as the store in the folder keeps them. */
// biome-ignore lint/suspicious/noExplicitAny: a test knows its tables
export async function rowsOf(data: string, table: string): Promise<any[]> {
  const lines = (await contentOf(data)).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line)).flatMap((line) => (line.table === table ? [line.row] : []));
}

/** All that a stream has, as a text. */
export async function text(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The line that `serve --json` prints once it is ready; in production only the first two names. */
export interface Ready {
  readonly url: string;
  readonly plainUrl: string;
  readonly caFile: string;
  readonly tenantId: string;
  readonly token: string;
  readonly settingsId: string;
  readonly profiles: Readonly<Record<string, string>>;
}

export interface Served {
  readonly child: ChildProcess;
  readonly ready: Ready;
  /** What it has said on standard error so far. */
  stderr(): string;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs `offshoot serve --json` with these arguments until the test ends. */
export function serve(t: Pick<TestContext, 'after'>, ...args: readonly string[]): Promise<Served> {
  return serveBy(t, [], ...args);
}

/** As `serve`, by a command that becomes the program that stands behind it. */
export async function serveBy(
  t: Pick<TestContext, 'after'>,
  command: readonly string[],
  ...args: readonly string[]
): Promise<Served> {
  const [first = '', ...others] = [...command, process.execPath, program, 'serve', '--json', ...args];
  const child = spawn(first, others, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const stop: Served['stop'] = async (sent = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(sent);
    const [code, signal] = await exited;
    return { code, signal };
  };
  t.after(() => stop('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) => assert.fail(`offshoot serve ended with ${code}: ${stderr}`)),
  ]);
  return { child, ready: JSON.parse(line), stderr: () => stderr, stop };
}

/** The arguments of a development server on free ports, its data in the folder. */
export function development(data: string): readonly string[] {
  return ['--dev', '--port', '0', '--http-port', '0', '--data', data];
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-cli-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Asks `question` again and again until it answers true; fails after the time, in milliseconds. */
export async function within(milliseconds: number, question: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await question())) {
    assert.ok(performance.now() < end, `it did not come about within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
