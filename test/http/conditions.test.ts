// Requests on a condition: the version that the client has, or must find, or must not.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused } from './refusals.js';
import { leastProfiles, openSession, type Session } from './session.js';

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

  test('of a read with $expand is answered, since the tag tells nothing of what is expanded', async () => {
    const vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    const path = `${vpn}?$expand=assignments`;
    const { headers } = await session.send('GET', path);
    const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
    await session.expect(200, 'POST', `${vpn}/assign`, { assignments: [{ target }] });
    const answer = await get({ 'if-none-match': String(headers.etag) }, path);
    assert.equal(answer.status, 200);
    assert.equal(answer.json.assignments.length, 1);
    assert.equal((await get({ 'if-match': String(answer.headers.etag) }, path)).status, 200);
    assert.equal((await get({ 'if-none-match': '*' }, path)).status, 304);
  });

  test('of a read with $select is 304 for the same version, whatever is selected of it', async () => {
    const { headers } = await session.send('GET', `${settings}?$select=id`);
    assert.equal(headers.etag, etag);
    assert.equal((await get({ 'if-none-match': etag }, `${settings}?$select=issuer`)).status, 304);
    await session.expect(200, 'PATCH', settings, { displayName: 'Yet another' });
    const answer = await get({ 'if-none-match': etag }, `${settings}?$select=issuer`);
    assert.equal(answer.status, 200);
    etag = String(answer.headers.etag);
  });
});

describe('If-None-Match of a change', () => {
  const vpn = (): string => `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  const change = (method: string, path: string, tags: string, body?: unknown) =>
    session.send(method, path, { body, headers: { 'if-none-match': tags } });
  const reference = () => ({ '@odata.id': `${session.root}/${settings}` });

  test('of the version that is there, or of any, is refused: 412, and nothing changes', async () => {
    const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
    const profile = String((await session.send('GET', vpn())).headers.etag);
    for (const [method, path, tag, body] of [
      ['PATCH', settings, etag, { displayName: 'x' }],
      ['DELETE', settings, etag, undefined],
      ['PATCH', vpn(), profile, { displayName: 'x' }],
      ['DELETE', vpn(), profile, undefined],
      ['POST', `${vpn()}/assign`, profile, { assignments: [{ target }] }],
      ['PUT', `${vpn()}/derivedCredentialSettings/$ref`, profile, reference()],
      ['DELETE', `${vpn()}/derivedCredentialSettings/$ref`, profile, undefined],
      ['PATCH', `${vpn()}/derivedCredentialSettings`, etag, { displayName: 'x' }],
    ] as const) {
      for (const tags of ['*', tag, `"other", ${tag.slice(2)}`]) {
        await assertRefused(
          session,
          method,
          path,
          { body, headers: { 'if-none-match': tags } },
          {
            status: 412,
            code: 'PreconditionFailed',
            message: 'The object exists, in a version that If-None-Match excludes.',
            target: 'If-None-Match',
            headers: { etag: tag },
          },
        );
      }
    }
    assert.equal((await session.send('GET', settings)).headers.etag, etag);
    assert.equal((await session.send('GET', vpn())).headers.etag, profile);
  });

  test('of another version lets it happen, and both conditions are judged', async () => {
    const answer = await change('PATCH', settings, '"other"', { displayName: 'Changed' });
    assert.equal(answer.status, 200);
    etag = String(answer.headers.etag);
    const headers = { 'if-match': etag, 'if-none-match': etag };
    assert.equal((await session.send('PATCH', settings, { body: {}, headers })).status, 412);
    assert.equal((await change('PUT', `${vpn()}/derivedCredentialSettings/$ref`, '"other"', reference())).status, 204);
  });

  test("makes no object where there is none: 404, for ids are the server's", async () => {
    assert.equal((await change('PATCH', 'derivedCredentials/mine', '*', { displayName: 'x' })).status, 404);
  });

  test('that is malformed is refused: 400', async () => {
    assert.equal((await change('PATCH', settings, 'x', {})).status, 400);
  });

  test('of a create, which finds no version, is refused by its name, as If-Match is: 501', async () => {
    for (const [name, header, value] of [
      ['If-None-Match', 'if-none-match', '*'],
      ['If-Match', 'if-match', etag],
    ] as const) {
      await assertRefused(
        session,
        'POST',
        'deviceConfigurations',
        { body: leastProfiles.iosVpnConfiguration, headers: { [header]: value } },
        {
          status: 501,
          code: 'NotImplemented',
          message: `The header '${name}' is not supported on a POST that creates.`,
          target: name,
        },
      );
    }
    const headers = { 'if-match': '*' };
    const body = leastProfiles.iosVpnConfiguration;
    assert.equal((await session.send('POST', 'deviceConfigurations', { body, headers })).status, 201);
  });
});

describe('If-Match of a read', () => {
  test('holds for the current version', async () => {
    for (const tag of [etag, '*', `"x", ${etag}`, `${etag},`, `, ,"x" ,, ${etag} ,`])
      assert.equal((await get({ 'if-match': tag })).status, 200);
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
