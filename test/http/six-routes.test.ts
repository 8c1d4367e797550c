// The update by each of its six routes, and what the other routes see of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Answer } from '../support.js';
import { openSession, type Session } from './session.js';

const settingsType = '#microsoft.graph.deviceManagementDerivedCredentialSettings';
const castTypes = [
  'iosVpnConfiguration',
  'iosEnterpriseWiFiConfiguration',
  'iosEasEmailProfileConfiguration',
  'iosDerivedCredentialAuthenticationConfiguration',
];

describe('the six update routes', () => {
  let session: Session;
  /** By id, by a profile without a cast, and by each of the four types. */
  let routes: string[];
  before(async () => {
    session = await openSession();
    const { settingsId, profiles } = session.development;
    const navigation = (type: string, cast: string) =>
      `deviceConfigurations/${profiles[type]}${cast}/derivedCredentialSettings`;
    routes = [
      `derivedCredentials/${settingsId}`,
      navigation('iosVpnConfiguration', ''),
      ...castTypes.map((type) => navigation(type, `/microsoft.graph.${type}`)),
    ];
  });
  after(() => session.close());

  const readAll = (): Promise<Answer[]> => Promise.all(routes.map((route) => session.send('GET', route)));
  const patch = (route: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
    session.send('PATCH', route, { body, headers });
  const route = (): string => routes[2] ?? '';

  test('each updates the one object, which every other route, the collection and the key in parentheses show at once', async () => {
    assert.equal(routes.length, 6);
    const issuers = ['intercede', 'entrustDatacard', 'purebred', 'xTec'];
    for (const [index, path] of routes.entries()) {
      const body = {
        '@odata.type': settingsType,
        displayName: `by route ${index}`,
        helpUrl: `https://help.example.com/${index}`,
        issuer: issuers[index % 4],
        notificationType: ['none', 'companyPortal', 'email', 'companyPortal,email'][index % 4],
        renewalThresholdPercentage: 10 + index,
      };
      const answer = await patch(path, body);
      assert.equal(answer.status, 200, answer.text);
      const { '@odata.context': context, '@odata.etag': etag, ...object } = answer.json;
      assert.deepEqual(object, { ...body, id: session.development.settingsId });
      assert.equal(context, `${session.server.plainUrl}/beta/$metadata#deviceManagement/derivedCredentials/$entity`);
      assert.equal(answer.headers.etag, etag);
      for (const seen of await readAll()) {
        assert.equal(seen.status, 200);
        assert.deepEqual(seen.json, answer.json);
        assert.equal(seen.headers.etag, etag);
      }
      const { value } = await session.expect(200, 'GET', 'derivedCredentials');
      assert.deepEqual(value, [{ ...object, '@odata.etag': etag }]);
      const byKey = await session.expect(200, 'GET', `derivedCredentials('${session.development.settingsId}')`);
      assert.deepEqual(byKey, answer.json);
    }
  });

  test('each changes the properties that the body names and no other', async () => {
    for (const [index, path] of routes.entries()) {
      const { '@odata.etag': _, ...before } = await session.expect(200, 'GET', path);
      const { '@odata.etag': __, ...answer } = await session.expect(200, 'PATCH', path, {
        displayName: `only ${index}`,
      });
      assert.deepEqual(answer, { ...before, displayName: `only ${index}` });
    }
  });

  test('the documented example is answered by each with the object as it stands, and nothing is written', async () => {
    const example = '{\n  "@odata.type": "#microsoft.graph.deviceManagementDerivedCredentialSettings"\n}';
    const before = await session.send('GET', routes[0] ?? '');
    const events = await session.auditOf(async () => {
      for (const path of routes) {
        const answer = await session.send('PATCH', path, {
          body: example,
          headers: { 'content-type': 'application/json', accept: 'application/json' },
        });
        assert.equal(answer.status, 200, answer.text);
        assert.deepEqual(answer.json, before.json);
        assert.equal(answer.headers.etag, before.headers.etag);
      }
    });
    assert.deepEqual(events, []);
  });

  test('an answer is JSON with @odata.context, @odata.type, id and all five properties', async () => {
    for (const path of routes) {
      const { headers, json } = await patch(path, {});
      assert.match(String(headers['content-type']), /^application\/json;.*charset=utf-8$/);
      assert.deepEqual(Object.keys(json), [
        '@odata.context',
        '@odata.type',
        '@odata.etag',
        'id',
        'displayName',
        'helpUrl',
        'issuer',
        'notificationType',
        'renewalThresholdPercentage',
      ]);
    }
  });

  test('every version has an ETag of its own, also where an earlier state comes back', async () => {
    const seen = new Set<string | undefined>();
    for (const [index, path] of [...routes, ...routes].entries()) {
      const { headers } = await patch(path, { displayName: index % 2 === 0 ? 'even' : 'odd' });
      assert.match(String(headers.etag), /^(W\/)?"[^"]+"$/);
      seen.add(headers.etag);
    }
    assert.equal(seen.size, 12);
  });

  test('every answer has a request-id of its own, and as client-request-id the one that was given or the same', async () => {
    const ids = new Set<unknown>();
    for (const path of routes) {
      const own = await patch(path, {});
      ids.add(own.headers['request-id']);
      assert.equal(own.headers['client-request-id'], own.headers['request-id']);
      const given = await patch(path, {}, { 'client-request-id': 'mine-42' });
      ids.add(given.headers['request-id']);
      assert.equal(given.headers['client-request-id'], 'mine-42');
    }
    assert.equal(ids.size, 12);
    for (const id of ids) assert.match(String(id), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('a refusal has the same two headers, and the two ids again in its body', async () => {
    const { status, headers, json } = await patch(route(), { issuer: 'nobody' }, { 'client-request-id': 'mine-43' });
    assert.equal(status, 400);
    assert.equal(headers['client-request-id'], 'mine-43');
    assert.equal(json.error.innerError['client-request-id'], 'mine-43');
    assert.equal(json.error.innerError['request-id'], headers['request-id']);
  });

  test('a client-request-id that is long, or has more than visible ASCII, is not sent back', async () => {
    for (const hostile of ['x'.repeat(129), 'two words', 'caf\u00e9', 'tab\there', '']) {
      const { status, headers, text } = await patch(route(), { issuer: 'nobody' }, { 'client-request-id': hostile });
      assert.equal(status, 400);
      assert.equal(headers['client-request-id'], headers['request-id']);
      if (hostile) assert.ok(!text.includes(hostile));
    }
  });

  test('If-Match is honoured by each: the current tag, weak and strong, among others, and *', async () => {
    for (const [index, path] of routes.entries()) {
      const weak = String((await session.send('GET', path)).headers.etag);
      const strong = weak.replace('W/', '');
      assert.notEqual(weak, strong);
      const forms = [weak, strong, `"other", ${weak}`, '*'];
      const ifMatch = forms[index % forms.length] ?? '';
      for (const tag of [weak, strong, `"other",${weak}`, ' * ']) {
        assert.equal((await patch(path, {}, { 'if-match': tag })).status, 200, tag);
      }
      const { status, json } = await patch(path, { displayName: `if ${ifMatch}` }, { 'if-match': ifMatch });
      assert.equal(status, 200);
      assert.equal(json.displayName, `if ${ifMatch}`);
    }
  });

  test('a stale If-Match is 412 by each, even for what would change nothing, and nothing is changed', async () => {
    for (const path of routes) {
      const stale = String((await session.send('GET', path)).headers.etag);
      const current = await patch(path, { displayName: `newer than ${stale}` });
      const events = await session.auditOf(async () => {
        for (const body of [{ displayName: 'lost' }, {}]) {
          const { status, json } = await patch(path, body, { 'if-match': stale });
          assert.equal(status, 412);
          assert.equal(json.error.code, 'PreconditionFailed');
          assert.equal(json.error.target, 'If-Match');
        }
        assert.equal((await patch(path, { displayName: 'lost' }, { 'if-match': '"another"' })).status, 412);
      });
      assert.deepEqual(events, []);
      for (const seen of await readAll()) assert.deepEqual(seen.json, current.json);
    }
  });

  test('a malformed If-Match is 400, and nothing is changed', async () => {
    const before = await session.send('GET', route());
    const tag = String(before.headers.etag);
    for (const malformed of ['', 'abc', tag.replace(/^W\/|"/g, ''), `${tag} ${tag}`, `w/${tag.slice(2)}`, '*,*']) {
      const { status, json } = await patch(route(), { displayName: 'lost' }, { 'if-match': malformed });
      assert.equal(status, 400, malformed);
      assert.equal(json.error.target, 'If-Match');
    }
    assert.deepEqual((await session.send('GET', route())).json, before.json);
  });

  test('of updates that wait for each other under If-Match, exactly one wins', async () => {
    const tag = String((await session.send('GET', route())).headers.etag);
    const answers = await Promise.all(
      routes.map((path, index) => patch(path, { displayName: `racer ${index}` }, { 'if-match': tag })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412, 412, 412, 412]);
    const won = answers.find(({ status }) => status === 200);
    assert.deepEqual((await session.send('GET', route())).json, won?.json);
  });
});
