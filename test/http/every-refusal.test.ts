// Every row of the table of refusals, seen on the wire; a row that is added needs its line here, or this does not compile.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import Database from 'libsql';
import { type RefusalName, refusals } from '../../src/base/index.js';
import { createServer } from '../../src/index.js';
import { simulatedErrors } from '../../src/simulation/index.js';
import { storePath } from '../../src/store/index.js';

import { makeKey, sign } from '../identity/issuer.js';
import { type Answer, type CallOptions, call } from '../support.js';
import { sendRaw } from './raw.js';
import { assertRefusal } from './refusals.js';
import { leastProfiles, leastRootCertificate, leastSettings, openSession, type Session } from './session.js';
import { boundIssuer, openTenants, type Tenants } from './tenants.js';

let session: Session;
let tenants: Tenants;
let tenant: string;
/** Paths of the sample objects, below /deviceManagement. */
let settings: string;
let vpn: string;
let app: string;
let wifi: string;
before(async () => {
  session = await openSession({ allowHost: ['graph.example.org'], adminPort: 0, trustProxy: ['127.0.0.1'] });
  tenants = await openTenants();
  tenant = await tenants.keep('active');
  const { settingsId, profiles } = session.development;
  settings = `derivedCredentials/${settingsId}`;
  vpn = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
  wifi = `deviceConfigurations/${profiles.iosEnterpriseWiFiConfiguration}`;
  app = `deviceConfigurations/${profiles.iosDerivedCredentialAuthenticationConfiguration}`;
});
after(async () => {
  await session.close();
  await tenants.close();
});

const get = (path: string, options?: CallOptions) => session.send('GET', path, options);
const whole = (path: string) => call(session.server, 'GET', path);
const filter = (text: string) => get(`deviceConfigurations?$filter=${encodeURIComponent(text)}`);
const atDevelopment = (path: string, options?: CallOptions) =>
  call(session.server, 'POST', `/development/${path}`, { token: null, ...options });
const update = (body: unknown) => session.send('PATCH', settings, { body });
const updateVpn = (body: object) => session.send('PATCH', vpn, { body });
const create = (body: object) => session.send('POST', 'deviceConfigurations', { body });
const bind = (url: unknown) => updateVpn({ 'derivedCredentialSettings@odata.bind': url });
const assign = (assignments: unknown) => session.send('POST', `${vpn}/assign`, { body: { assignments } });
const allDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };
const allUsers = { target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } };
const application = { scp: undefined, idtyp: 'app', roles: ['DeviceManagementConfiguration.Read.All'] };
const raw = async (bytes: string): Promise<Answer> => {
  const answer = await sendRaw(session.root, bytes);
  assert.ok(answer);
  return answer;
};
/** The answer to a batch with these requests; each is a GET unless told otherwise. */
const batch = (...requests: object[]) =>
  call(session.server, 'POST', '/beta/$batch', {
    body: { requests: requests.map((request, index) => ({ id: `${index}`, method: 'GET', ...request })) },
  });
/** The answer to one request of a batch, as if it had come alone. */
const ofBatch = async (answer: Answer, id: number): Promise<Answer> => {
  const { status, headers, body } = answer.json.responses[id];
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { status, headers: lower, json: body, text: JSON.stringify(body) };
};
const change = (url: string, group?: string) => ({
  url,
  method: 'PATCH',
  headers: { 'content-type': 'application/json' },
  body: {},
  ...(group && { atomicityGroup: group }),
});
const withToken = (token: string | null) => tenants.send('GET', settings, { token });
const withClaims = async (changes: Record<string, unknown>) => withToken(await tenants.token(tenant, changes));
/** Below /admin, by an administrator unless told otherwise. */
const administer = async (method: string, path: string, options: CallOptions = {}): Promise<Answer> => {
  const token = await session.development.token({ scopes: ['Offshoot.Admin.ReadWrite.All'] });
  return call(session.server, method, `${session.server.adminUrl}/admin/${path}`, { token, ...options });
};
const ownTenant = () => `tenants/${session.development.tenantId}`;
const now = () => Math.floor(Date.now() / 1000);

