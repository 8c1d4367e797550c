// $batch: several requests in one, each answered in its own right.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Answer, type CallOptions, call } from '../support.js';
import { assertRefused } from './refusals.js';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let settings: string;
let vpn: string;
before(async () => {
  session = await openSession();
  const { settingsId, profiles } = session.development;
  settings = `/deviceManagement/derivedCredentials/${settingsId}`;
  vpn = `/deviceManagement/deviceConfigurations/${profiles.iosVpnConfiguration}`;
});
after(() => session.close());

interface Response {
  readonly id: string | number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body?: any;
}

const json = { 'Content-Type': 'application/json' };
const send = (body: unknown, options: CallOptions = {}): Promise<Answer> =>
  call(session.server, 'POST', '/beta/$batch', { body, ...options });

/** The responses to the requests, by their ids. */
async function batch(...requests: object[]): Promise<Map<string | number, Response>> {
  const answer = await send({ requests });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(Object.keys(answer.json), ['responses']);
  const responses: Response[] = answer.json.responses;
  assert.equal(responses.length, requests.length);
  return new Map(responses.map((response) => [response.id, response]));
}

/** The one response to one request. */
async function only(request: object): Promise<Response> {
  const [response] = (await batch({ id: '1', method: 'GET', ...request })).values();
  assert.ok(response);
  return response;
}

