// Two tenants on one server: what is another's cannot be told apart from what does not exist.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, leastRootCertificate, leastSettings } from '../http/session.js';
import { openTenants, type Tenants } from '../http/tenants.js';
import type { Answer, CallOptions } from '../support.js';

const permissions = ['DeviceManagementConfiguration.ReadWrite.All', 'DeviceManagementApps.Read.All'];
const types = [
  'iosVpnConfiguration',
  'iosEnterpriseWiFiConfiguration',
  'iosEasEmailProfileConfiguration',
  'iosDerivedCredentialAuthenticationConfiguration',
] as const;
const missing = randomUUID();
const bind = 'derivedCredentialSettings@odata.bind';

/** A tenant with settings and a profile of each type, bound. */
interface House {
  readonly tenant: string;
  readonly token: string;
  readonly settings: string;
  /** `W/"…"` of the settings. */
  readonly etag: string;
  readonly profiles: Readonly<Record<(typeof types)[number], string>>;
  /** The newest audit event. */
  readonly event: string;
  /** A trusted root, to which the enterprise Wi-Fi profile refers. */
  readonly root: string;
  /** The VPN profile's assignment. */
  readonly assignment: string;
}

let tenants: Tenants;
let ours: House;
let theirs: House;
before(async () => {
  tenants = await openTenants();
  ours = await furnish('ours');
  theirs = await furnish('theirs');
});
after(() => tenants.close());

async function furnish(name: string): Promise<House> {
  const tenant = await tenants.keep('active');
  const token = await tenants.token(tenant, { scp: permissions.join(' '), upn: `${name}@example.com` });
  const create = async (path: string, body: object): Promise<Answer> => {
    const answer = await tenants.send('POST', path, { token, body });
    assert.equal(answer.status, 201, answer.text);
    return answer;
  };
  const settings = await create('derivedCredentials', { ...leastSettings, displayName: name });
  const link = { [bind]: `/deviceManagement/derivedCredentials/${settings.json.id}` };
  const profiles: Record<string, string> = {};
  for (const type of types) {
    const body = { ...leastProfiles[type], displayName: `${name} ${type}`, ...link };
    profiles[type] = (await create('deviceConfigurations', body)).json.id;
  }
  const root = (await create('deviceConfigurations', { ...leastRootCertificate, displayName: `${name} root` })).json.id;
  const wifi = `deviceConfigurations/${profiles.iosEnterpriseWiFiConfiguration}`;
  const reference = { '@odata.id': `/deviceManagement/deviceConfigurations/${root}` };
  await tenants.send('POST', `${wifi}/rootCertificatesForServerValidation/$ref`, { token, body: reference });
  const vpn = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
  const assignment = (await create(`${vpn}/assignments`, toGroup)).json.id;
  const events = await tenants.send('GET', 'auditEvents', { token });
  return {
    tenant,
    token,
    settings: settings.json.id,
    etag: String(settings.headers.etag),
    profiles: profiles as House['profiles'],
    event: events.json.value.at(-1).id,
    root,
    assignment,
  };
}

const asUs = (method: string, path: string, options: CallOptions = {}): Promise<Answer> =>
  tenants.send(method, path, { token: ours.token, ...options });

/** All that a tenant has, with the entity tags, as it sees it. */
async function state({ token, settings, profiles }: House): Promise<string> {
  const paths = [
    'derivedCredentials',
    `derivedCredentials/${settings}`,
    'deviceConfigurations',
    `deviceConfigurations/${profiles.iosVpnConfiguration}/assignments`,
    `deviceConfigurations/${profiles.iosEnterpriseWiFiConfiguration}/rootCertificatesForServerValidation/$ref`,
    'auditEvents',
  ];
  const answers = await Promise.all(paths.map((path) => tenants.send('GET', path, { token })));
  return answers.map(({ headers, text }) => `${headers.etag} ${text}`).join('\n');
}