/**
 * Those that no request brings about: too slow a client (see bad-bytes), a store that another node keeps changing,
 * and a query that no change makes yet (see the tests of the service). Those that are simulated, or
 * told of what was disabled, have tests of their own.
 */
type Elsewhere =
  | 'requestTimeout'
  | 'tooManyRetries'
  | 'groupNotSupported'
  | 'valueOutOfRange'
  | Extract<RefusalName, `simulated${string}` | `${string}Disabled`>;

const requests: Readonly<Record<Exclude<RefusalName, Elsewhere>, () => Promise<Answer>>> = {
  hostNotAllowed: () => get(settings, { headers: { host: 'evil.example' } }),
  malformedUrl: () => get('derivedCredentials//x'),
  invalidVersion: () => whole('/v3/deviceManagement'),
  onlyInBeta: () => whole('/v1.0/deviceManagement/derivedCredentials'),
  segmentNotFound: () => get('nope'),
  malformedKey: () => get('derivedCredentials(1)'),
  unknownType: () => update({ '@odata.type': '#microsoft.graph.nope' }),
  castNotDerived: () => get(`${vpn}/microsoft.graph.auditEvent`),
  parameterMissing: () => get('auditEvents/getAuditActivityTypes()'),
  parameterUnknown: () => get("auditEvents/getAuditCategories(category='x')"),
  parameterInvalid: () => get('auditEvents/getAuditActivityTypes(category=1)'),
  delegatedOnly: async () => tenants.send('GET', '/beta/me', { token: await tenants.token(tenant, application) }),
  malformedHeader: () => get(settings, { headers: { 'if-match': 'x' } }),
  versionNotSupported: () => get(settings, { headers: { 'odata-maxversion': '3.0' } }),
  headerNotSupported: () =>
    session.send('POST', 'deviceConfigurations', { body: {}, headers: { 'if-none-match': '*' } }),
  batchInvalid: () => batch({ url: 5 }),
  batchTooLarge: () => batch(...Array(21).fill({ url: '/deviceManagement' })),
  groupOfTenants: async () => {
    const other = await tenants.token(await tenants.keep('active'));
    const requests = [
      change('/deviceManagement/derivedCredentials/x', 'g'),
      change('/deviceManagement/derivedCredentials/y', 'g'),
    ];
    const [one, two] = requests.map((request, index) => ({ id: `${index}`, ...request }));
    const body = { requests: [one, { ...two, headers: { ...two?.headers, authorization: `Bearer ${other}` } }] };
    return ofBatch(await tenants.send('POST', '/beta/$batch', { body, token: await tenants.token(tenant) }), 1);
  },
  malformedRequest: () => raw('FROB / HTTP/1.1\r\n\r\n'),

  optionUnknown: () => get('derivedCredentials?$nope=1'),
  optionNotSupported: () => get('derivedCredentials?$apply=1'),
  optionRepeated: () => get('derivedCredentials?$count=true&$count=true'),
  optionInvalid: () => get('derivedCredentials?$count=maybe'),
  filterInvalid: () => filter('displayName eq'),
  filterTooDeep: () => filter('('.repeat(1000)),
  filterTooLarge: () => filter(Array(600).fill('true').join(' or ')),
  filterListTooLong: () => filter(`version in (${Array(600).fill('1')})`),
  filterTooIntricate: () => filter(`${'tolower('.repeat(40)}displayName${')'.repeat(40)} eq 'a'`),
  filterNotSupported: () => filter("matchesPattern(displayName,'a')"),
  propertyNotFound: () => filter("nope eq 'a'"),

  bodyEmpty: () => update(''),
  bodyNotAllowed: () => get(settings, { body: {} }),
  bodyNotJson: () => update('{'),
  bodyNotObject: () => update('[]'),
  duplicateKey: () => update('{"a":1,"a":1}'),
  forbiddenKey: () => update('{"__proto__":1}'),
  unknownProperty: () => update({ nope: 1 }),
  wrongType: () => update({ displayName: 1 }),
  unknownMember: () => update({ issuer: 'entrustDataCard' }),
  flagsCombination: () => update({ notificationType: 'none,email' }),
  notNullable: () => update({ displayName: null }),
  requiredProperty: () => create({ '@odata.type': '#microsoft.graph.iosVpnConfiguration' }),
  forbiddenCharacter: () => update({ displayName: '\0' }),
  tooLong: () => update({ displayName: 'a'.repeat(257) }),
  tooManyItems: () => updateVpn({ roleScopeTagIds: Array(501).fill('0') }),
  foreignType: () => update({ '@odata.type': '#microsoft.graph.iosVpnConfiguration' }),
  typeRequired: () => create({ displayName: 'a' }),
  abstractType: () => create({ '@odata.type': '#microsoft.graph.appleVpnConfiguration' }),
  typeChange: () => updateVpn({ '@odata.type': '#microsoft.graph.iosWiFiConfiguration' }),
  idChange: () => update({ id: 'other' }),
  bindMalformed: () => bind(5),
  bindForeign: () => bind('https://evil.example/beta/deviceManagement/derivedCredentials/x'),
  bindWrongTarget: () => bind('/beta/deviceManagement'),
  bindNotFound: () => bind('/beta/deviceManagement/derivedCredentials/x'),
  linkRequired: () => session.send('DELETE', `${wifi}/rootCertificatesForServerValidation/$ref`),
  sameTarget: () => assign([allDevices, allDevices]),
  targetChange: async () => {
    const id = (await assign([allDevices])).json.value[0].id;
    return session.send('PATCH', `${vpn}/assignments/${id}`, { body: allUsers });
  },
  referenceInBody: () => updateVpn({ derivedCredentialSettings: {} }),
  containedInBody: () => updateVpn({ assignments: [] }),

  valueInvalid: () => administer('POST', `${ownTenant()}/users`, { body: { userPrincipalName: 'ada' } }),
  permissionUnknown: () =>
    administer('POST', `${ownTenant()}/applications`, { body: { displayName: 'a', roles: ['Directory.Read.All'] } }),

  thresholdOutOfRange: () => update({ renewalThresholdPercentage: 0 }),
  helpUrlNotHttp: () => update({ helpUrl: 'javascript:alert(1)' }),
  derivedCredentialNeedsEap: () =>
    create({
      ...leastProfiles.iosEnterpriseWiFiConfiguration,
      authenticationMethod: 'derivedCredential',
      eapType: 'leap',
    }),

  tokenMissing: () => withToken(null),
  tokenMalformed: () => withToken('a.b'),
  tokenExpired: () => withClaims({ exp: now() - 1000 }),
  tokenNotYetValid: () => withClaims({ nbf: now() + 1000 }),
  tokenAudience: () => withClaims({ aud: 'https://example.com' }),
  tokenIssuer: () => withClaims({ iss: 'https://example.com' }),
  tokenSignature: async () => withToken((await tenants.token(tenant)).replace(/\.[^.]*$/, '.AAAA')),
  tokenAlgorithm: () => withToken('eyJhbGciOiJub25lIn0.e30.'),
  tokenKey: async () => {
    const stranger = await makeKey('ES256', 'unknown');
    return withToken((await sign(stranger, tenants.claims(tenant))).slice('Bearer '.length));
  },
  tokenClaims: () => withClaims({ exp: undefined }),
  tokenNotAccess: () => withClaims({ typ: 'ID' }),
  tokenTenant: () => withClaims({ iss: boundIssuer }),
  tenantUnknown: async () => withToken(await tenants.token('5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70')),

  personalAccount: () => withClaims({ idp: 'live.com' }),
  notAdministrator: async () => {
    const { id: tenantId } = (await administer('POST', 'tenants', { body: {} })).json;
    const token = await session.development.token({ tenantId, scopes: ['Offshoot.Admin.ReadWrite.All'] });
    return administer('GET', 'tenants', { token });
  },
  plainHttpRefused: () => administer('GET', 'tenants', { headers: { 'x-forwarded-for': '192.0.2.1' } }),
  permissionMissing: () => withClaims({ scp: 'User.Read' }),
  noApplicationPermission: () => withClaims({ scp: undefined, idtyp: 'app' }),
  tenantNotLicensed: async () => withToken(await tenants.token(await tenants.keep('expired'))),

  entityNotFound: () => get('derivedCredentials/x'),
  castMismatch: () => get(`${vpn}/microsoft.graph.iosWiFiConfiguration`),
  navigationNotOnType: async () => {
    const { json } = await create(leastProfiles.iosWiFiConfiguration);
    return get(`deviceConfigurations/${json.id}/derivedCredentialSettings`);
  },
  valueNotFound: () => get(`${vpn}/microsoft.graph.iosVpnConfiguration/proxyServer/address`),
  notBound: async () => {
    await session.send('DELETE', `${app}/derivedCredentialSettings/$ref`);
    return get(`${app}/derivedCredentialSettings`);
  },

  methodNotAllowed: () => session.send('PUT', settings, { body: {} }),
  notAcceptable: () => get(settings, { headers: { accept: 'text/html' } }),
  snapshotName: () => atDevelopment('snapshot', { body: { name: '../x' } }),
  simulationInvalid: () =>
    call(session.server, 'PUT', '/development/simulation', { token: null, body: { rules: [{ latency: -1 }] } }),
  otherOrigin: () => atDevelopment('reset', { headers: { origin: 'https://evil.example' } }),
  otherTenant: async () =>
    atDevelopment('reset', {
      headers: { host: 'graph.example.org' },
      token: await session.development.token({ tenantId: tenant }),
    }),
  snapshotNotFound: () => atDevelopment('restore', { body: { name: 'none' } }),
  snapshotExists: () => atDevelopment('snapshot', { body: { name: 'initial' } }),
  snapshotInitial: () => atDevelopment('snapshot', { body: { name: 'initial', replace: true } }),
  nameTaken: () => administer('POST', 'tenants', { body: { id: session.development.tenantId } }),
  settingsExist: () => session.send('POST', 'derivedCredentials', { body: leastSettings }),
  profileInUse: async () => {
    const { json: root } = await create(leastRootCertificate);
    const bound = `/deviceManagement/deviceConfigurations/${root.id}`;
    await session.send('PATCH', wifi, { body: { 'rootCertificatesForServerValidation@odata.bind': [bound] } });
    return session.send('DELETE', `deviceConfigurations/${root.id}`);
  },
  assignmentExists: async () => {
    await assign([allUsers]);
    return session.send('POST', `${vpn}/assignments`, { body: allUsers });
  },
  preconditionExcludes: () => session.send('PATCH', settings, { body: {}, headers: { 'if-none-match': '*' } }),
  preconditionFailed: () => session.send('PATCH', settings, { body: {}, headers: { 'if-match': '"x"' } }),
  bodyTooLarge: () => update('a'.repeat(5_000_000)),
  unsupportedMediaType: () =>
    session.send('PATCH', settings, { body: '{}', headers: { 'content-type': 'text/plain' } }),
  dependencyFailed: async () => {
    const requests = [{ url: '/nope' }, { url: '/deviceManagement', dependsOn: ['0'] }];
    return ofBatch(await batch(...requests), 1);
  },
  groupFailed: async () => {
    const paths = [`/deviceManagement/${settings}`, '/deviceManagement/derivedCredentials/x'];
    return ofBatch(await batch(...paths.map((path) => change(path, 'g'))), 0);
  },
  expectationFailed: () => get(settings, { headers: { expect: 'a miracle' } }),
  tooManyRequests: overTheLimit,
  nextLinkTooLong: () => get(`deviceConfigurations?$top=1&$filter=displayName ne '${'x'.repeat(31_000)}'`),
  headTooLarge: () => get(`derivedCredentials?$filter=${'('.repeat(40_000)}`),

  internalError: withoutTables,
  storageUnavailable: whileLocked,
  overloaded: overloadedServer,
  keysUnavailable: withoutKeys,
};

