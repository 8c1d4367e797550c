// Requests that are too many: 429 as Graph answers it, for each request of a batch by itself.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../cli/program.js';
import { type Answer, call } from '../support.js';
import { openSession, type Session } from './session.js';

async function limited(t: TestContext, ...limits: object[]): Promise<Session> {
  const file = join(await temporaryFolder(t), 'limits.json');
  const rows = limits.map((limit, index) => ({
    name: `l${index}`,
    per: 'tenant',
    requests: 'all',
    seconds: 3600,
    ...limit,
  }));
  await writeFile(file, JSON.stringify({ limits: rows }));
  const session = await openSession({ limits: file });
  t.after(() => session.close());
  return session;
}

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);

async function sendTimes(count: number, send: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let sent = 0; sent < count; sent++) answers.push(await send());
  return answers;
}

describe('a tenant that sends too much', () => {
  test('is answered 429 in Graph’s shape, with Retry-After', async (t) => {
    const session = await limited(t, { most: 2 });
    const answers = await sendTimes(3, () => session.send('GET', 'derivedCredentials'));
    assert.deepEqual(statuses(answers), [200, 200, 429]);
    const { headers, json } = answers[2] as Answer;
    assert.match(String(headers['retry-after']), /^\d+$/);
    assert.deepEqual(Object.keys(json.error), ['code', 'message', 'innerError']);
    assert.equal(json.error.code, 'TooManyRequests');
    const { code, status, 'request-id': id } = json.error.innerError;
    assert.deepEqual([code, status, id], ['429', '429', headers['request-id']]);
  });

  test('is counted for what is refused otherwise, too, and not for what asks no token', async (t) => {
    const session = await limited(t, { most: 2 });
    const documents = await sendTimes(3, () => call(session.server, 'GET', '/beta/$metadata', { token: null }));
    assert.deepEqual(statuses(documents), [200, 200, 200]);
    const unknown = await sendTimes(3, () => call(session.server, 'GET', '/beta/me', { token: 'x' }));
    assert.deepEqual(statuses(unknown), [401, 401, 401]);
    const answers = await sendTimes(3, () => session.send('GET', 'nowhere'));
    assert.deepEqual(statuses(answers), [400, 400, 429]);
  });

  test('may still read when its writes are too many', async (t) => {
    const session = await limited(t, { requests: 'writes', most: 1 });
    const path = `derivedCredentials/${session.development.settingsId}`;
    const write = () => session.send('PATCH', path, { body: { displayName: 'x' } });
    assert.deepEqual(statuses(await sendTimes(2, write)), [200, 429]);
    assert.deepEqual(statuses(await sendTimes(2, () => session.send('GET', path))), [200, 200]);
    assert.deepEqual(statuses(await sendTimes(2, () => session.send('HEAD', path))), [200, 200]);
  });
});

describe('a batch', () => {
  test('has each of its requests counted, and answered 429 by itself', async (t) => {
    const session = await limited(t, { most: 3 });
    const requests = [1, 2, 3, 4, 5].map((id) => ({
      id: `${id}`,
      method: 'GET',
      url: '/deviceManagement/derivedCredentials',
    }));
    const { status, json } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
    assert.equal(status, 200);
    const answers = json.responses as { status: number; headers: Record<string, string>; body: Answer['json'] }[];
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 200, 429, 429],
    );
    assert.match(String(answers[4]?.headers['Retry-After']), /^\d+$/);
    assert.equal(answers[4]?.body.error.code, 'TooManyRequests');
  });

  test('changes nothing of a group of which one request is one too many', async (t) => {
    const session = await limited(t, { requests: 'writes', most: 1 });
    const url = `/deviceManagement/derivedCredentials/${session.development.settingsId}`;
    const before = await session.expect(200, 'GET', `derivedCredentials/${session.development.settingsId}`);
    const requests = ['a', 'b'].map((id) => ({
      id,
      method: 'PATCH',
      url,
      atomicityGroup: 'g',
      headers: { 'content-type': 'application/json' },
      body: { displayName: id },
    }));
    const { json } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
    assert.deepEqual(
      json.responses.map((answer: { status: number }) => answer.status),
      [424, 429],
    );
    assert.deepEqual(await session.expect(200, 'GET', `derivedCredentials/${session.development.settingsId}`), before);
  });
});

test('development mode has no limits unless they are asked for', async (t) => {
  const session = await openSession();
  t.after(() => session.close());
  const path = `derivedCredentials/${session.development.settingsId}`;
  const write = (n: number) => session.send('PATCH', path, { body: { displayName: `${n}` } });
  const answers = await Promise.all(Array.from({ length: 120 }, (_, n) => write(n)));
  assert.ok(answers.every(({ status }) => status === 200));
});

test('--limits intune refuses the 101st write of an application in 20 seconds', async (t) => {
  const session = await openSession({ limits: 'intune' });
  t.after(() => session.close());
  const path = `derivedCredentials/${session.development.settingsId}`;
  const write = (n: number) => session.send('PATCH', path, { body: { displayName: `${n}` } });
  const answers = await Promise.all(Array.from({ length: 101 }, (_, n) => write(n)));
  assert.equal(answers.filter(({ status }) => status === 429).length, 1);
});
