// Pages of other origins, HEAD and OPTIONS, and the headers that every answer has.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CallOptions, call } from '../support.js';
import { openSession, type Session } from './session.js';

const page = 'https://admin.example.org';
const preflight = (origin: string) => ({
  token: null,
  headers: {
    origin,
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization, content-type',
  },
});

describe('a server without allowed origins', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  const send = (method: string, path: string, options?: CallOptions) => session.send(method, path, options);

  test('tells browsers nothing', async () => {
    const { status, headers } = await send('GET', 'derivedCredentials', { headers: { origin: page } });
    assert.equal(status, 200);
    assert.ok(Object.keys(headers).every((name) => !name.startsWith('access-control-')));
    assert.equal(headers.vary, 'Authorization, Accept, Prefer');
  });

  test('answers a preflight like any OPTIONS without a token: 401', async () => {
    const { status, headers } = await send('OPTIONS', 'derivedCredentials', preflight(page));
    assert.equal(status, 401);
    assert.ok(Object.keys(headers).every((name) => !name.startsWith('access-control-')));
  });

  for (const [path, allow] of [
    ['', 'GET, HEAD, OPTIONS'],
    ['derivedCredentials', 'GET, HEAD, POST, OPTIONS'],
    ['auditEvents', 'GET, HEAD, OPTIONS'],
  ] as const) {
    test(`answers OPTIONS of /deviceManagement/${path} with the methods that there are`, async () => {
      const { status, headers, text } = await send('OPTIONS', path);
      assert.equal(status, 204, text);
      assert.equal(headers.allow, allow);
      assert.equal(text, '');
    });
  }

  test('refuses OPTIONS of what is not there: 400', async () => {
    assert.equal((await send('OPTIONS', 'nope')).status, 400);
  });

  test('answers HEAD with the headers of GET and no body, refusals too', async () => {
    for (const path of [
      '',
      'derivedCredentials',
      `derivedCredentials/${session.development.settingsId}`,
      'derivedCredentials/x',
      'nope',
    ]) {
      const [get, head] = await Promise.all([send('GET', path), send('HEAD', path)]);
      assert.equal(head.status, get.status, path);
      assert.equal(head.text, '');
      for (const name of ['content-type', 'content-length', 'etag', 'odata-version', 'cache-control', 'vary']) {
        assert.equal(head.headers[name], get.headers[name], `${path}: ${name}`);
      }
    }
  });

  test("has Graph's headers on every answer", async () => {
    for (const path of ['derivedCredentials', 'nope']) {
      const { headers } = await send('GET', path, { headers: { 'client-request-id': 'mine' } });
      assert.match(String(headers['request-id']), /^[0-9a-f-]{36}$/);
      assert.equal(headers['client-request-id'], 'mine');
      assert.equal(headers['odata-version'], '4.0');
      assert.equal(headers['cache-control'], 'no-store');
      assert.ok(!Number.isNaN(Date.parse(String(headers.date))));
      const { ServerInfo } = JSON.parse(String(headers['x-ms-ags-diagnostic']));
      assert.deepEqual(Object.keys(ServerInfo), ['DataCenter', 'Slice', 'Ring', 'ScaleUnit', 'RoleInstance']);
      assert.equal(headers['strict-transport-security'], undefined, 'production alone says so');
    }
  });

  for (const [header, value] of [
    ['odata-version', '4.0'],
    ['odata-version', '4.01'],
    ['odata-maxversion', '4.0'],
    ['odata-maxversion', '4.01'],
    ['odata-maxversion', '5.0'],
  ] as const) {
    test(`takes ${header}: ${value}, and answers in 4.0`, async () => {
      const answer = await send('GET', 'derivedCredentials', { headers: { [header]: value } });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers['odata-version'], '4.0');
    });
  }
  for (const [header, value] of [
    ['odata-version', '3.0'],
    ['odata-version', '4.02'],
    ['odata-version', 'x'],
    ['odata-maxversion', '3.0'],
    ['odata-maxversion', ''],
    ['odata-maxversion', '4'],
  ] as const) {
    test(`refuses ${header}: ${value}`, async () => {
      const answer = await send('GET', 'derivedCredentials', { headers: { [header]: value } });
      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.json.error.target.toLowerCase(), header);
    });
  }
});

describe('a server with allowed origins', () => {
  let session: Session;
  before(async () => {
    session = await openSession({ allowOrigin: [page, 'http://localhost:3000/'] });
  });
  after(() => session.close());

  test('lets their pages read answers, refusals too, with the headers that Graph exposes', async () => {
    for (const origin of [page, 'http://localhost:3000']) {
      for (const [path, token] of [
        ['derivedCredentials', undefined],
        ['nope', undefined],
        ['derivedCredentials', null],
      ] as const) {
        const options = { headers: { origin }, ...(token === null && { token }) };
        const { headers } = await session.send('GET', path, options);
        assert.equal(headers['access-control-allow-origin'], origin);
        const exposed = String(headers['access-control-expose-headers']).split(', ');
        for (const name of [
          'ETag',
          'Location',
          'Preference-Applied',
          'request-id',
          'client-request-id',
          'Retry-After',
          'WWW-Authenticate',
        ]) {
          assert.ok(exposed.includes(name), name);
        }
        assert.equal(headers['access-control-allow-credentials'], undefined);
        assert.equal(headers.vary, 'Authorization, Accept, Prefer, Origin');
      }
    }
  });

  test('answers their preflights without a token: 204', async () => {
    const { status, headers, text } = await session.send('OPTIONS', 'derivedCredentials', preflight(page));
    assert.equal(status, 204);
    assert.equal(text, '');
    assert.equal(headers['access-control-allow-origin'], page);
    assert.match(String(headers['access-control-allow-methods']), /PATCH/);
    assert.equal(headers['access-control-allow-headers'], 'authorization, content-type');
    assert.match(String(headers['access-control-max-age']), /^\d+$/);
  });

  test('tells no other page anything', async () => {
    for (const origin of ['https://evil.example', 'null', `${page}.evil.example`, 'http://admin.example.org']) {
      const { status, headers } = await session.send('GET', 'derivedCredentials', { headers: { origin } });
      assert.equal(status, 200);
      assert.equal(headers['access-control-allow-origin'], undefined);
      assert.equal((await session.send('OPTIONS', 'derivedCredentials', preflight(origin))).status, 401);
    }
  });
});

describe('a server that allows every origin', () => {
  test('says so with a star', async () => {
    const session = await openSession({ allowOrigin: ['*'] });
    try {
      const { headers } = await session.send('GET', 'derivedCredentials', { headers: { origin: page } });
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.equal(headers.vary, 'Authorization, Accept, Prefer');
      const answer = await call(session.server, 'OPTIONS', '/anything', preflight(page));
      assert.equal(answer.status, 204);
    } finally {
      await session.close();
    }
  });

  for (const origin of ['admin.example.org', 'https://admin.example.org/path', 'null', '']) {
    test(`does not start with --allow-origin '${origin}'`, async () => {
      await assert.rejects(
        openSession({ allowOrigin: [origin] }),
        /--allow-origin must be (an origin|a list of texts that are not empty)/,
      );
    });
  }
});