describe('a batch', () => {
  test('takes a filter with spaces in it, as it is read', async () => {
    const url = "/deviceManagement/deviceConfigurations?$filter=displayName eq 'VPN' and version ge 1";
    const { status, body } = await only({ url });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.value.length, 1);
  });

  test('takes $format and no other option', async () => {
    const body = { requests: [{ id: '1', method: 'GET', url: settings }] };
    const post = (query: string) => call(session.server, 'POST', `/beta/$batch?${query}`, { body });
    assert.equal((await post('$format=json')).status, 200);
    for (const [query, status] of [
      ['$filter=true', 501],
      ['select=id', 501],
      ['$nope=1', 400],
      ['$format=atom', 406],
    ] as const) {
      assert.equal((await post(query)).status, status, query);
    }
  });

  test('answers each request with its status, headers and body', async () => {
    const responses = await batch(
      { id: 'read', method: 'GET', url: settings },
      { id: 'update', method: 'PATCH', url: vpn, headers: json, body: { description: 'By a batch' } },
      { id: 'missing', method: 'GET', url: '/deviceManagement/derivedCredentials/x' },
    );
    const read = responses.get('read');
    assert.equal(read?.status, 200);
    assert.equal(read?.body.id, session.development.settingsId);
    assert.match(String(read?.headers['Content-Type']), /^application\/json;odata\.metadata=minimal/);
    assert.equal(read?.headers.ETag, (await session.send('GET', settings.slice(18))).headers.etag);
    assert.equal(read?.headers['OData-Version'], '4.0');
    assert.equal(responses.get('update')?.body.description, 'By a batch');
    const missing = responses.get('missing');
    assert.equal(missing?.status, 404);
    assert.equal(missing?.body.error.code, 'ResourceNotFound');
    assert.equal(missing?.body.error.innerError['request-id'], missing?.headers['request-id']);
  });

  test('gives each request an id of its own, and the client request id of the batch unless it has one', async () => {
    const requests = [
      { id: 1, method: 'GET', url: settings },
      { id: 2, method: 'GET', url: settings, headers: { 'client-request-id': 'own' } },
    ];
    const { json: answered, headers } = await send(
      { requests },
      { headers: { 'client-request-id': 'whole', 'content-type': 'application/json' } },
    );
    const [one, two] = answered.responses;
    assert.deepEqual([one.headers['client-request-id'], two.headers['client-request-id']], ['whole', 'own']);
    assert.equal(new Set([one.headers['request-id'], two.headers['request-id'], headers['request-id']]).size, 3);
  });

  test('answers ids in kind, texts and integers', async () => {
    const responses = await batch({ id: 1, method: 'GET', url: settings }, { id: '2', method: 'GET', url: settings });
    assert.deepEqual([...responses.keys()], [1, '2']);
  });

  for (const [what, url] of [
    ['below the version', () => settings],
    ['without a leading slash', () => settings.slice(1)],
    ['with the version', () => `/beta${settings}`],
    ['with the version and without a leading slash', () => `beta${settings}`],
    ['of this server', () => `${session.server.plainUrl}/beta${settings}`],
    ['of Graph', () => `https://graph.microsoft.com/beta${settings}`],
    ['with a query', () => `${settings}?$select=id`],
    ['in any case', () => settings.replace('deviceManagement', 'DEVICEMANAGEMENT')],
  ] as const) {
    test(`takes a URL ${what}`, async () => {
      const { status, body } = await only({ url: url() });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal(body.id, session.development.settingsId);
    });
  }

  test('refuses a URL of another host in the place of that request: 400', async () => {
    const { status, body } = await only({ url: 'https://evil.example/beta/deviceManagement' });
    assert.equal(status, 400);
    assert.match(body.error.message, /names the host 'https:\/\/evil.example'/);
  });

  test('honours the headers of each request', async () => {
    const etag = String((await session.send('GET', settings.slice(18))).headers.etag);
    const responses = await batch(
      { id: 'full', method: 'GET', url: vpn, headers: { Accept: 'application/json;odata.metadata=Full' } },
      { id: 'known', method: 'GET', url: settings, headers: { 'If-None-Match': etag } },
      { id: 'lost', method: 'PATCH', url: settings, headers: { ...json, 'if-match': '"other"' }, body: {} },
      { id: 'minimal', method: 'PATCH', url: settings, headers: { ...json, Prefer: 'return=minimal' }, body: {} },
    );
    assert.ok(responses.get('full')?.body['derivedCredentialSettings@odata.navigationLink']);
    assert.deepEqual([responses.get('known')?.status, responses.get('known')?.body], [304, undefined]);
    assert.equal(responses.get('lost')?.status, 412);
    assert.equal(responses.get('minimal')?.status, 204);
    assert.equal(responses.get('minimal')?.headers['Preference-Applied'], 'return=minimal');
    assert.ok(!('body' in (responses.get('minimal') ?? {})));
  });

  test('judges the permissions of each request by themselves', async () => {
    const token = await session.development.token({ scopes: ['DeviceManagementApps.Read.All'] });
    const requests = [
      { id: '1', method: 'GET', url: '/deviceManagement/auditEvents' },
      { id: '2', method: 'GET', url: settings },
    ];
    const { status, json: answered } = await send({ requests }, { token });
    assert.equal(status, 200);
    assert.deepEqual(
      answered.responses.map(({ status: own }: Response) => own),
      [200, 403],
    );
  });

  test('takes a create, and tells where the object is', async () => {
    const { status, headers, body } = await only({
      method: 'POST',
      url: '/deviceManagement/deviceConfigurations',
      headers: json,
      body: leastProfiles.iosVpnConfiguration,
    });
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(headers.Location, `${session.root}/deviceConfigurations('${body.id}')`);
  });

  test('wants a Content-Type with a body, as Graph does', async () => {
    assert.equal((await only({ method: 'PATCH', url: settings, body: {} })).status, 415);
    assert.equal((await only({ method: 'PATCH', url: settings, headers: json })).status, 400);
    assert.equal((await only({ method: 'GET', url: settings, headers: json, body: {} })).status, 400);
  });

  test('takes a method in any case, and no body where it is null', async () => {
    assert.equal((await only({ method: 'get', url: settings, body: null, headers: null })).status, 200);
    const head = await only({ method: 'HEAD', url: settings });
    assert.deepEqual([head.status, typeof head.headers.ETag, head.body], [200, 'string', undefined]);
    const refused = await only({ method: 'HEAD', url: `${settings}0` });
    assert.deepEqual([refused.status, refused.body], [404, undefined]);
  });

  test('answers what is not JSON as a text in base64', async () => {
    const { status, headers, body } = await only({ url: '/$metadata' });
    assert.equal(status, 200);
    assert.match(String(headers['Content-Type']), /^application\/xml/);
    assert.match(Buffer.from(body, 'base64').toString(), /<edmx:Edmx /);
  });

  test('goes by its path in any case, and with a percent sign', async () => {
    const body = { requests: [{ id: '1', method: 'GET', url: settings }] };
    for (const path of ['/beta/$batch', '/beta/%24batch', '/BETA/$Batch', '/beta//$batch']) {
      assert.equal((await call(session.server, 'POST', path, { body })).status, 200, path);
    }
  });

  test('needs a token that holds: 401', async () => {
    const body = { requests: [{ id: '1', method: 'GET', url: settings }] };
    assert.equal((await send(body, { token: null })).status, 401);
    assert.equal((await send(body, { token: 'a.b.c' })).status, 401);
  });

  test('is asked for with POST alone: 405', async () => {
    const { status, headers } = await call(session.server, 'GET', '/beta/$batch');
    assert.equal(status, 405);
    assert.equal(headers.allow, 'POST, OPTIONS');
    assert.equal((await call(session.server, 'OPTIONS', '/beta/$batch')).headers.allow, 'POST, OPTIONS');
  });

  test('says that it goes on after a failure, where that is wished', async () => {
    const requests = [
      { id: '1', method: 'GET', url: '/nope' },
      { id: '2', method: 'GET', url: settings },
    ];
    const answer = await send(
      { requests },
      { headers: { prefer: 'odata.continue-on-error', 'content-type': 'application/json' } },
    );
    assert.equal(answer.headers['preference-applied'], 'odata.continue-on-error');
    assert.deepEqual(
      answer.json.responses.map(({ status }: Response) => status),
      [400, 200],
    );
  });
});

