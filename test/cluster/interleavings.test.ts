// Two servers that change the same objects: one does its work between any two steps of the other's, for every two changes.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  assignments,
  deviceConfigurations,
  iosEnterpriseWiFiConfiguration,
  iosTrustedRootCertificate,
} from '../../src/model/index.js';
import type { Change } from '../../src/plan/index.js';
import type { Caller } from '../faults/front.js';
import { leastProfiles, leastSettings } from '../http/session.js';
import { newDatabase, type PostgresqlServer, startPostgresql } from '../postgresql.js';
import type { Tables } from '../postgresql-rows.js';
import { insert, keepTenant, profile, settings, unit, vpn } from '../store/entities.js';
import type { Answer } from '../support.js';
import { openTwoNodes, type TwoNodes } from './two-nodes.js';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The same ids in every tenant. */
const ids = Object.fromEntries(
  ['settings', 'bound', 'unbound', 'wifi', 'trusted', 'other'].map((name, index) => [
    name,
    `00000000-0000-4000-8000-00000000000${index + 1}`,
  ]),
) as Record<'settings' | 'bound' | 'unbound' | 'wifi' | 'trusted' | 'other', string>;
const root = '/deviceManagement';
const own = {
  settings: `${root}/derivedCredentials/${ids.settings}`,
  bound: `${root}/deviceConfigurations/${ids.bound}`,
  unbound: `${root}/deviceConfigurations/${ids.unbound}`,
  wifi: `${root}/deviceConfigurations/${ids.wifi}`,
  trusted: `${root}/deviceConfigurations/${ids.trusted}`,
  other: `${root}/deviceConfigurations/${ids.other}`,
};
const url = (path: string): string => `https://graph.microsoft.com/beta${path}`;
const roots = `${own.wifi}/microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation`;
const bindRoots = (...paths: string[]) => ({
  'rootCertificatesForServerValidation@odata.bind': paths.map(url),
});
const derived = { authenticationMethod: 'derivedCredential' };
const target = (type: string, more: object = {}) => ({
  target: { '@odata.type': `#microsoft.graph.${type}`, ...more },
});
const toUsers = target('allLicensedUsersAssignmentTarget');
const toDevices = target('allDevicesAssignmentTarget');
/** Graph's id for them. */
const allUsers = 'acacacac-9df4-4c7d-9d50-4ef0226f57a9';
const usersAssignment = `${own.bound}/assignments/${ids.bound}_${allUsers}`;
/** The bound profile is assigned to all users. */
const assigned: Change = {
  kind: 'replace',
  set: assignments,
  within: { set: deviceConfigurations, key: ids.bound },
  expectedVersion: 1,
  expectedKeys: [],
  members: [
    {
      type: assignments.type,
      version: 1,
      links: {},
      owner: ids.bound,
      entity: {
        id: `${ids.bound}_${allUsers}`,
        intent: 'apply',
        source: 'direct',
        sourceId: ids.bound,
        target: {
          ...toUsers.target,
          deviceAndAppManagementAssignmentFilterId: null,
          deviceAndAppManagementAssignmentFilterType: 'none',
        },
      },
    },
  ],
};
const ofSettings = { '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings' };
const part = (id: string, method: string, path: string, body: object): object => ({
  id,
  method,
  url: path,
  body,
  headers: { 'content-type': 'application/json' },
  atomicityGroup: 'g',
});
const tagged = (id: string) => ({ 'if-match': `W/"${id}.1"` });

