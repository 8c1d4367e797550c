// What is asked most of a store, by name: the questions that an index has to serve, whatever the database.
import type { NavigationProperty } from '../../src/edm/index.js';
import {
  assignments,
  auditEvents,
  derivedCredentials,
  deviceConfiguration,
  deviceConfigurations,
  iosVpnConfiguration,
  model,
} from '../../src/model/index.js';
import { parseFilter } from '../../src/odata/filter.js';
import { type Expansion, everything, type ListQuery } from '../../src/plan/index.js';
import type { createReader } from '../../src/store/reader.js';
import { limits } from '../odata/requests.js';
import { path } from './entities.js';

export type Reader = ReturnType<typeof createReader>;

const list = { ...everything(deviceConfigurations), pageSize: 10 };
const position = ['2026-01-31T12:00:00.0000000Z', 'id'];
const key = (name: string, descending = false) => ({ expression: path(name, deviceConfiguration), descending });
const any = (text: string): ListQuery => ({
  ...list,
  filter: parseFilter(text, deviceConfiguration, model, { limits }),
});
const assigned = deviceConfiguration.navigationProperties.get('assignments') as NavigationProperty;
const roots = 'microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation';

const withAssignments: Expansion = {
  property: assigned,
  on: deviceConfiguration,
  set: assignments,
  type: assignments.type,
  references: false,
  countOnly: false,
  query: { ...everything(assignments), count: true },
};

export const questions = {
  'a list': list,
  'the page behind a position': { ...list, after: position },
  'the latest first': { ...list, orderBy: [key('createdDateTime', true)], after: position },
  'a name': any("displayName eq 'a'"),
  'the beginning of a name': { ...any("startswith(displayName,'Profile 7')"), orderBy: [key('displayName')] },
  'an order by name, behind a position': { ...list, orderBy: [key('displayName')], after: ['a', ...position] },
  'audit events': { ...everything(auditEvents), pageSize: 10, after: [7] },
  'the assignments of a profile': {
    ...everything(assignments),
    within: { set: deviceConfigurations, key: 'profile', property: assigned },
  },
  'profiles with their assignments': { ...list, expand: [withAssignments] },
  'profiles by what they contain': any("assignments/any(a:a/intent eq 'apply')"),
  'profiles by what they lead to': any(`derivedCredentialSettings/issuer eq 'xTec' or ${roots}/any(r:r/version gt 1)`),
} as const satisfies Readonly<Record<string, ListQuery>>;
export type Question = keyof typeof questions;

const property = iosVpnConfiguration.navigationProperties.get('derivedCredentialSettings') as NavigationProperty;
const withSettings: Expansion = {
  property,
  on: iosVpnConfiguration,
  set: derivedCredentials,
  type: derivedCredentials.type,
  references: false,
  countOnly: false,
  query: everything(derivedCredentials),
};

/** An entity with what it leads to, and one that is led to. */
export const readsByKey: readonly ((reader: Reader) => Promise<unknown>)[] = [
  (reader) => reader.read('tenant', deviceConfigurations, 'id', { expand: [withSettings] }),
  (reader) =>
    reader.readRelated(
      'tenant',
      { set: deviceConfigurations, key: 'id', property, target: derivedCredentials },
      { expand: [] },
    ),
];