/** An answer without what differs from one request to the next, and with one name for every id that was asked for. */
function told({ status, headers, text }: Answer, ...ids: string[]): unknown {
  const {
    date,
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'content-length': length,
    ...rest
  } = headers;
  assert.ok(date && requestId && clientRequestId && (length || status === 204));
  const plain = ids
    .reduce((body, id) => body.replaceAll(id, '{id}'), text)
    .replace(/"date":"[^"]*","request-id":"[^"]*","client-request-id":"[^"]*"/, '');
  return { status, rest, plain };
}

/** Both tenants assign their profiles to a group of the same id. */
const toGroup = {
  target: {
    '@odata.type': '#microsoft.graph.groupAssignmentTarget',
    groupId: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
  },
};

interface Probe {
  readonly method: string;
  /** `{settings}`, `{event}`, and a profile's type in braces stand for ids. */
  readonly path: string;
  readonly options?: CallOptions;
}

const contained = ['assignments', 'groupAssignments', 'deviceStatuses', 'userStatuses', 'deviceSettingStateSummaries'];
const change = { body: { displayName: 'taken' } };
const toOurs = { body: { '@odata.id': '/deviceManagement/derivedCredentials/{ours}' } };
const probes: readonly Probe[] = [
  ...['derivedCredentials/{settings}', "derivedCredentials('{settings}')"].flatMap((path) => [
    { method: 'GET', path },
    { method: 'HEAD', path },
    { method: 'PATCH', path, options: change },
    { method: 'PATCH', path, options: { body: {} } },
    { method: 'PATCH', path, options: { body: { renewalThresholdPercentage: 0 } } },
    { method: 'PATCH', path, options: { body: { id: '{settings}' } } },
    { method: 'PATCH', path, options: { ...change, headers: { 'if-match': '{etag}' } } },
    { method: 'PATCH', path, options: { ...change, headers: { 'if-match': '"other"' } } },
    { method: 'DELETE', path },
    { method: 'DELETE', path, options: { headers: { 'if-match': '{etag}' } } },
  ]),
  ...types.flatMap((type) =>
    ['', `/microsoft.graph.${type}`, '/microsoft.graph.iosWiFiConfiguration'].flatMap((cast) => {
      const path = `deviceConfigurations/{${type}}${cast}`;
      const related = `${path}/derivedCredentialSettings`;
      return [
        { method: 'GET', path },
        { method: 'PATCH', path, options: change },
        { method: 'PATCH', path, options: { body: { '@odata.type': `#microsoft.graph.${type}` } } },
        { method: 'PATCH', path, options: { body: { [bind]: null } } },
        { method: 'DELETE', path },
        // Of the cast to a type without the property there is no such address.
        ...(cast.endsWith('iosWiFiConfiguration')
          ? []
          : [
              { method: 'GET', path: related },
              { method: 'PATCH', path: related, options: change },
              { method: 'GET', path: `${related}/$ref` },
              { method: 'PUT', path: `${related}/$ref`, options: toOurs },
              { method: 'DELETE', path: `${related}/$ref` },
            ]),
      ];
    }),
  ),
  { method: 'GET', path: 'auditEvents/{event}' },
  { method: 'GET', path: 'auditEvents/{event}/activity' },
  { method: 'GET', path: 'derivedCredentials/{settings}/displayName' },
  { method: 'GET', path: 'derivedCredentials/{settings}/displayName/$value' },
  { method: 'GET', path: '/beta/organization/{tenant}' },
  { method: 'GET', path: '/beta/organization/{tenant}/displayName' },
  ...['', '/microsoft.graph.iosVpnConfiguration'].flatMap((cast) => {
    const path = `deviceConfigurations/{iosVpnConfiguration}${cast}`;
    return [
      { method: 'GET', path: `${path}/displayName` },
      { method: 'GET', path: `${path}/displayName/$value` },
      { method: 'GET', path: `${path}/derivedCredentialSettings/displayName` },
      ...contained.flatMap((name) => [
        { method: 'GET', path: `${path}/${name}` },
        { method: 'GET', path: `${path}/${name}?$count=true&$filter=true` },
        { method: 'GET', path: `${path}/${name}/$count` },
      ]),
      { method: 'GET', path: `${path}/deviceStatusOverview` },
      { method: 'GET', path: `${path}/userStatusOverview/configurationVersion` },
      { method: 'POST', path: `${path}/assign`, options: { body: { assignments: [] } } },
      { method: 'POST', path: `${path}/assignments`, options: { body: toGroup } },
      { method: 'GET', path: `${path}/assignments/{assignment}` },
      { method: 'PATCH', path: `${path}/assignments/{assignment}`, options: { body: { intent: 'remove' } } },
      { method: 'DELETE', path: `${path}/assignments/{assignment}` },
      { method: 'GET', path: `${path}/groupAssignments/{assignment}` },
      { method: 'GET', path: `${path}/groupAssignments/{assignment}/deviceConfiguration` },
      { method: 'PATCH', path: `${path}/groupAssignments/{assignment}/deviceConfiguration`, options: change },
    ];
  }),
  // Through what is ours to what is theirs.
  { method: 'GET', path: 'deviceConfigurations/{ourVpn}/assignments/{assignment}' },
  { method: 'DELETE', path: 'deviceConfigurations/{ourVpn}/assignments/{assignment}' },
  { method: 'GET', path: 'deviceConfigurations/{ourVpn}/groupAssignments/{assignment}/deviceConfiguration' },
  ...['{iosEnterpriseWiFiConfiguration}', '{ourWiFi}'].flatMap((profile) => {
    const path = `deviceConfigurations/${profile}/rootCertificatesForServerValidation`;
    return [
      { method: 'GET', path: `${path}/{root}` },
      { method: 'PATCH', path: `${path}/{root}`, options: change },
      { method: 'GET', path: `${path}/{root}/$ref` },
      { method: 'DELETE', path: `${path}/{root}/$ref` },
      { method: 'DELETE', path: `${path}/$ref?$id=/deviceManagement/deviceConfigurations/{root}` },
    ];
  }),
  ...['', '/$ref', '/$count'].map((rest) => ({
    method: 'GET',
    path: `deviceConfigurations/{iosEnterpriseWiFiConfiguration}/rootCertificatesForServerValidation${rest}`,
  })),
  { method: 'DELETE', path: 'deviceConfigurations/{root}' },
];