/** Each changes what the tenant has, in one request. */
const changes: Readonly<Record<string, Request>> = {
  'create settings': { method: 'POST', path: `${root}/derivedCredentials`, body: leastSettings },
  'rename the settings': { method: 'PATCH', path: own.settings, body: { displayName: 'renamed' } },
  'change the threshold': { method: 'PATCH', path: own.settings, body: { renewalThresholdPercentage: 33 } },
  'leave the settings as they are': { method: 'PATCH', path: own.settings, body: { displayName: 'K5' } },
  'rename the settings by a profile': {
    method: 'PATCH',
    path: `${own.bound}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`,
    body: { ...ofSettings, displayName: 'by a profile' },
  },
  'leave the settings of a profile as they are': {
    method: 'PATCH',
    path: `${own.bound}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`,
    body: { ...ofSettings, displayName: 'K5' },
  },
  'rename the settings of a version': {
    method: 'PATCH',
    path: own.settings,
    body: { displayName: 'if matched' },
    headers: tagged(ids.settings),
  },
  'delete the settings': { method: 'DELETE', path: own.settings },
  'create a profile': { method: 'POST', path: `${root}/deviceConfigurations`, body: leastProfiles.iosVpnConfiguration },
  'create a profile that is bound': {
    method: 'POST',
    path: `${root}/deviceConfigurations`,
    body: { ...leastProfiles.iosVpnConfiguration, ...derived },
  },
  'create a profile with links': {
    method: 'POST',
    path: `${root}/deviceConfigurations`,
    body: { ...leastProfiles.iosEnterpriseWiFiConfiguration, ...bindRoots(own.trusted, own.other) },
  },
  'describe the bound profile': { method: 'PATCH', path: own.bound, body: { description: 'described' } },
  'have the unbound profile use a derived credential': { method: 'PATCH', path: own.unbound, body: derived },
  'bind the unbound profile': {
    method: 'PUT',
    path: `${own.unbound}/derivedCredentialSettings/$ref`,
    body: { '@odata.id': url(own.settings) },
  },
  'unbind the bound profile': { method: 'DELETE', path: `${own.bound}/derivedCredentialSettings/$ref` },
  'delete the bound profile': { method: 'DELETE', path: own.bound },
  'delete the trusted certificate': { method: 'DELETE', path: own.trusted },
  'delete the other certificate': { method: 'DELETE', path: own.other },
  'trust the other certificate too': { method: 'POST', path: `${roots}/$ref`, body: { '@odata.id': url(own.other) } },
  'trust no certificate': {
    method: 'DELETE',
    path: `${roots}/$ref?$id=${encodeURIComponent(url(own.trusted))}`,
  },
  'trust the other certificate alone': { method: 'PATCH', path: own.wifi, body: bindRoots(own.other) },
  'assign to devices alone': { method: 'POST', path: `${own.bound}/assign`, body: { assignments: [toDevices] } },
  'assign to devices too': { method: 'POST', path: `${own.bound}/assignments`, body: toDevices },
  'remove from users': { method: 'PATCH', path: usersAssignment, body: { intent: 'remove' } },
  'remove from users if unchanged': {
    method: 'PATCH',
    path: usersAssignment,
    body: { intent: 'remove' },
    headers: tagged(`${ids.bound}_${allUsers}`),
  },
  'unassign users': { method: 'DELETE', path: usersAssignment },
  'change several things together': {
    method: 'POST',
    path: '/$batch',
    body: {
      requests: [
        part('1', 'PATCH', own.settings, { displayName: 'together' }),
        part('2', 'PATCH', own.bound, { description: 'together' }),
        part('3', 'PATCH', own.unbound, derived),
      ],
    },
  },
};

/** What the quick server does meanwhile: changes that others meet, and what leads back to where it was, or nearly. */
const interruptions: Readonly<Record<string, readonly Request[]>> = {
  ...Object.fromEntries(
    [
      'rename the settings',
      'delete the settings',
      'create a profile that is bound',
      'describe the bound profile',
      'have the unbound profile use a derived credential',
      'unbind the bound profile',
      'delete the bound profile',
      'delete the other certificate',
      'trust no certificate',
      'trust the other certificate alone',
      'assign to devices alone',
      'remove from users',
      'change several things together',
    ].map((name) => [name, [changes[name] as Request]]),
  ),
  'delete the settings and create others': [
    { method: 'DELETE', path: own.settings },
    { method: 'POST', path: `${root}/derivedCredentials`, body: leastSettings },
  ],
  'unassign users and assign them anew': [
    { method: 'DELETE', path: usersAssignment },
    { method: 'POST', path: `${own.bound}/assignments`, body: { ...toUsers, intent: 'remove' } },
  ],
};

