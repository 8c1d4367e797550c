// Reads on a condition: the version that the client has, or must still find.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused } from './refusals.js';
import { openSession, type Session } from './session.js';

let session: Session;
let settings: string;
let etag: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
  etag = String((await session.send('GET', settings)).headers.etag);
});
after(() => session.close());

const get = (headers: Record<string, string>, path = settings, method = 'GET') =>
  session.send(method, path, { headers });

describe('If-None-Match', () => {
  test('of the current version answers 304 without a body', async () => {
    for (const tag of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const answer = await get({ 'if-none-match': tag });
      assert.equal(answer.status, 304, tag);
      assert.equal(answer.text, '');
      assert.equal(answer.headers.etag, etag);
      assert.ok(answer.headers['request-id']);
      assert.equal(answer.headers['content-type'], undefined);
    }
  });

  test('answers HEAD alike, and by every route', async () => {
    assert.equal((await get({ 'if-none-match': etag }, settings, 'HEAD')).status, 304);
    const vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}/derivedCredentialSettings`;
    assert.equal((await get({ 'if-none-match': etag }, vpn)).status, 304);
  });

  test('of another version answers the object', async () => {
    const answer = await get({ 'if-none-match': '"other"' });
    assert.equal(answer.status, 200);
    assert.equal(answer.json.id, session.development.settingsId);
  });

  test('of the version before a change answers the new one', async () => {
    await session.expect(200, 'PATCH', settings, { displayName: 'Another' });
    const answer = await get({ 'if-none-match': etag });
    assert.equal(answer.status, 200);
    assert.notEqual(answer.headers.etag, etag);
    etag = String(answer.headers.etag);
  });

  test('never hides a refusal', async () => {
    assert.equal((await get({ 'if-none-match': '*' }, 'derivedCredentials/x')).status, 404);
  });

  test('that is malformed is refused: 400', async () => {
    await assertRefused(
      session,
      'GET',
      settings,
      { headers: { 'if-none-match': 'x' } },
      {
        status: 400,
        code: 'BadRequest',
        message: "The header 'If-None-Match' is malformed: it must be * or a list of quoted entity tags.",
        target: 'If-None-Match',
      },
    );
  });

  test('of a change is refused by its name: 501', async () => {
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { displayName: 'x' } : undefined;
      await assertRefused(
        session,
        method,
        settings,
        { body, headers: { 'if-none-match': '*' } },
        {
          status: 501,
          code: 'NotImplemented',
          message: `The header 'If-None-Match' is not supported on a ${method}; use If-Match.`,
          target: 'If-None-Match',
        },
      );
    }
  });
});

describe('If-Match of a read', () => {
  test('holds for the current version', async () => {
    for (const tag of [etag, '*', `"x", ${etag}`]) assert.equal((await get({ 'if-match': tag })).status, 200);
  });

  test('of another version is refused: 412, with the current tag', async () => {
    await assertRefused(
      session,
      'GET',
      settings,
      { headers: { 'if-match': '"other"' } },
      {
        status: 412,
        code: 'PreconditionFailed',
        message: 'The object has changed since the version that If-Match names.',
        target: 'If-Match',
        headers: { etag },
      },
    );
  });
});