/** The probe with the ids of a tenant, or with an id that nothing has. */
function aim({ method, path, options = {} }: Probe, house: House | undefined): Promise<Answer> {
  const names: Record<string, string> = {
    ours: ours.settings,
    settings: house?.settings ?? missing,
    event: house?.event ?? missing,
    tenant: house?.tenant ?? missing,
    root: house?.root ?? missing,
    assignment: house?.assignment ?? missing,
    ourVpn: ours.profiles.iosVpnConfiguration,
    ourWiFi: ours.profiles.iosEnterpriseWiFiConfiguration,
    etag: house?.etag ?? `W/"${missing}.1"`,
    ...Object.fromEntries(types.map((type) => [type, house?.profiles[type] ?? missing])),
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
  const body = options.body === undefined ? undefined : fill(JSON.stringify(options.body));
  const headers = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, text]) => [name, fill(String(text))]),
  );
  return asUs(method, fill(path), { headers, ...(body !== undefined && { body }) });
}

describe('what is another tenant’s', () => {
  for (const probe of probes) {
    const { method, path, options } = probe;
    test(`${method} ${path} ${JSON.stringify(options ?? '')} is answered as for what does not exist`, async () => {
      const before = await Promise.all([state(ours), state(theirs)]);
      const foreign = await aim(probe, theirs);
      const nothing = await aim(probe, undefined);
      assert.equal(nothing.status, 404, nothing.text);
      assert.deepEqual(
        told(
          foreign,
          theirs.assignment,
          theirs.settings,
          theirs.event,
          theirs.tenant,
          theirs.root,
          ...Object.values(theirs.profiles),
        ),
        told(nothing, missing),
      );
      assert.deepEqual(await Promise.all([state(ours), state(theirs)]), before, 'nothing has changed');
    });
  }

  test('is not listed, nor counted', async () => {
    for (const [path, count] of [
      ['derivedCredentials', 1],
      ['deviceConfigurations', types.length + 1],
      // The tenant, the settings, the profiles and the root, a link and an assignment.
      ['auditEvents', 1 + 1 + types.length + 1 + 2],
      ['/beta/organization', 1],
      ['roleScopeTags', 1],
      ['assignmentFilters', 0],
      [`deviceConfigurations/${ours.profiles.iosVpnConfiguration}/assignments`, 1],
      [`deviceConfigurations/${ours.profiles.iosVpnConfiguration}/groupAssignments`, 1],
      [`deviceConfigurations/${ours.profiles.iosEnterpriseWiFiConfiguration}/rootCertificatesForServerValidation`, 1],
      ...types.map((type) => [`deviceConfigurations/microsoft.graph.${type}`, 1] as const),
    ] as const) {
      const { json, text } = await asUs('GET', `${path}?$count=true`);
      assert.equal(json['@odata.count'], count, path);
      assert.equal(json.value.length, count);
      for (const id of [
        theirs.tenant,
        theirs.settings,
        theirs.event,
        theirs.root,
        ...Object.values(theirs.profiles),
        'theirs',
      ]) {
        assert.ok(!text.includes(id), `${path} has something of the other tenant`);
      }
    }
  });

  test('is found by no filter', async () => {
    const filters = [
      ['derivedCredentials', "displayName eq 'theirs'"],
      ['derivedCredentials', `id eq '${theirs.settings}'`],
      ['derivedCredentials', "displayName ne 'ours'"],
      ['derivedCredentials', `not (id eq '${ours.settings}')`],
      ['derivedCredentials', "displayName eq 'x' or displayName eq 'theirs'"],
      ['deviceConfigurations', `id eq '${theirs.profiles.iosVpnConfiguration}'`],
      ['deviceConfigurations', "displayName eq 'theirs iosVpnConfiguration'"],
      ['auditEvents', `id eq '${theirs.event}'`],
      ['auditEvents', "actor/userPrincipalName eq 'theirs@example.com'"],
    ] as const;
    for (const [path, filter] of filters) {
      const { status, json } = await asUs('GET', `${path}?$count=true&$filter=${encodeURIComponent(filter)}`);
      assert.equal(status, 200, JSON.stringify(json));
      assert.equal(json['@odata.count'], 0, filter);
      assert.deepEqual(json.value, []);
    }
    // The same filters find what is ours, so that they do not just fail.
    const own = await asUs(
      'GET',
      `deviceConfigurations?$filter=${encodeURIComponent("displayName eq 'ours iosVpnConfiguration'")}`,
    );
    assert.equal(own.json.value.length, 1);
    const all = await asUs('GET', 'derivedCredentials?$filter=true%20or%20false');
    assert.equal(all.json.value.length, 1);
  });

  test('cannot be bound, in the words that tell of what does not exist', async () => {
    const before = await Promise.all([state(ours), state(theirs)]);
    const profile = ours.profiles.iosVpnConfiguration;
    for (const root of ['', '/beta', 'https://graph.microsoft.com/beta', `${tenants.publicUrl}/beta`]) {
      const url = (id: string): string => `${root}/deviceManagement/derivedCredentials('${id}')`;
      const binds: readonly ((id: string) => Promise<Answer>)[] = [
        (id) => asUs('PATCH', `deviceConfigurations/${profile}`, { body: { [bind]: url(id) } }),
        (id) =>
          asUs('POST', 'deviceConfigurations', { body: { ...leastProfiles.iosVpnConfiguration, [bind]: url(id) } }),
        (id) =>
          asUs('PUT', `deviceConfigurations/${profile}/derivedCredentialSettings/$ref`, {
            body: { '@odata.id': url(id) },
          }),
      ];
      for (const send of binds) {
        const nothing = await send(missing);
        assert.equal(nothing.status, 400);
        assert.match(nothing.json.error.message, /which does not exist\.$/);
        assert.deepEqual(told(await send(theirs.settings), theirs.settings), told(nothing, missing));
      }
    }
    for (const root of ['', 'https://graph.microsoft.com/beta', `${tenants.publicUrl}/beta`]) {
      const url = (id: string): string => `${root}/deviceManagement/deviceConfigurations('${id}')`;
      const wifi = `deviceConfigurations/${ours.profiles.iosEnterpriseWiFiConfiguration}`;
      const property = 'rootCertificatesForServerValidation';
      const binds: readonly ((id: string) => Promise<Answer>)[] = [
        (id) => asUs('PATCH', wifi, { body: { [`${property}@odata.bind`]: [url(ours.root), url(id)] } }),
        (id) => asUs('POST', `${wifi}/${property}/$ref`, { body: { '@odata.id': url(id) } }),
      ];
      for (const send of binds) {
        const nothing = await send(missing);
        assert.equal(nothing.status, 400);
        assert.deepEqual(told(await send(theirs.root), theirs.root), told(nothing, missing));
      }
    }
    assert.deepEqual(await Promise.all([state(ours), state(theirs)]), before);
  });

  test('is not reached by what a token or a request says of a tenant', async () => {
    const headers = { 'x-tenant-id': theirs.tenant, 'x-ms-tenant': theirs.tenant };
    assert.equal((await asUs('GET', `derivedCredentials/${theirs.settings}`, { headers })).status, 404);
    assert.equal((await asUs('GET', `derivedCredentials/${theirs.settings}?tenantId=${theirs.tenant}`)).status, 404);
    const mixed = await tenants.token(ours.tenant, { tid: theirs.tenant });
    assert.equal((await tenants.send('GET', `derivedCredentials/${theirs.settings}`, { token: mixed })).status, 401);
  });

  test('does not stand in the way: each has settings of its own, one of each kind', async () => {
    const second = await asUs('POST', 'derivedCredentials', { body: leastSettings });
    assert.equal(second.status, 409);
    assert.ok(second.text.includes(ours.settings) && !second.text.includes(theirs.settings));
    const profile = await asUs('POST', 'deviceConfigurations', {
      body: leastProfiles.iosDerivedCredentialAuthenticationConfiguration,
    });
    const link = await asUs('GET', `deviceConfigurations/${profile.json.id}/derivedCredentialSettings`);
    assert.equal(link.json.id, ours.settings, 'binding by itself finds the own tenant’s settings');
  });

  test('stays as it is when ours is deleted', async () => {
    const before = await state(theirs);
    assert.equal((await asUs('DELETE', `derivedCredentials/${ours.settings}`)).status, 204);
    for (const id of [...Object.values(ours.profiles), ours.root]) {
      assert.equal((await asUs('DELETE', `deviceConfigurations/${id}`)).status, 204);
    }
    assert.equal(await state(theirs), before);
    for (const type of types) {
      const path = `deviceConfigurations/${theirs.profiles[type]}/derivedCredentialSettings`;
      assert.equal((await tenants.send('GET', path, { token: theirs.token })).json.id, theirs.settings);
    }
  });
});

test('the link to a next page serves nobody of another tenant', async () => {
  for (const path of ['deviceConfigurations?$top=1', 'auditEvents?$top=1', 'deviceConfigurations/$ref?$top=1']) {
    const first = await tenants.send('GET', path, { token: theirs.token });
    assert.equal(first.status, 200, first.text);
    const next = new URL(first.json['@odata.nextLink']);
    const url = `${next.pathname}${next.search}`;
    assert.equal((await tenants.send('GET', url, { token: theirs.token })).status, 200);
    const refused = await tenants.send('GET', url, { token: ours.token });
    assert.equal(refused.status, 400, refused.text);
    assert.equal(refused.json.error.target, '$skiptoken');
  }
});
