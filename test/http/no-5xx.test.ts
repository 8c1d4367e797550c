// Whatever is sent, the server answers: no URL, header or body makes a fault. OFFSHOOT_FUZZ asks for more of them.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

/** Of each kind of request; `npm run test:fuzz` sends more. */
const runs = 700 * Number(process.env.OFFSHOOT_FUZZ ?? 1);
const seed = process.env.OFFSHOOT_FUZZ_SEED;
const settings = { numRuns: runs, ...(seed !== undefined && { seed: Number(seed) }) };
/** Not supported is an answer, too. */
const notImplemented = 501;

let session: Session;
let token: string;
let ids: readonly string[];
const agent = new Agent({ keepAlive: true });
before(async () => {
  session = await openSession();
  token = await session.development.token();
  ids = [String(session.development.settingsId), ...Object.values(session.development.profiles)];
});
after(async () => {
  agent.destroy();
  await session.close();
});

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Half of a surrogate pair has no percent-encoding. */
const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));

/** What a client can send at all: bytes that HTTP's own grammar forbids would not leave it. */
const sendable = (text: string): string => text.replace(/[^\x21-\x7e]/g, (character) => encoded(character));

function send({ method, path, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(session.root);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const sent = request(
      {
        hostname,
        port,
        agent,
        method,
        path: sendable(path),
        headers: {
          authorization: `Bearer ${token}`,
          ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
          ...headers,
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      },
    );
    sent.on('error', reject);
    sent.end(bytes);
  });
}

async function answersWithoutFault(sent: Sent): Promise<number> {
  const { status, text } = await send(sent);
  assert.ok(status >= 200 && (status < 500 || status === notImplemented), `${status} ${text}`);
  return status;
}

/** A few of the pieces, or anything else, in any order. */
const pieces = (known: readonly string[], size = 8): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...known) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      ),
      { maxLength: size },
    )
    .map((parts) => parts.join(''));

const segments = [
  'deviceManagement',
  'derivedCredentials',
  'deviceConfigurations',
  'auditEvents',
  'organization',
  'me',
  'roleScopeTags',
  'assignments',
  'microsoft.graph.iosVpnConfiguration',
  'microsoft.graph.auditEvent',
  'derivedCredentialSettings',
  'identityCertificate',
  'rootCertificatesForServerValidation',
  'getAuditCategories',
  "getAuditActivityTypes(category='x')",
  'displayName',
  'server',
  'address',
  'assign',
  '$ref',
  '$value',
  '$count',
  '$batch',
  '$metadata',
  "('')",
  "('x')",
  '(',
];
const expressionParts = [
  'displayName',
  'version',
  'createdDateTime',
  'roleScopeTagIds',
  'server/address',
  'microsoft.graph.iosVpnConfiguration/',
  'derivedCredentialSettings/issuer',
  'assignments',
  '/any(a:a/',
  '/all(t:t',
  'isof(',
  'cast(',
  'contains(',
  'length(',
  'year(',
  'now()',
  ' eq ',
  ' in ',
  ' and ',
  ' or ',
  ' add ',
  ' div ',
  'not ',
  ' has ',
  "'x'",
  "'",
  '1',
  '0',
  '-9223372036854775808',
  '1e400',
  'null',
  'true',
  '2026-01-31T09:30:00Z',
  "duration'P1D'",
  '@p',
  '$it',
  '(',
  ')',
  ',',
  ' desc',
  '*',
  '$select=id;',
  '$expand=',
  '/$ref',
  '/$count',
];
const options = [
  '$filter',
  '$select',
  '$expand',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$search',
  '$skiptoken',
  '$format',
  '$id',
  '@p',
  'filter',
  '$apply',
  '$nope',
  'nope',
];
const headerValues = [
  '*',
  '"x"',
  'W/"x"',
  ',',
  'return=minimal',
  'odata.maxpagesize=1',
  'application/json',
  ';odata.metadata=full',
  ';q=0',
  '4.0',
  '4.01',
  '9',
  '=',
  '"',
];
const headerNames = [
  'accept',
  'prefer',
  'if-match',
  'if-none-match',
  'odata-version',
  'odata-maxversion',
  'client-request-id',
  'origin',
  'content-encoding',
  'consistencylevel',
  'x-http-method',
];

