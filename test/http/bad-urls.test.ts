// URLs, methods, query options and hosts that lead nowhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused, type Refusal, stateOf } from './refusals.js';
import { openSession, type Session } from './session.js';

let session: Session;
/** Of the settings and of the VPN profile, below /deviceManagement. */
let settings: string;
let profile: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
  profile = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
});
after(() => session.close());

const badRequest = (target: string | undefined, message: string | RegExp): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message,
  target,
});
const noSegment = (segment: string) => badRequest(segment, `Resource not found for the segment '${segment}'.`);
const noVersion = (version: string) => badRequest(version, 'Invalid version.');
const onlyInBeta = (segment: string) =>
  badRequest(segment, `Resource not found for the segment '${segment}'. It exists in /beta alone.`);

describe('a path', () => {
  const paths: readonly (readonly [string, Refusal])[] = [
    ['/', noVersion('')],
    ['/v2.0/deviceManagement/derivedCredentials', noVersion('v2.0')],
    ['/deviceManagement/derivedCredentials', noVersion('deviceManagement')],
    ['/beta2/deviceManagement', noVersion('beta2')],
    ['/v1.0/deviceManagement', onlyInBeta('deviceManagement')],
    ['/v1.0/deviceManagement/derivedCredentials', onlyInBeta('derivedCredentials')],
    ['/v1.0/deviceManagement/deviceConfigurations', onlyInBeta('deviceConfigurations')],
    ['/v1.0/deviceManagement/nope', noSegment('nope')],
    ['/beta/nope', noSegment('nope')],
    ['/beta/derivedCredentials', noSegment('derivedCredentials')],
    ['/beta/deviceManagement/nope', noSegment('nope')],
    ['/beta/deviceManagement/derivedCredential', noSegment('derivedCredential')],
    ['/beta/deviceManagement/deviceConfigurations/x/nope', noSegment('nope')],
    ['/beta/deviceManagement/deviceConfigurations/x/iosVpnConfiguration', noSegment('iosVpnConfiguration')],
    [
      '/beta/deviceManagement/deviceConfigurations/x/microsoft.graph.windowsPhone81VpnConfiguration',
      noSegment('microsoft.graph.windowsPhone81VpnConfiguration'),
    ],
    [
      '/beta/deviceManagement/deviceConfigurations/x/microsoft.graph.auditEvent',
      badRequest(
        'microsoft.graph.auditEvent',
        "The type 'microsoft.graph.auditEvent' is not derived from 'microsoft.graph.deviceConfiguration', so the cast can never succeed.",
      ),
    ],
    [
      '/beta/deviceManagement/derivedCredentials(5)',
      badRequest(undefined, "The key '(5)' is malformed: the form is ('{id}')."),
    ],
    [
      `/beta/deviceManagement/derivedCredentials/${'k'.repeat(600)}`,
      badRequest(undefined, /^The key 'k{512}…' is malformed: it is longer than the limit of 256 characters\.$/),
    ],
    [
      '/beta/deviceManagement/derivedCredentials/%zz',
      badRequest(undefined, 'The request URL is malformed: its percent-encoding is broken.'),
    ],
  ];
  for (const [path, refusal] of paths) {
    test(`${path.slice(0, 100)} is refused`, async () => {
      await assertRefused(session, 'GET', path, {}, refusal);
      await assertRefused(session, 'PATCH', path, { body: { displayName: 'a' } }, refusal);
    });
  }

  test('of each update route is refused in /v1.0', async () => {
    for (const cast of ['', '/microsoft.graph.iosVpnConfiguration']) {
      const path = `/v1.0/deviceManagement/${profile}${cast}/derivedCredentialSettings`;
      await assertRefused(session, 'PATCH', path, { body: { displayName: 'a' } }, onlyInBeta('deviceConfigurations'));
    }
  });
});