/** One of the changes that come while another is carried out. */
async function overloadedServer(): Promise<Answer> {
  const busy = await openSession({ maxInFlight: 1 });
  try {
    const path = `derivedCredentials/${busy.development.settingsId}`;
    const change = (name: string) => busy.send('PATCH', path, { body: { displayName: name } });
    // On a busy machine the changes of a round can reach the server one after the other.
    for (let round = 0; round < 50; round++) {
      const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => change(`${round} ${index}`)));
      assert.ok(answers.every(({ status }) => status === 200 || status === 503));
      const refused = answers.find(({ status }) => status === 503);
      if (refused) return refused;
    }
    assert.fail('no change came while another was carried out');
  } finally {
    await busy.close();
  }
}

async function overTheLimit(): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-limits-'));
  const limits = join(folder, 'limits.json');
  const one = { name: 'one', per: 'tenant', requests: 'all', most: 1, seconds: 3600 };
  writeFileSync(limits, JSON.stringify({ limits: [one] }));
  const limited = await openSession({ limits });
  try {
    await limited.expect(200, 'GET', 'derivedCredentials');
    return await limited.send('GET', 'derivedCredentials');
  } finally {
    await limited.close();
    await rm(folder, { recursive: true });
  }
}

/** A fault: what the server reads is no longer there. */
async function withoutTables(): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-fault-'));
  const faulty = await openSession({ data: folder });
  try {
    const database = new Database(storePath({ data: folder }));
    database.exec('ALTER TABLE audit_events RENAME TO gone');
    database.close();
    const answer = await faulty.send('GET', 'auditEvents');
    assert.ok(!/gone|audit_events|SqliteError|\.js/.test(answer.text), 'nothing of the fault is shown');
    return answer;
  } finally {
    await faulty.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Another process holds the file longer than a write waits. */
async function whileLocked(): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-locked-'));
  const locked = await openSession({ data: folder });
  const other = new Database(storePath({ data: folder }));
  other.exec('BEGIN IMMEDIATE');
  try {
    const path = `derivedCredentials/${locked.development.settingsId}`;
    const answer = await locked.send('PATCH', path, { body: { displayName: 'locked' } });
    assert.match(String(answer.headers['retry-after']), /^\d+$/);
    return answer;
  } finally {
    other.exec('ROLLBACK');
    other.close();
    await locked.close();
    await rm(folder, { recursive: true });
  }
}

