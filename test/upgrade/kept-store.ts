// A store with something of everything in it, and what it answers: how one is made, kept, and asked again.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createServer, type Server } from '../../src/index.js';
import { leastProfiles, leastRootCertificate } from '../http/session.js';
import { call } from '../support.js';

/** What a store answers, by the path below /beta. */
export type Answers = Readonly<Record<string, unknown>>;

export interface KeptStore {
  readonly answers: Answers;
}

/** The file of a data folder. */
export const fileIn = (folder: string): string => join(folder, 'offshoot.db');

/** Where the kept files are. */
export const keptFolder = join(import.meta.dirname, '../../../test/upgrade');

const root = '/deviceManagement';

/** Makes a store in the folder by requests, as people do; the server that made it is closed again. */
export async function makeStore(folder: string): Promise<KeptStore> {
  const server = await createServer({ data: folder, adminPort: 0 });
  try {
    const { must, development } = await callerOf(server);
    const settings = `${root}/derivedCredentials/${development.settingsId}`;
    const wifi = `${root}/deviceConfigurations/${development.profiles.iosEnterpriseWiFiConfiguration}`;
    const vpn = `${root}/deviceConfigurations/${development.profiles.iosVpnConfiguration}`;
    await must('PATCH', settings, { displayName: 'Smart card', issuer: 'entrustDatacard', helpUrl: null });
    await must('DELETE', `${vpn}/derivedCredentialSettings/$ref`);
    for (const body of Object.values(leastProfiles)) await must('POST', `${root}/deviceConfigurations`, body);
    const certificate = await must('POST', `${root}/deviceConfigurations`, leastRootCertificate);
    const link = { '@odata.id': `https://graph.microsoft.com/beta${root}/deviceConfigurations/${certificate.id}` };
    const trusted = 'microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation/$ref';
    await must('POST', `${wifi}/${trusted}`, link);
    const targets = ['allDevicesAssignmentTarget', 'allLicensedUsersAssignmentTarget'];
    await must('POST', `${vpn}/assign`, {
      assignments: targets.map((type) => ({ target: { '@odata.type': `#microsoft.graph.${type}` } })),
    });
    const gone = await must('POST', `${root}/deviceConfigurations`, leastProfiles.iosWiFiConfiguration);
    await must('DELETE', `${root}/deviceConfigurations/${gone.id}`);
    await fillDirectory(server);
    return { answers: await answersOf(server) };
  } finally {
    await server.close();
  }
}

/** Opens the store that is there: it answers as it did when it was kept, and can be changed. */
export async function checkStore(
  where: { readonly data: string; readonly database?: string },
  { answers }: KeptStore,
): Promise<void> {
  const server = await createServer({ ...where, adminPort: 0 });
  try {
    assert.deepEqual(likeness(await answersOf(server), answers), answers);
    const { must, development } = await callerOf(server);
    const settings = `${root}/derivedCredentials/${development.settingsId}`;
    const { renewalThresholdPercentage } = await must('PATCH', settings, { renewalThresholdPercentage: 42 });
    assert.equal(renewalThresholdPercentage, 42);
    const { value } = await must('GET', `${root}/auditEvents`);
    assert.deepEqual(value.at(-1).resources[0].modifiedProperties.at(-1), {
      displayName: 'renewalThresholdPercentage',
      oldValue: '20',
      newValue: '42',
    });
  } finally {
    await server.close();
  }
}

/** Applications, users and limits, as their administrators make them. */
async function fillDirectory(server: Server): Promise<void> {
  const { administer, tenant } = await callerOf(server);
  const permissions = { roles: ['DeviceManagementConfiguration.ReadWrite.All'], scopes: [] };
  const body = { displayName: 'Pipeline', redirectUris: ['https://app.example/cb'], ...permissions };
  const { id } = await administer('POST', `${tenant}/applications`, body);
  await administer('POST', `${tenant}/applications/${id}/secrets`, { displayName: 'CI' });
  const { id: gone } = await administer('POST', `${tenant}/applications`, { displayName: 'Gone' });
  await administer('DELETE', `${tenant}/applications/${gone}`);
  const scopes = ['DeviceManagementConfiguration.Read.All'];
  const person = { userPrincipalName: 'ada@example.org', password: 'correct horse battery staple', scopes };
  await administer('POST', `${tenant}/users`, person);
  await administer('PATCH', `${tenant}/users/ada@example.org`, { displayName: 'Ada' });
  await administer('PUT', 'limits', {
    limits: [{ name: 'a', per: 'tenant', requests: 'all', most: 5000, seconds: 1 }],
  });
}

async function answersOf(server: Server): Promise<Answers> {
  const { must, administer, tenant } = await callerOf(server);
  const answers: Record<string, unknown> = {};
  const ask = async (path: string): Promise<{ value: { id: string }[] }> => {
    const answer = await must('GET', path);
    answers[path] = withoutContext(answer);
    return answer;
  };
  await ask('/organization');
  await ask(`${root}/derivedCredentials`);
  await ask(`${root}/auditEvents`);
  for (const { id } of (await ask(`${root}/deviceConfigurations`)).value) {
    await ask(`${root}/deviceConfigurations/${id}/assignments`);
  }
  await ask(`${root}/deviceConfigurations?$select=id&$expand=${links}`);
  for (const path of [tenant, `${tenant}/applications`, `${tenant}/users`, 'limits']) {
    answers[`/admin/${path}`] = await administer('GET', path);
  }
  return answers;
}

const links = [
  'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings($select=id)',
  'microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation($select=id)',
].join(',');

/** What of a value stands in the pattern too: a later version may answer more. */
function likeness(value: unknown, pattern: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(pattern)) {
    return value.map((item, index) => (index < pattern.length ? likeness(item, pattern[index]) : item));
  }
  if (!isObject(value) || !isObject(pattern)) return value;
  const shared = Object.keys(pattern).filter((name) => name in value);
  return Object.fromEntries(shared.map((name) => [name, likeness(value[name], pattern[name])]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An answer without what tells of the server that gave it. */
function withoutContext(answer: object): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value) =>
    /@odata\.(context|nextLink)$/.test(name) ? undefined : value,
  );
}

async function callerOf(server: Server) {
  const { development } = server;
  assert.ok(development);
  const token = await development.token();
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows what it asked for
  const must = async (method: string, path: string, body?: object): Promise<any> => {
    const { status, json, text } = await call(server, method, `/beta${path}`, { token, body });
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return json;
  };
  const administrator = await development.token({ scopes: ['Offshoot.Admin.ReadWrite.All'] });
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const administer = async (method: string, path: string, body?: object): Promise<any> => {
    const { status, json, text } = await call(server, method, `${server.adminUrl}/admin/${path}`, {
      token: administrator,
      body,
    });
    assert.ok(status < 300, `${method} ${path}: ${status} ${text}`);
    return json;
  };
  return { must, administer, tenant: `tenants/${development.tenantId}`, development };
}
