// PostgreSQL goes away under a server, does not answer in time or only reads, and comes back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import pg from 'pg';
import { within } from '../cli/program.js';
import { openSession } from '../http/session.js';
import { newDatabase, startPostgresql } from '../postgresql.js';

test('without PostgreSQL every request is told so by 503 and when to come again; with it, all goes on by itself', async (t) => {
  const postgresql = await startPostgresql();
  t.after(() => postgresql.stop());
  const session = await openSession({ database: await newDatabase(postgresql.url) });
  t.after(() => session.close());
  const settings = `derivedCredentials/${session.development.settingsId}`;
  const before = await session.expect(200, 'PATCH', settings, { displayName: 'Before' });
  const ready = async () => (await fetch(`${session.server.plainUrl}/readyz`)).status;
  assert.equal(await ready(), 200);

  await postgresql.crash();
  const id = randomUUID();
  const [read, list, write] = await Promise.all([
    session.send('GET', settings),
    session.send('GET', 'deviceConfigurations?$count=true'),
    session.send('PATCH', settings, { body: { displayName: 'Meanwhile' }, headers: { 'client-request-id': id } }),
  ]);
  for (const answer of [read, list, write]) {
    assert.equal(answer.status, 503, answer.text);
    assert.match(String(answer.headers['retry-after']), /^\d+$/);
    assert.ok(!/postgres|ECONN|127\.0\.0\.1/i.test(answer.text), 'nothing of the database is shown');
  }
  assert.equal(await ready(), 503);

  await postgresql.start();
  await within(10_000, async () => (await ready()) === 200);
  const { value: events } = await session.expect(200, 'GET', `auditEvents?$filter=correlationId eq ${id}`);
  const after = await session.expect(200, 'GET', settings);
  assert.equal(after.displayName, events.length === 1 ? 'Meanwhile' : 'Before');
  const next = await session.expect(200, 'PATCH', settings, { displayName: 'After' });
  assert.notEqual(next['@odata.etag'], before['@odata.etag']);
});

/** A database URL, its server and a way to have it say nothing. */
async function stallable(database: string): Promise<{ url: string; stall(on: boolean): void; close(): void }> {
  const sockets = new Set<Socket>();
  let stalled = false;
  const to = new URL(database);
  const proxy = createServer((client) => {
    const upstream = connect(Number(to.port), to.hostname);
    for (const [from, into] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => into.write(chunk));
      from.on('error', () => into.destroy());
      from.on('close', () => {
        sockets.delete(from);
        into.destroy();
      });
      if (stalled) from.pause();
    }
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(database);
  url.port = String((proxy.address() as AddressInfo).port);
  // As the driver has it; a test does not wait as long as a server does.
  url.searchParams.set('query_timeout', '700');
  url.searchParams.set('statement_timeout', '500');
  return {
    url: url.href,
    stall(on) {
      stalled = on;
      for (const socket of sockets) on ? socket.pause() : socket.resume();
    },
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

test('a PostgreSQL that is slow, says nothing or only reads is told by 503, and all goes on by itself', async (t) => {
  const postgresql = await startPostgresql();
  const { url, stall, close } = await stallable(await newDatabase(postgresql.url));
  const session = await openSession({ database: url });
  const settings = `derivedCredentials/${session.development.settingsId}`;
  const beside = new pg.Client(url.replace(/\?.*/, ''));
  const admin = new pg.Client(postgresql.url);
  await Promise.all([beside.connect(), admin.connect()]);
  t.after(async () => {
    await Promise.all([session.close(), beside.end(), admin.end()]);
    close();
    await postgresql.stop();
  });
  const health = async (): Promise<string> => {
    const answer = await fetch(`${session.server.plainUrl}/readyz`);
    const { status, reason } = (await answer.json()) as { status: string; reason?: string };
    return reason ?? status;
  };
  const well = async (displayName: string): Promise<void> => {
    await within(15_000, async () => (await health()) === 'ok');
    await session.expect(200, 'PATCH', settings, { displayName });
  };
  const refused = async (method: string, body?: object): Promise<void> => {
    const answer = await session.send(method, settings, { body });
    assert.equal(answer.status, 503, answer.text);
    assert.match(String(answer.headers['retry-after']), /^\d+$/);
  };
  await well('at first');

  // Somebody holds the tenant's turn for longer than a statement may take.
  await beside.query('BEGIN');
  await beside.query('SELECT 1 FROM audit_heads FOR UPDATE');
  await refused('PATCH', { displayName: 'slow' });
  assert.equal(await health(), 'locked');
  await session.expect(200, 'GET', settings);
  await beside.query('ROLLBACK');
  await well('after the lock');

  // As a primary that became a standby answers.
  await admin.query('ALTER SYSTEM SET default_transaction_read_only = on');
  await admin.query('SELECT pg_reload_conf()');
  await refused('PATCH', { displayName: 'to a standby' });
  assert.equal(await health(), 'readOnly');
  await session.expect(200, 'GET', settings);
  await admin.query('SET default_transaction_read_only = off');
  await admin.query('ALTER SYSTEM RESET default_transaction_read_only');
  await admin.query('SELECT pg_reload_conf()');
  await well('after the standby');

  // Neither an answer nor a broken connection.
  stall(true);
  await refused('GET');
  assert.equal(await health(), 'unreachable');
  await refused('PATCH', { displayName: 'to nobody' });
  stall(false);
  await well('at last');
});
