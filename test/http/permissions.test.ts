// Who may do what: every operation with every permission, delegated and application alike.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { Answer, CallOptions } from '../support.js';
import { assertRefusal } from './refusals.js';
import { leastProfiles, leastRootCertificate, leastSettings } from './session.js';
import { openTenants, type Tenants } from './tenants.js';

// The table of the design, by hand: what stands in src/ is what is tested.
const configurationRead = 'DeviceManagementConfiguration.Read.All';
const configurationWrite = 'DeviceManagementConfiguration.ReadWrite.All';
const serviceRead = 'DeviceManagementServiceConfig.Read.All';
const serviceWrite = 'DeviceManagementServiceConfig.ReadWrite.All';
const devicesWrite = 'DeviceManagementManagedDevices.ReadWrite.All';
const appsRead = 'DeviceManagementApps.Read.All';
const appsWrite = 'DeviceManagementApps.ReadWrite.All';
const all = [configurationRead, configurationWrite, serviceRead, serviceWrite, devicesWrite, appsRead, appsWrite];

const updateSettings = [configurationWrite];
const getSettings = [configurationRead, configurationWrite];
const listSettings = [serviceRead, serviceWrite, configurationRead, configurationWrite];
const createSettings = [serviceWrite, configurationWrite];
const deleteSettings = [serviceWrite, configurationWrite, devicesWrite];
const readProfiles = [configurationRead, configurationWrite];
const writeProfiles = [configurationWrite];
const readAudit = [appsRead, appsWrite];

/** No operation takes one of these, however near it comes. */
const strangers = [
  'User.Read',
  'Directory.ReadWrite.All',
  'DeviceManagementManagedDevices.Read.All',
  'DeviceManagementConfiguration.ReadWrite',
  'DeviceManagementConfiguration.Write.All',
  'devicemanagementconfiguration.readwrite.all',
  'DeviceManagementConfiguration.ReadWrite.All,User.Read',
  'DeviceManagementConfiguration.*',
  '*',
  'https://graph.microsoft.com/DeviceManagementConfiguration.ReadWrite.All',
];

interface Row {
  readonly method: string;
  readonly path: string;
  readonly permissions: readonly string[];
  /** The answer to one who may: of a change that the state or If-Match stops, the refusal that comes after the permission. */
  readonly status: number;
  readonly options?: CallOptions;
}

const never = { headers: { 'if-match': '"another-version"' } };
const casts = ['iosVpn', 'iosEnterpriseWiFi', 'iosEasEmailProfile', 'iosDerivedCredentialAuthentication'] as const;
const related = casts.map(
  (name) => `{${name}Configuration}/microsoft.graph.${name}Configuration/derivedCredentialSettings`,
);
const uncast = '{iosVpnConfiguration}/derivedCredentialSettings';
const roots = '{iosEnterpriseWiFiConfiguration}/rootCertificatesForServerValidation';
const assigned = { target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: randomUUID() } };
const routes = ['{settings}', uncast, ...related];