describe('a method', () => {
  const allowed = {
    '': ['GET', 'HEAD'],
    derivedCredentials: ['GET', 'HEAD', 'POST'],
    '{settings}': ['GET', 'HEAD', 'PATCH', 'DELETE'],
    deviceConfigurations: ['GET', 'HEAD', 'POST'],
    'deviceConfigurations/microsoft.graph.iosVpnConfiguration': ['GET', 'HEAD', 'POST'],
    '{profile}': ['GET', 'HEAD', 'PATCH', 'DELETE'],
    '{profile}/microsoft.graph.iosVpnConfiguration': ['GET', 'HEAD', 'PATCH', 'DELETE'],
    '{profile}/derivedCredentialSettings': ['GET', 'HEAD', 'PATCH'],
    '{profile}/derivedCredentialSettings/$ref': ['GET', 'HEAD', 'PUT', 'DELETE'],
    auditEvents: ['GET', 'HEAD'],
    'auditEvents/x': ['GET', 'HEAD'],
  };
  for (const [path, allow] of Object.entries(allowed)) {
    test(`that /deviceManagement/${path} does not have is refused with 405, and Allow tells those it has`, async () => {
      const actual = path.replace('{settings}', settings).replace('{profile}', profile);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'SEARCH', 'LINK', 'QUERY']) {
        if (allow.includes(method)) continue;
        const list = [...allow, 'OPTIONS'].join(', ');
        await assertRefused(
          session,
          method,
          `/beta/deviceManagement${actual && `/${actual}`}`,
          {},
          {
            status: 405,
            code: 'MethodNotAllowed',
            message: `The method '${method}' is not allowed on this resource. Allowed: ${list}.`,
            headers: { allow: list },
          },
        );
      }
    });
  }

  test('is not changed by a header or a query option', async () => {
    const before = await stateOf(session);
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      const read = await session.send('GET', settings, { headers: { [name]: 'DELETE' } });
      assert.equal(read.status, 200);
      const post = await session.send('POST', settings, { headers: { [name]: 'PATCH' }, body: { displayName: 'a' } });
      assert.equal(post.status, 405);
    }
    assert.equal((await session.send('GET', `${settings}?_method=DELETE&method=DELETE`)).status, 200);
    assert.equal(await stateOf(session), before);
  });
});

describe('a query option', () => {
  const unsupported = (option: string): Refusal => ({
    status: 501,
    code: 'NotImplemented',
    message: `The query option '${option}' is not supported on this resource.`,
    target: option,
  });
  for (const name of ['apply', 'compute', 'deltatoken', 'index', 'levels', 'schemaversion']) {
    test(`$${name} is refused by its name, in any case, with and without the dollar`, async () => {
      for (const [given, option] of [
        [`$${name}`, `$${name}`],
        [`%24${name.toUpperCase()}`, `$${name}`],
        [name, `$${name}`],
      ] as const) {
        for (const path of ['derivedCredentials', 'deviceConfigurations', settings]) {
          await assertRefused(session, 'GET', `${path}?${given}=1`, {}, unsupported(option));
        }
      }
    });
  }
  test('of a list is refused on an object, and every option on a change', async () => {
    for (const option of ['$filter', '$count']) {
      await assertRefused(session, 'GET', `${settings}?${option}=true`, {}, unsupported(option));
    }
    for (const option of ['$filter', '$count', '$select']) {
      const body = { displayName: 'a' };
      await assertRefused(session, 'PATCH', `${settings}?${option}=x`, { body }, unsupported(option));
      await assertRefused(session, 'DELETE', `${settings}?${option}=x`, {}, unsupported(option));
    }
  });
  const invalid: readonly (readonly [string, Refusal])[] = [
    ['$nope=1', badRequest('$nope', "The query option '$nope' is not an OData query option.")],
    ['$=1', badRequest('$', "The query option '$' is not an OData query option.")],
    [
      '$filter=true&$FILTER=true',
      badRequest('$filter', "The query option '$filter' must not be given more than once."),
    ],
    ['$select=id&select=id', badRequest('$select', "The query option '$select' must not be given more than once.")],
    [
      '$count=yes',
      badRequest('$count', "The value of the query option '$count' is invalid: it is neither true nor false."),
    ],
    [
      '$select=id,',
      badRequest('$select', "The value of the query option '$select' is invalid: it names a property without a name."),
    ],
    [
      '$select=nope',
      badRequest(
        '$select',
        "Could not find a property named 'nope' on type 'microsoft.graph.deviceManagementDerivedCredentialSettings'.",
      ),
    ],
    ['$filter=%zz', badRequest(undefined, 'The request URL is malformed: its percent-encoding is broken.')],
  ];
  for (const [query, refusal] of invalid) {
    test(`${query} is refused`, () => assertRefused(session, 'GET', `derivedCredentials?${query}`, {}, refusal));
  }
});