describe('two servers over one database', () => {
  let server: PostgresqlServer;
  let folder: string;
  let nodes: TwoNodes;
  before(async () => {
    // Nothing crashes here, and nothing waits for the disk.
    server = await startPostgresql('fsync=off');
    folder = mkdtempSync(join(tmpdir(), 'offshoot-two-nodes-'));
    nodes = await openTwoNodes(await newDatabase(server.url), folder);
  });
  after(async () => {
    await nodes.close();
    rmSync(folder, { recursive: true });
    await server.stop();
  });

  /** A tenant that has settings, a profile that is bound to them and assigned, another, and a Wi-Fi profile with a root certificate. */
  async function prepare(): Promise<Tenant> {
    const tenant = await nodes.openTenant();
    const certificate = (id: string) => profile(iosTrustedRootCertificate, { id, displayName: 'Root' });
    const wifi = profile(iosEnterpriseWiFiConfiguration, {
      id: ids.wifi,
      displayName: 'Wi-Fi',
      networkName: 'W',
      ssid: 'w',
    });
    await nodes.store.write(
      unit(
        tenant.tenantId,
        keepTenant(tenant.tenantId),
        insert(settings({ id: ids.settings })),
        insert(vpn({ id: ids.bound, ...derived }, ids.settings)),
        insert(vpn({ id: ids.unbound })),
        insert(certificate(ids.trusted)),
        insert(certificate(ids.other)),
        insert({ ...wifi, links: { ...wifi.links, rootCertificatesForServerValidation: [ids.trusted] } }),
        assigned,
      ),
    );
    return tenant;
  }

  /** What one sees in the end: the answers, and all that the tenant has. */
  async function end({ tenantId }: Tenant, slow: Answer, quick: readonly Answer[]): Promise<string> {
    const answers = [slow, ...quick].map((answer) => `${answer.status} ${answer.headers.etag} ${answer.text}`);
    return normalized(answers, await nodes.rows(tenantId), tenantId);
  }

  /** The change before the other server's request of that number, all in turn; and how often it called its store. */
  async function inTurn(change: Request, interruption: readonly Request[], place: number): Promise<[string, number]> {
    const tenant = await prepare();
    nodes.before(tenant.tenantId, Number.POSITIVE_INFINITY, async () => {});
    const quick: Answer[] = [];
    let slow: Answer | undefined;
    for (const [index, request] of interruption.entries()) {
      if (index === place) slow = await send(tenant.slow, change);
      quick.push(await send(tenant.quick, request));
    }
    slow ??= await send(tenant.slow, change);
    const { calls } = nodes.disarm(tenant.tenantId);
    return [await end(tenant, slow, quick), calls];
  }

  /** The interruption between the calls of the change. */
  async function between(change: Request, interruption: readonly Request[], call: number): Promise<[string, string?]> {
    const tenant = await prepare();
    const quick: Answer[] = [];
    nodes.before(tenant.tenantId, call, async () => {
      for (const request of interruption) quick.push(await send(tenant.quick, request));
    });
    const slow = await send(tenant.slow, change);
    const { met } = nodes.disarm(tenant.tenantId);
    return [await end(tenant, slow, quick), met];
  }

  for (const [name, change] of Object.entries(changes)) {
    test(`to ${name} while the other server does anything else: as if one had come after the other`, async () => {
      const meet = async ([other, interruption]: readonly [string, readonly Request[]]): Promise<void> => {
        const places = [...interruption.keys(), interruption.length];
        const serial = await Promise.all(places.map((place) => inTurn(change, interruption, place)));
        const ends = serial.map(([seen]) => seen);
        const [[, calls] = ['', 0]] = serial;
        for (let call = 2; call <= calls; call++) {
          const [seen, met] = await between(change, interruption, call);
          assert.ok(met);
          if (ends.includes(seen)) continue;
          assert.equal(seen, ends.at(-1), `while the other has '${other}' done before call ${call}, '${met}'`);
        }
      };
      const all = Object.entries(interruptions);
      for (let next = all.splice(0, 4); next.length > 0; next = all.splice(0, 4)) await Promise.all(next.map(meet));
    });
  }
});

type Tenant = Awaited<ReturnType<TwoNodes['openTenant']>>;

function send(caller: Caller, { method, path, body, headers }: Request): Promise<Answer> {
  return caller.send(method, path, body, headers);
}

/** With times, hashes and origins blank, and ids that are made anew numbered in the order of the answers and the audit. */
function normalized(answers: readonly string[], tables: Tables, tenantId: string): string {
  const known = new Set(Object.values(ids));
  const numbers = new Map<string, string>();
  const numbered = (id: string): string => {
    if (known.has(id)) return id;
    const number = numbers.get(id) ?? `id${numbers.size}`;
    numbers.set(id, number);
    return number;
  };
  const blank = (line: string): string =>
    line
      .replaceAll(tenantId, 'tenant')
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z?/g, 'time')
      .replace(/\b[0-9a-f]{64}\b/g, 'hash')
      .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'origin')
      .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, numbered);
  // Ends are signed when their time comes.
  const { audit_events: events = [], audit_seals: _, ...others } = tables;
  const inOrder = [...answers, ...events.map((row) => JSON.stringify(row))].map(blank);
  const rows = Object.entries(others).flatMap(([table, all]) => all.map((row) => `${table} ${JSON.stringify(row)}`));
  return [...inOrder, ...rows.map(blank).sort()].join('\n');
}