const rows: readonly Row[] = [
  ...routes.map((path) => ({ method: 'PATCH', path, permissions: updateSettings, status: 200, options: { body: {} } })),
  ...routes.map((path) => ({ method: 'GET', path, permissions: getSettings, status: 200 })),
  { method: 'HEAD', path: '{settings}', permissions: getSettings, status: 200 },
  { method: 'GET', path: 'derivedCredentials', permissions: listSettings, status: 200 },
  { method: 'HEAD', path: 'derivedCredentials', permissions: listSettings, status: 200 },
  {
    method: 'POST',
    path: 'derivedCredentials',
    permissions: createSettings,
    status: 409,
    options: { body: leastSettings },
  },
  { method: 'DELETE', path: '{settings}', permissions: deleteSettings, status: 412, options: never },

  { method: 'GET', path: 'deviceConfigurations', permissions: readProfiles, status: 200 },
  {
    method: 'GET',
    path: 'deviceConfigurations/microsoft.graph.iosVpnConfiguration',
    permissions: readProfiles,
    status: 200,
  },
  { method: 'GET', path: '{iosVpnConfiguration}', permissions: readProfiles, status: 200 },
  {
    method: 'HEAD',
    path: '{iosVpnConfiguration}/microsoft.graph.iosVpnConfiguration',
    permissions: readProfiles,
    status: 200,
  },
  { method: 'GET', path: `${uncast}/$ref`, permissions: readProfiles, status: 200 },
  ...Object.values(leastProfiles).map((body) => ({
    method: 'POST',
    path: 'deviceConfigurations',
    permissions: writeProfiles,
    status: 201,
    options: { body },
  })),
  { method: 'PATCH', path: '{iosVpnConfiguration}', permissions: writeProfiles, status: 200, options: { body: {} } },
  { method: 'DELETE', path: '{iosVpnConfiguration}', permissions: writeProfiles, status: 412, options: never },
  {
    method: 'PUT',
    path: `${uncast}/$ref`,
    permissions: writeProfiles,
    status: 204,
    options: { body: { '@odata.id': '/{settings}' } },
  },
  { method: 'DELETE', path: `${uncast}/$ref`, permissions: writeProfiles, status: 412, options: never },

  ...[
    '{iosVpnConfiguration}/displayName',
    '{iosVpnConfiguration}/displayName/$value',
    'deviceConfigurations/$count',
    '{iosVpnConfiguration}/assignments/$count',
    '{iosVpnConfiguration}/groupAssignments',
    '{groupAssignment}',
    '{groupAssignment}/deviceConfiguration/$ref',
    '{iosVpnConfiguration}/deviceStatuses',
    '{iosVpnConfiguration}/userStatuses',
    '{iosVpnConfiguration}/deviceSettingStateSummaries',
    '{iosVpnConfiguration}/deviceStatusOverview',
    '{iosVpnConfiguration}/userStatusOverview',
  ].map((path) => ({ method: 'GET', path, permissions: readProfiles, status: 200 })),
  { method: 'GET', path: `${uncast}/displayName`, permissions: getSettings, status: 200 },
  { method: 'GET', path: '{settings}/issuer/$value', permissions: getSettings, status: 200 },
  { method: 'GET', path: 'derivedCredentials/$count', permissions: listSettings, status: 200 },
  {
    method: 'POST',
    path: '{iosVpnConfiguration}/assign',
    permissions: writeProfiles,
    status: 412,
    options: { ...never, body: { assignments: [] } },
  },
  { method: 'GET', path: '{iosVpnConfiguration}/assignments', permissions: readProfiles, status: 200 },
  {
    method: 'POST',
    path: '{iosVpnConfiguration}/assignments',
    permissions: writeProfiles,
    status: 409,
    options: { body: assigned },
  },
  { method: 'GET', path: '{assignment}', permissions: readProfiles, status: 200 },
  { method: 'PATCH', path: '{assignment}', permissions: writeProfiles, status: 200, options: { body: {} } },
  { method: 'DELETE', path: '{assignment}', permissions: writeProfiles, status: 412, options: never },
  { method: 'GET', path: '{groupAssignment}/deviceConfiguration', permissions: readProfiles, status: 200 },
  {
    method: 'PATCH',
    path: '{groupAssignment}/deviceConfiguration',
    permissions: writeProfiles,
    status: 200,
    options: { body: {} },
  },
  { method: 'GET', path: roots, permissions: readProfiles, status: 200 },
  { method: 'GET', path: `${roots}/{rootKey}`, permissions: readProfiles, status: 200 },
  { method: 'PATCH', path: `${roots}/{rootKey}`, permissions: writeProfiles, status: 200, options: { body: {} } },
  { method: 'GET', path: `${roots}/$ref`, permissions: readProfiles, status: 200 },
  {
    method: 'POST',
    path: `${roots}/$ref`,
    permissions: writeProfiles,
    status: 204,
    options: { body: { '@odata.id': '/{root}' } },
  },
  { method: 'DELETE', path: `${roots}/$ref`, permissions: writeProfiles, status: 400 },
  { method: 'GET', path: `${roots}/{rootKey}/$ref`, permissions: readProfiles, status: 200 },
  { method: 'DELETE', path: `${roots}/{rootKey}/$ref`, permissions: writeProfiles, status: 412, options: never },

  { method: 'GET', path: 'auditEvents', permissions: readAudit, status: 200 },
  { method: 'GET', path: 'auditEvents/$count', permissions: readAudit, status: 200 },
  { method: 'GET', path: 'auditEvents/getAuditCategories', permissions: readAudit, status: 200 },
  { method: 'GET', path: "auditEvents/getAuditActivityTypes(category='x')", permissions: readAudit, status: 200 },
  { method: 'GET', path: '{auditEvent}/activity', permissions: readAudit, status: 200 },
  { method: 'GET', path: 'roleScopeTags', permissions: all, status: 200 },
  { method: 'GET', path: 'roleScopeTags/0', permissions: all, status: 200 },
  { method: 'GET', path: 'assignmentFilters', permissions: all, status: 200 },
  { method: 'GET', path: 'subscriptionState', permissions: all, status: 200 },
  { method: 'GET', path: '{auditEvent}', permissions: readAudit, status: 200 },
  { method: 'GET', path: '', permissions: all, status: 200 },
  { method: 'HEAD', path: '', permissions: all, status: 200 },
];