describe('a $filter', () => {
  const clause = (reason: string, position: number) =>
    badRequest('$filter', `Invalid filter clause: ${reason} at position ${position}.`);
  const deep = badRequest('$filter', 'Invalid filter clause: it is nested deeper than the limit of 64.');
  const unsupported = (feature: string): Refusal => ({
    status: 501,
    code: 'NotImplemented',
    message: `'${feature}' is not supported in the filter clause.`,
    target: '$filter',
  });
  const filters: readonly (readonly [string, Refusal])[] = [
    [
      "nope eq 'a'",
      badRequest(
        '$filter',
        "Could not find a property named 'nope' on type 'microsoft.graph.deviceManagementDerivedCredentialSettings'.",
      ),
    ],
    ["displayName eq 'a", clause('a string does not end', 15)],
    ['displayName eq', clause('an expression is missing', 14)],
    ["displayName eq 'a')", clause("')' is not expected", 18)],
    ["(displayName eq 'a'", clause("')' is missing", 19)],
    ["displayName eq 'a'; drop table settings", clause("';' is not expected", 18)],
    ['displayName eq 5', clause('Edm.String cannot be compared to Edm.Int32', 12)],
    [
      "issuer eq 'nope'",
      clause(
        "'nope' is not a member of microsoft.graph.deviceManagementDerivedCredentialIssuer that can stand there",
        10,
      ),
    ],
    [
      "issuer eq 'Purebred'",
      clause(
        "'Purebred' is not a member of microsoft.graph.deviceManagementDerivedCredentialIssuer that can stand there (Did you mean 'purebred'?)",
        10,
      ),
    ],
    ["matchesPattern(displayName,'a')", unsupported('matchesPattern')],
    ['case(true:true)', unsupported('case')],
    [`${'('.repeat(1000)}issuer eq 'xTec'${')'.repeat(1000)}`, deep],
    [`${'not '.repeat(1000)}true`, deep],
    [`${'-'.repeat(1000)}1 eq 1`, deep],
    [`${'a('.repeat(1000)}${')'.repeat(1000)}`, deep],
    [
      Array(600).fill('true').join(' or '),
      badRequest('$filter', 'Invalid filter clause: it has more than the limit of 500 nodes.'),
    ],
    [
      `${'('.repeat(100_000)}true${')'.repeat(100_000)}`,
      {
        status: 431,
        code: 'RequestHeaderFieldsTooLarge',
        message: 'The URL and the headers of the request are larger than the limit of 32768 bytes.',
      },
    ],
  ];
  for (const [filter, refusal] of filters) {
    test(`${filter.slice(0, 60)} is refused: ${refusal.status}`, async () => {
      await assertRefused(session, 'GET', `derivedCredentials?$filter=${encodeURIComponent(filter)}`, {}, refusal);
    });
  }
});

describe('a Host', () => {
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '127.0.0.1@evil.example',
    'evil.example:80@127.0.0.1',
    'graph.microsoft.com',
    '0.0.0.0',
    '[::]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.0.0.1',
    '10.0.0.1',
    'localhost/evil.example',
    'localhost, evil.example',
    'localhost evil.example',
    'localhost:abc',
    '"><script>',
  ]) {
    test(`${host} that is not ours is refused, before all else`, async () => {
      const refusal = badRequest('Host', `The host '${host.toLowerCase()}' is not served here.`);
      for (const token of [undefined, null]) {
        await assertRefused(session, 'GET', settings, { headers: { host }, ...(token === null && { token }) }, refusal);
      }
      await assertRefused(session, 'DELETE', settings, { headers: { host } }, refusal);
    });
  }

  test('that a proxy’s header claims has no effect', async () => {
    const plain = await session.send('GET', settings);
    const claims = {
      forwarded: 'for=6.6.6.6;host=evil.example;proto=https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '1',
      'x-forwarded-prefix': '/evil',
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      'x-original-url': '/beta/deviceManagement/auditEvents',
      'x-rewrite-url': '/beta/deviceManagement/auditEvents',
    };
    const claimed = await session.send('GET', settings, { headers: claims });
    assert.equal(claimed.text, plain.text);
    const [event] = await session.auditOf(() =>
      session.send('PATCH', settings, { headers: claims, body: { displayName: `changed ${Date.now()}` } }),
    );
    assert.equal(event?.actor?.ipAddress, '127.0.0.1');
  });
});

describe('a client-request-id', () => {
  for (const id of ['a b', 'a\tb', 'é', 'a'.repeat(129), '']) {
    test(`${JSON.stringify(id.slice(0, 10))} that no header should carry is not sent back`, async () => {
      const answer = await session.send('GET', settings, { headers: { 'client-request-id': id } });
      assert.equal(answer.headers['client-request-id'], answer.headers['request-id']);
    });
  }
  test('that is sound is sent back with a refusal too', async () => {
    const headers = { 'client-request-id': 'my-own.id_1' };
    const { json, headers: answered } = await session.send('GET', 'nope', { headers });
    assert.equal(answered['client-request-id'], 'my-own.id_1');
    assert.equal(json.error.innerError['client-request-id'], 'my-own.id_1');
    assert.notEqual(json.error.innerError['request-id'], 'my-own.id_1');
  });
});