const paths = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...segments) },
    { weight: 4, arbitrary: fc.nat({ max: 4 }).map((index) => ids[index % ids.length] ?? '') },
    { weight: 1, arbitrary: pieces(segments, 3) },
  ),
  { maxLength: 6 },
);
const query = fc.array(fc.tuple(fc.constantFrom(...options), pieces(expressionParts)), { maxLength: 3 });
const headers = fc
  .array(fc.tuple(fc.constantFrom(...headerNames), pieces(headerValues, 4)), { maxLength: 3 })
  .map((pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, sendable(value)])));
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(
    '#microsoft.graph.iosVpnConfiguration',
    '#microsoft.graph.iosVpnConfigurationX',
    'derivedCredential',
    'eapTls',
    null,
    -1,
    1e21,
    '\0',
    '\ud800',
    '2026-13-01',
  ),
);
const names = [
  '@odata.type',
  '@odata.id',
  'id',
  'displayName',
  'issuer',
  'notificationType',
  'renewalThresholdPercentage',
  'helpUrl',
  'version',
  'server',
  'onDemandRules',
  'roleScopeTagIds',
  'derivedCredentialSettings@odata.bind',
  'rootCertificatesForServerValidation@odata.bind',
  'assignments',
  'target',
  'authenticationMethod',
  'payload',
  '__proto__',
  'requests',
  '#x',
  'x@y.z',
];
const bodies = fc.oneof(
  fc
    .tuple(
      fc.constantFrom<object>({}, leastSettings, ...Object.values(leastProfiles)),
      fc.array(fc.tuple(fc.constantFrom(...names), values), { maxLength: 4 }),
    )
    .map(([least, pairs]) => JSON.stringify({ ...least, ...Object.fromEntries(pairs) })),
  fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }),
);
const methods = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'TRACE');
const urls = fc
  .tuple(
    fc.constantFrom(
      '/beta/',
      '/beta/deviceManagement/',
      '/beta/deviceManagement/deviceConfigurations/',
      '/v1.0/',
      '//',
      '/',
    ),
    paths,
    query,
  )
  .map(([root, path, pairs]) => {
    const asked = pairs.map(([name, value]) => `${name}=${encoded(value)}`);
    return `${root}${path.join('/')}${asked.length > 0 ? '?' : ''}${asked.join('&')}`;
  });

/** Nothing that is sent may delete what the others are about, so that they go on to find something. */
const spared = ({ method, path }: { method: string; path: string }): boolean =>
  method !== 'DELETE' || !ids.some((id) => path.endsWith(id));

describe('no fault comes of', () => {
  const check = async <T>(arbitrary: fc.Arbitrary<T>, toRequest: (value: T) => Sent): Promise<void> => {
    const seen = new Set<number>();
    const property = fc.asyncProperty(arbitrary, async (value) => {
      const sent = toRequest(value);
      if (spared(sent)) seen.add(await answersWithoutFault(sent));
    });
    await fc.assert(property, settings);
    assert.ok(
      [...seen].some((status) => status < 300) && seen.has(400),
      `what is sent is neither all right nor all wrong: ${[...seen]}`,
    );
  };

  test('a URL', () =>
    check(fc.tuple(methods, urls), ([method, path]) => ({ method, path, headers: {}, body: undefined })));

  test('a query', () =>
    check(
      fc.tuple(
        fc.constantFrom(
          'deviceConfigurations',
          'derivedCredentials',
          'auditEvents',
          'deviceConfigurations/microsoft.graph.iosVpnConfiguration',
          'deviceConfigurations/$count',
        ),
        query,
      ),
      ([set, pairs]) => {
        const asked = pairs.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
        return { method: 'GET', path: `/beta/deviceManagement/${set}?${asked}`, headers: {}, body: undefined };
      },
    ));

  test('headers', () =>
    check(fc.tuple(fc.nat({ max: 4 }), headers, fc.boolean()), ([index, given, change]) => ({
      method: change ? 'PATCH' : 'GET',
      path: `/beta/deviceManagement/${index === 0 ? 'derivedCredentials' : 'deviceConfigurations'}/${ids[index]}`,
      headers: given,
      body: change ? '{}' : undefined,
    })));

  test('a body', () =>
    check(
      fc.tuple(
        fc.constantFrom('POST', 'PATCH', 'PUT'),
        fc.constantFrom('', '/assign', '/assignments', '/derivedCredentialSettings', '/derivedCredentialSettings/$ref'),
        fc.nat({ max: 4 }),
        bodies,
      ),
      ([method, suffix, index, body]) => {
        const set = index === 0 ? 'derivedCredentials' : 'deviceConfigurations';
        const below = method === 'POST' && suffix === '' ? set : `${set}/${ids[index]}${suffix}`;
        return { method, path: `/beta/deviceManagement/${below}`, headers: {}, body };
      },
    ));

  test('a batch', async () => {
    const part = fc.record(
      {
        id: fc.oneof(fc.nat({ max: 9 }), fc.constantFrom('a', 'b', '')),
        method: fc.oneof(
          methods.filter((method) => method !== 'DELETE'),
          fc.string({ maxLength: 3 }),
        ),
        url: fc.oneof(
          urls.map((url) => url.replace(/\s/g, '')),
          fc.string(),
        ),
        headers: fc.oneof(fc.constant({ 'Content-Type': 'application/json' }), headers, fc.jsonValue()),
        body: fc.oneof(fc.constant({}), fc.jsonValue()),
        dependsOn: fc.array(fc.oneof(fc.nat({ max: 9 }), fc.constantFrom('a', 'b')), { maxLength: 2 }),
        atomicityGroup: fc.constantFrom('g', 'h'),
      },
      { requiredKeys: ['id', 'method', 'url'] },
    );
    const batches = fc.uniqueArray(part, { minLength: 1, maxLength: 3, selector: ({ id }) => String(id) });
    const property = fc.asyncProperty(batches, async (requests) => {
      const body = JSON.stringify({ requests });
      const { status, text } = await send({ method: 'POST', path: '/beta/$batch', headers: {}, body });
      assert.ok(status === 200 || status === 400, `${status} ${text}`);
      const responses: { status: number }[] = status === 200 ? JSON.parse(text).responses : [];
      for (const { status: own } of responses) assert.ok(own < 500 || own === notImplemented, text);
    });
    await fc.assert(property, settings);
  });
});