let tenants: Tenants;
let tenant: string;
/** What stands in braces in the rows. */
const names: Record<string, string> = {};
before(async () => {
  tenants = await openTenants();
  tenant = await tenants.keep('active');
  await fill(tenant);
});
after(() => tenants.close());

/** Makes the objects that the rows are about. */
async function fill(tenantId: string): Promise<void> {
  const token = await tenants.token(tenantId, { scp: all.join(' ') });
  const make = async (path: string, body: object): Promise<string> => {
    const { status, json } = await tenants.send('POST', path, { token, body });
    assert.equal(status, 201);
    return `${path}/${json.id}`;
  };
  names.settings = await make('derivedCredentials', leastSettings);
  const link = { 'derivedCredentialSettings@odata.bind': `/deviceManagement/${names.settings}` };
  for (const name of casts) {
    const type = `${name}Configuration` as const;
    names[type] = await make('deviceConfigurations', { ...leastProfiles[type], ...link });
  }
  names.root = await make('deviceConfigurations', leastRootCertificate);
  names.rootKey = names.root.replace('deviceConfigurations/', '');
  const body = { '@odata.id': `/deviceManagement/${names.root}` };
  assert.equal((await tenants.send('POST', `${fillIn(roots)}/$ref`, { token, body })).status, 204);
  names.assignment = await make(`${names.iosVpnConfiguration}/assignments`, assigned);
  names.groupAssignment = names.assignment.replace('/assignments/', '/groupAssignments/');
  const { json } = await tenants.send('GET', 'auditEvents', { token });
  names.auditEvent = `auditEvents/${json.value[0].id}`;
}

function fillIn(text: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
}

async function ask({ method, path, options }: Row, token: string): Promise<Answer> {
  const body = options?.body && JSON.parse(fillIn(JSON.stringify(options.body)).replace('"/', '"/deviceManagement/'));
  const whole = `/beta/deviceManagement${path && `/${fillIn(path)}`}`;
  return tenants.send(method, whole, { ...options, ...(body && { body }), token });
}

async function state(): Promise<string> {
  const token = await tenants.token(tenant, { scp: all.join(' ') });
  const paths = ['derivedCredentials', 'deviceConfigurations', 'auditEvents'];
  return (await Promise.all(paths.map((path) => tenants.send('GET', path, { token }))))
    .map(({ text }) => text)
    .join('\n');
}

/** What a token says of permissions, and by which word the refusal calls the caller. */
const kinds = {
  User: (permissions: readonly string[]) => ({ scp: permissions.join(' ') }),
  Application: (permissions: readonly string[]) => ({ scp: undefined, roles: permissions, idtyp: 'app' }),
} as const;

function assertForbidden(answer: Answer, subject: string, { method, permissions }: Row): void {
  assert.equal(answer.status, 403, answer.text);
  if (method === 'HEAD') return;
  const reason =
    subject === 'Nobody'
      ? 'The operation was called in app only context but does not have application permissions configured. Application'
      : `${subject} is not authorized to perform this operation. ${subject}`;
  const start = `${reason} must have one of the following scopes: `;
  assertRefusal(answer, { status: 403, code: 'Forbidden', message: /scopes: / });
  assert.equal(answer.json.error.message.slice(0, start.length), start);
  const told = answer.json.error.message.slice(start.length).split(', ');
  assert.deepEqual(told.sort(), [...permissions].sort());
}