describe('a request that depends on another', () => {
  const rename = (id: string, displayName: string, ...dependsOn: (string | number)[]) => ({
    id,
    method: 'PATCH',
    url: settings,
    headers: json,
    body: { displayName },
    dependsOn,
  });

  test('comes after it, wherever it stands', async () => {
    const responses = await batch(rename('c', 'third', 'b'), rename('b', 'second', 'a'), rename('a', 'first'));
    assert.deepEqual(
      [...responses.values()].map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal((await session.expect(200, 'GET', settings.slice(18))).displayName, 'third');
  });

  test('answers 424 where it failed, and so does what depends on that', async () => {
    const before = await session.expect(200, 'GET', settings.slice(18));
    const failing = { ...rename('a', 'x'), body: { nope: 1 } };
    const responses = await batch(failing, rename('b', 'x', 'a'), rename('c', 'x', 'b'), {
      id: 'd',
      method: 'GET',
      url: settings,
    });
    assert.deepEqual(
      [...responses.values()].map(({ status }) => status),
      [400, 424, 424, 200],
    );
    assert.equal(responses.get('b')?.body.error.code, 'FailedDependency');
    assert.deepEqual(await session.expect(200, 'GET', settings.slice(18)), before);
  });

  test('may name an integer id', async () => {
    const responses = await batch({ ...rename('x', 'one'), id: 1 }, { ...rename('x', 'two', 1), id: 2 });
    assert.deepEqual(
      [...responses.values()].map(({ status }) => status),
      [200, 200],
    );
  });
});

describe('a malformed batch is refused as a whole', () => {
  const get = { id: '1', method: 'GET', url: '/deviceManagement' };
  const patch = { ...get, method: 'PATCH', headers: json, body: {} };
  const cases: readonly (readonly [string, unknown, string | undefined])[] = [
    ['no object', [], undefined],
    ['no JSON', '{', undefined],
    ['no requests', {}, 'requests'],
    ['requests that are no array', { requests: {} }, 'requests'],
    ['an empty array', { requests: [] }, 'requests'],
    ['21 requests', { requests: Array.from({ length: 21 }, (_, id) => ({ ...get, id })) }, 'requests'],
    ['another member', { requests: [get], nope: 1 }, 'nope'],
    ['a request that is no object', { requests: [1] }, 'requests[0]'],
    ['an unknown member of a request', { requests: [{ ...get, nope: 1 }] }, 'requests[0]/nope'],
    ['no id', { requests: [{ ...get, id: undefined }] }, 'requests[0]/id'],
    ['an empty id', { requests: [{ ...get, id: '' }] }, 'requests[0]/id'],
    ['a broken id', { requests: [{ ...get, id: 1.5 }] }, 'requests[0]/id'],
    ['an id twice', { requests: [get, get] }, 'requests[1]/id'],
    ['an id as text and as integer', { requests: [get, { ...get, id: 1 }] }, 'requests[1]/id'],
    ['no method', { requests: [{ ...get, method: undefined }] }, 'requests[0]/method'],
    ['a broken method', { requests: [{ ...get, method: 'G E T' }] }, 'requests[0]/method'],
    ['no URL', { requests: [{ ...get, url: undefined }] }, 'requests[0]/url'],
    ['a URL on two lines', { requests: [{ ...get, url: '/a\nb' }] }, 'requests[0]/url'],
    ['a URL without a scheme', { requests: [{ ...get, url: '//evil.example/beta' }] }, 'requests[0]/url'],
    ['another scheme', { requests: [{ ...get, url: 'file:/etc/passwd' }] }, 'requests[0]/url'],
    ['a batch in a batch', { requests: [{ ...get, url: '/$batch' }] }, 'requests[0]/url'],
    ['a batch in a batch, spelt otherwise', { requests: [{ ...get, url: 'beta/%24BATCH' }] }, 'requests[0]/url'],
    ['headers that are no object', { requests: [{ ...get, headers: [] }] }, 'requests[0]/headers'],
    ['a header that is no text', { requests: [{ ...get, headers: { a: 1 } }] }, 'requests[0]/headers/a'],
    ['a header with a line break', { requests: [{ ...get, headers: { a: 'b\r\nc: d' } }] }, 'requests[0]/headers/a'],
    ['a header of no name', { requests: [{ ...get, headers: { 'a b': 'c' } }] }, 'requests[0]/headers/a b'],
    ['a header twice', { requests: [{ ...get, headers: { a: '1', A: '2' } }] }, 'requests[0]/headers/A'],
    ['dependsOn that is no array', { requests: [{ ...get, dependsOn: '1' }] }, 'requests[0]/dependsOn'],
    ['a dependency on itself', { requests: [{ ...get, dependsOn: ['1'] }] }, 'requests[0]/dependsOn'],
    ['a dependency on nobody', { requests: [{ ...get, dependsOn: ['2'] }] }, 'requests[0]/dependsOn'],
    [
      'a circle',
      {
        requests: [
          { ...get, dependsOn: ['2'] },
          { ...get, id: '2', dependsOn: ['1'] },
        ],
      },
      'requests',
    ],
    ['a group without a name', { requests: [{ ...patch, atomicityGroup: '' }] }, 'requests[0]/atomicityGroup'],
    ['a read in a group', { requests: [{ ...get, atomicityGroup: 'g' }] }, 'requests[0]/method'],
    [
      'a group that is torn',
      {
        requests: [
          { ...patch, atomicityGroup: 'g' },
          { ...get, id: '2' },
          { ...patch, id: '3', atomicityGroup: 'g' },
        ],
      },
      'requests[2]/atomicityGroup',
    ],
    [
      'a group with the name of a request',
      { requests: [{ ...patch, atomicityGroup: '1' }] },
      'requests[0]/atomicityGroup',
    ],
    [
      'a dependency on what comes later in the group',
      {
        requests: [
          { ...patch, atomicityGroup: 'g', dependsOn: ['2'] },
          { ...patch, id: '2', atomicityGroup: 'g' },
        ],
      },
      'requests[0]/dependsOn',
    ],
    [
      'a dependency on the own group',
      { requests: [{ ...patch, atomicityGroup: 'g', dependsOn: ['g'] }] },
      'requests[0]/dependsOn',
    ],
  ];
  for (const [what, body, target] of cases) {
    test(`with ${what}: 400`, async () => {
      await assertRefused(
        session,
        'POST',
        '/beta/$batch',
        { body },
        { status: 400, code: 'BadRequest', message: /./, target },
      );
    });
  }

  test('where it is not JSON: 415', async () => {
    const answer = await send('{}', { headers: { 'content-type': 'multipart/mixed' } });
    assert.equal(answer.status, 415);
  });

  test('where it is larger than any request may be: 413', async () => {
    assert.equal((await send('a'.repeat(5_000_000))).status, 413);
  });
});