/** A server whose issuer was never reached. */
async function withoutKeys(): Promise<Answer> {
  const server = await createServer({
    dev: false,
    plainHttp: true,
    publicUrl: 'http://127.0.0.1',
    issuer: ['https://sts.windows.net/{tenantid}/'],
    jwks: ['https://127.0.0.1:1/keys'],
  });
  try {
    const token = await tenants.token(tenant);
    const answer = await call(server, 'GET', '/beta/deviceManagement', { token, headers: { host: '127.0.0.1' } });
    assert.match(String(answer.headers['retry-after']), /^\d+$/);
    return answer;
  } finally {
    await server.close();
  }
}

describe('the refusal', () => {
  for (const [name, request] of Object.entries(requests)) {
    const { status, code, message } = refusals[name as RefusalName];
    test(`${name} is told with ${status}, ${code} and its own text`, async () => {
      const answer = await request();
      const escaped = message.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '.*');
      assertRefusal(answer, {
        status,
        code,
        message: new RegExp(`^${escaped}$`, 's'),
        target: answer.json.error.target,
      });
      const told: string = answer.json.error.message;
      const unfilled = [...message.matchAll(/\{\w+\}/g)].filter(([placeholder]) => told.includes(placeholder));
      assert.ok(unfilled.length === 0 && !/undefined|\[object/.test(told), told);
    });
  }

  test('of each row is thrown somewhere', () => {
    const source = join(import.meta.dirname, '../../../src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const code = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    const named = [...code.matchAll(/new GraphError\(\s*'(\w+)'/g)].map(([, name]) => name);
    const thrown = new Set([...named, ...simulatedErrors.values()]);
    assert.deepEqual(
      Object.keys(refusals).filter((name) => !thrown.has(name)),
      [],
    );
  });
});