describe('each permission allows exactly what the table says:', () => {
  for (const row of rows) {
    const body = row.options?.body as { '@odata.type'?: string } | undefined;
    const type = body?.['@odata.type']?.replace('#microsoft.graph.', ' of ') ?? '';
    test(`${row.method} /deviceManagement/${row.path}${type}`, async () => {
      for (const [subject, claims] of Object.entries(kinds)) {
        const before = await state();
        const denied = [...all, ...strangers].filter((permission) => !row.permissions.includes(permission));
        for (const permission of denied) {
          const answer = await ask(row, await tenants.token(tenant, claims([permission])));
          assertForbidden(answer, subject, row);
        }
        // All the others together are not enough either.
        const others = await ask(row, await tenants.token(tenant, claims(denied)));
        assertForbidden(others, subject, row);
        assert.equal(await state(), before, 'who may not has changed nothing');

        for (const permission of row.permissions) {
          const claim = claims(['User.Read', permission]);
          const answer = await ask(row, await tenants.token(tenant, claim));
          assert.equal(answer.status, row.status, `${subject} ${permission}: ${answer.text}`);
        }
      }
    });
  }

  test('the rows are every method that the server offers', async () => {
    const token = await tenants.token(tenant, { scp: all.join(' ') });
    for (const path of new Set(rows.map((row) => row.path))) {
      const answer = await ask({ method: 'OPTIONS', path, permissions: [], status: 204 }, token);
      assert.equal(answer.status, 204);
      const allowed = String(answer.headers.allow)
        .split(', ')
        // Whoever has a token may ask for the methods.
        .filter((method) => method !== 'OPTIONS');
      const paths = [path, path.replace(/\/microsoft\.graph\.\w+/, '')];
      for (const method of allowed) {
        const actual = method === 'HEAD' ? 'GET' : method;
        const row = rows.find((each) => each.method === actual && paths.includes(each.path));
        assert.ok(row, `${method} ${path} has no row`);
      }
    }
  });
});

describe('a token', () => {
  const update: Row = {
    method: 'PATCH',
    path: uncast,
    permissions: updateSettings,
    status: 200,
    options: { body: {} },
  };

  test('with scp and roles counts as delegated', async () => {
    const strong = await tenants.token(tenant, { scp: 'User.Read', roles: all });
    assertForbidden(await ask(update, strong), 'User', update);
    const empty = await tenants.token(tenant, { scp: '', roles: all });
    assertForbidden(await ask(update, empty), 'User', update);
    const scoped = await tenants.token(tenant, { scp: configurationWrite, roles: ['User.Read'] });
    assert.equal((await ask(update, scoped)).status, 200);
    const application = await tenants.token(tenant, { scp: configurationWrite, roles: [], idtyp: 'app' });
    assert.equal((await ask(update, application)).status, 200);
  });

  test('of an application without roles is refused in words of its own, for every operation', async () => {
    for (const claims of [{ roles: undefined }, { roles: [] }]) {
      const token = await tenants.token(tenant, { scp: undefined, idtyp: 'app', ...claims });
      for (const row of rows) assertForbidden(await ask(row, token), 'Nobody', row);
    }
  });

  test('without scopes of a user is refused', async () => {
    const token = await tenants.token(tenant, { scp: undefined, idtyp: 'user' });
    assertForbidden(await ask(update, token), 'User', update);
  });

  test('rule 9: of a personal Microsoft account is refused everything', async () => {
    const personal = '9188040d-6c67-4c5b-b112-36a304b66dad';
    const refusal = {
      status: 403,
      code: 'Forbidden',
      message: 'Personal Microsoft accounts are not supported by this API.',
    };
    for (const token of [
      await tenants.token(personal, { scp: all.join(' ') }),
      await tenants.token(tenant, { scp: all.join(' '), idp: 'live.com' }),
    ]) {
      for (const row of rows.filter(({ method }) => method !== 'HEAD')) assertRefusal(await ask(row, token), refusal);
      assertRefusal(await tenants.send('GET', '/beta/nope', { token }), refusal);
    }
  });
});

describe('rule 9: a tenant without an active licence', () => {
  for (const license of ['expired', 'absent'] as const) {
    test(`(${license}) is refused everything but the object that tells the licence`, async () => {
      const token = await tenants.token(tenant, { scp: all.join(' ') });
      const before = await state();
      await tenants.keep(license, tenant);
      // The server believes what it knows of a tenant for half a second.
      await new Promise((resolve) => setTimeout(resolve, 600));
      for (const row of rows) {
        const answer = await ask(row, token);
        if (row.path === '' || row.path === 'subscriptionState') assert.equal(answer.status, 200);
        else if (row.method === 'HEAD') assert.equal(answer.status, 403);
        else {
          const message = `The tenant has no active Intune license (${license}).`;
          assertRefusal(answer, { status: 403, code: 'Forbidden', message });
        }
      }
      const { json } = await tenants.send('GET', '/beta/deviceManagement', { token });
      assert.equal(json.subscriptionState, { expired: 'disabled', absent: 'deleted' }[license]);
      const audit: Row = { method: 'GET', path: 'auditEvents', permissions: readAudit, status: 200 };
      assertForbidden(await ask(audit, await tenants.token(tenant)), 'User', audit);

      await tenants.keep('active', tenant);
      await new Promise((resolve) => setTimeout(resolve, 600));
      const after = await state();
      assert.equal(after.split('\n').slice(0, 2).join('\n'), before.split('\n').slice(0, 2).join('\n'));
    });
  }
});
