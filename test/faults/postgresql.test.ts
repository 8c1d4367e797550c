// PostgreSQL goes away under a server, and comes back.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
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
