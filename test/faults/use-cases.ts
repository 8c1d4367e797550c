// Every way to change what a store keeps, and to read it, as requests that can be made again and again.
import { leastProfiles, leastSettings } from '../http/session.js';
import type { Caller } from './front.js';

export interface UseCase {
  /** Makes what the request needs. */
  readonly prepare: (caller: Caller) => Promise<Request>;
  /** The audit events that come of it. */
  readonly events: number;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

const root = '/deviceManagement';
const vpn = leastProfiles.iosVpnConfiguration;
const wifi = { ...leastProfiles.iosEnterpriseWiFiConfiguration, displayName: 'Enterprise Wi-Fi' };
const certificate = leastProfiles.iosTrustedRootCertificate;
const derived = { authenticationMethod: 'derivedCredential' };
const settingsType = { '@odata.type': '#microsoft.graph.deviceManagementDerivedCredentialSettings' };
const toUsers = { target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } };
const toDevices = { target: { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' } };
const toGroup = {
  target: {
    '@odata.type': '#microsoft.graph.groupAssignmentTarget',
    groupId: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
  },
};

const makeSettings = async ({ must }: Caller): Promise<string> =>
  `${root}/derivedCredentials/${(await must('POST', `${root}/derivedCredentials`, leastSettings)).id}`;
const makeProfile = async ({ must }: Caller, body: object): Promise<string> =>
  `${root}/deviceConfigurations/${(await must('POST', `${root}/deviceConfigurations`, body)).id}`;
const link = (path: string): object => ({ '@odata.id': `https://graph.microsoft.com/beta${path}` });
/** Settings, and a profile that is bound to them. */
const makeBound = async (caller: Caller): Promise<{ settings: string; profile: string }> => {
  const settings = await makeSettings(caller);
  return { settings, profile: await makeProfile(caller, { ...vpn, ...derived }) };
};
/** A Wi-Fi profile that trusts one root certificate, and another certificate. */
const makeTrusting = async (caller: Caller) => {
  const trusted = await makeProfile(caller, certificate);
  const other = await makeProfile(caller, { ...certificate, displayName: 'Other root' });
  const bind = { 'rootCertificatesForServerValidation@odata.bind': [`https://graph.microsoft.com/beta${trusted}`] };
  const profile = await makeProfile(caller, { ...wifi, ...bind });
  const collection = `${profile}/microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation`;
  return { trusted, other, profile, collection };
};
const makeAssigned = async (caller: Caller): Promise<string> => {
  const profile = await makeProfile(caller, vpn);
  await caller.must('POST', `${profile}/assign`, { assignments: [toUsers, toGroup] });
  return profile;
};
const part = (id: string, method: string, url: string, body: object, group?: string): object => ({
  id,
  method,
  url,
  body,
  headers: { 'content-type': 'application/json' },
  ...(group && { atomicityGroup: group }),
});

export const changes: Readonly<Record<string, UseCase>> = {
  'create settings': {
    events: 1,
    prepare: async () => ({ method: 'POST', path: `${root}/derivedCredentials`, body: leastSettings }),
  },
  'update settings': {
    events: 1,
    prepare: async (caller) => ({
      method: 'PATCH',
      path: await makeSettings(caller),
      body: { displayName: 'changed', issuer: 'entrustDatacard' },
    }),
  },
  'update settings by a profile': {
    events: 1,
    prepare: async (caller) => {
      const { profile } = await makeBound(caller);
      const path = `${profile}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`;
      return { method: 'PATCH', path, body: { ...settingsType, renewalThresholdPercentage: 33 } };
    },
  },
  'update settings to what they are': {
    events: 0,
    prepare: async (caller) => ({ method: 'PATCH', path: await makeSettings(caller), body: {} }),
  },
  'delete settings that profiles are bound to': {
    events: 1,
    prepare: async (caller) => {
      const { settings } = await makeBound(caller);
      await makeProfile(caller, { ...vpn, ...derived, displayName: 'Second VPN' });
      return { method: 'DELETE', path: settings };
    },
  },
  'create a profile that is bound': {
    events: 1,
    prepare: async (caller) => {
      await makeSettings(caller);
      return { method: 'POST', path: `${root}/deviceConfigurations`, body: { ...vpn, ...derived } };
    },
  },
  'create a profile with links': {
    events: 1,
    prepare: async (caller) => {
      const { trusted, other } = await makeTrusting(caller);
      const targets = [trusted, other].map((path) => `https://graph.microsoft.com/beta${path}`);
      const body = { ...wifi, displayName: 'Second', 'rootCertificatesForServerValidation@odata.bind': targets };
      return { method: 'POST', path: `${root}/deviceConfigurations`, body };
    },
  },
  'update a profile': {
    events: 1,
    prepare: async (caller) => ({
      method: 'PATCH',
      path: await makeProfile(caller, vpn),
      body: { description: 'changed' },
    }),
  },
  'update a profile with other links': {
    events: 1,
    prepare: async (caller) => {
      const { profile, other } = await makeTrusting(caller);
      const targets = [`https://graph.microsoft.com/beta${other}`];
      return { method: 'PATCH', path: profile, body: { 'rootCertificatesForServerValidation@odata.bind': targets } };
    },
  },
  'delete a profile that is assigned': {
    events: 1,
    prepare: async (caller) => ({ method: 'DELETE', path: await makeAssigned(caller) }),
  },
  'bind a profile': {
    events: 1,
    prepare: async (caller) => {
      const profile = await makeProfile(caller, vpn);
      const settings = await makeSettings(caller);
      return { method: 'PUT', path: `${profile}/derivedCredentialSettings/$ref`, body: link(settings) };
    },
  },
  'unbind a profile': {
    events: 1,
    prepare: async (caller) => {
      const { profile } = await makeBound(caller);
      return { method: 'DELETE', path: `${profile}/derivedCredentialSettings/$ref` };
    },
  },
  'add a reference': {
    events: 1,
    prepare: async (caller) => {
      const { collection, other } = await makeTrusting(caller);
      return { method: 'POST', path: `${collection}/$ref`, body: link(other) };
    },
  },
  'remove a reference': {
    events: 1,
    prepare: async (caller) => {
      const { collection, trusted } = await makeTrusting(caller);
      const id = encodeURIComponent(`https://graph.microsoft.com/beta${trusted}`);
      return { method: 'DELETE', path: `${collection}/$ref?$id=${id}` };
    },
  },
  'assign a profile': {
    events: 1,
    prepare: async (caller) => ({
      method: 'POST',
      path: `${await makeAssigned(caller)}/assign`,
      body: { assignments: [toGroup, toDevices] },
    }),
  },
  'add an assignment': {
    events: 1,
    prepare: async (caller) => ({
      method: 'POST',
      path: `${await makeAssigned(caller)}/assignments`,
      body: toDevices,
    }),
  },
  'remove an assignment': {
    events: 1,
    prepare: async (caller) => {
      const profile = await makeAssigned(caller);
      const { value } = await caller.must('GET', `${profile}/assignments`);
      return { method: 'DELETE', path: `${profile}/assignments/${value[0].id}` };
    },
  },
  'change several things in an atomicity group': {
    events: 3,
    prepare: async (caller) => {
      const { settings, profile } = await makeBound(caller);
      const requests = [
        part('1', 'PATCH', settings, { displayName: 'together' }, 'g'),
        part('2', 'PATCH', profile, { description: 'together' }, 'g'),
        part('3', 'POST', `${root}/deviceConfigurations`, { ...vpn, displayName: 'Third' }, 'g'),
      ];
      return { method: 'POST', path: '/$batch', body: { requests } };
    },
  },
};

export const reads: Readonly<Record<string, (caller: Caller) => Promise<Request>>> = {
  'an object by its key': async (caller) => ({ method: 'GET', path: (await makeBound(caller)).profile }),
  'an object by another': async (caller) => {
    const { profile } = await makeBound(caller);
    return { method: 'GET', path: `${profile}/derivedCredentialSettings` };
  },
  'a collection, counted, filtered and expanded': async (caller) => {
    await makeAssigned(caller);
    const options = "$count=true&$filter=contains(displayName,'V')&$expand=assignments&$orderby=displayName";
    return { method: 'GET', path: `${root}/deviceConfigurations?${options}` };
  },
  'the references of a collection': async (caller) => {
    const { collection } = await makeTrusting(caller);
    return { method: 'GET', path: `${collection}/$ref` };
  },
  'audit events': async (caller) => {
    await makeSettings(caller);
    return { method: 'GET', path: `${root}/auditEvents` };
  },
  'the organization': async () => ({ method: 'GET', path: '/organization' }),
};
