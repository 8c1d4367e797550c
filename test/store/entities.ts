// Entities, units and filters for the tests of the store, made from the model's own defaults.
import { randomUUID } from 'node:crypto';
import type { EntityType, Property, Structure, Value } from '../../src/edm/index.js';
import {
  derivedCredentials,
  deviceConfigurations,
  deviceManagementDerivedCredentialSettings,
  iosVpnConfiguration,
} from '../../src/model/index.js';
import type {
  Change,
  Comparison,
  Expression,
  Instance,
  License,
  Literal,
  PropertyPath,
  Stored,
  Tenant,
  Unit,
} from '../../src/plan/index.js';

export const noon = '2026-01-31T12:00:00.0000000Z';

export function newTenantId(): string {
  return randomUUID();
}

export function unit(tenantId: string, ...changes: Change[]): Unit {
  return { tenantId, changes, audit: auditEventOf() };
}

export function auditEventOf(properties: Structure = {}): Structure & { id: string } {
  return {
    id: randomUUID(),
    activity: 'Patch',
    activityDateTime: noon,
    activityOperationType: 'Patch',
    activityResult: 'Success',
    activityType: 'Patch DerivedCredential',
    actor: { userPrincipalName: 'ada@example.org', userPermissions: [] },
    category: 'DeviceConfiguration',
    componentName: 'DeviceConfiguration',
    correlationId: randomUUID(),
    displayName: 'Patch DerivedCredential',
    resources: [],
    ...properties,
  };
}

export function keepTenant(id: string): Change {
  return { kind: 'tenant', tenant: tenant(id, 'active'), expected: undefined };
}

/** Another licence for a tenant that has the one expected. */
export function changeLicense(id: string, expected: License, license: License): Change {
  return { kind: 'tenant', tenant: tenant(id, license), expected: tenant(id, expected) };
}

function tenant(id: string, license: License): Tenant {
  return { id, displayName: 'Contoso', license };
}

export function settings(properties: Structure = {}, version = 1): Stored {
  return stored(
    deviceManagementDerivedCredentialSettings,
    { displayName: 'K5', issuer: 'purebred', ...properties },
    version,
  );
}

export function vpn(properties: Structure = {}, boundTo: string | null = null): Stored {
  const server = { address: 'vpn.example.org', description: null, isDefaultServer: true };
  const required = { connectionName: 'Office', displayName: 'VPN', server };
  return profile(iosVpnConfiguration, { ...required, ...properties }, boundTo);
}

export function profile(type: EntityType, properties: Structure, boundTo: string | null = null): Stored {
  const references = [...type.navigationProperties.values()].filter(({ contained }) => !contained);
  return {
    ...stored(type, { createdDateTime: noon, lastModifiedDateTime: noon, ...properties, version: 1 }, 1),
    links: Object.fromEntries(
      references.map(({ name, collection }) => [
        name,
        collection ? [] : name === 'derivedCredentialSettings' ? boundTo : null,
      ]),
    ),
  };
}

function stored(type: EntityType, properties: Structure, version: number): Stored {
  const entity: Record<string, Value> & { id: string } = { id: String(properties.id ?? randomUUID()) };
  for (const { name, default: byDefault } of type.properties.values()) {
    if (name !== 'id') entity[name] = properties[name] ?? byDefault ?? null;
  }
  return { type, entity, version, links: {} };
}

/** The entity one version later. */
export function changed(before: Stored, properties: Structure, links = before.links): Stored {
  const version = before.version + 1;
  const counted: Structure = before.type.properties.has('version') ? { version } : {};
  return { ...before, entity: { ...before.entity, ...properties, ...counted, id: before.entity.id }, version, links };
}

export const insert = (entity: Stored): Change => ({
  kind: 'insert',
  set: entity.type === deviceManagementDerivedCredentialSettings ? derivedCredentials : deviceConfigurations,
  stored: entity,
});

export const update = (entity: Stored, expectedVersion = entity.version - 1): Change => ({
  kind: 'update',
  set: entity.type === deviceManagementDerivedCredentialSettings ? derivedCredentials : deviceConfigurations,
  stored: entity,
  expectedVersion,
});

/** `path('server/address')`, of any type that the tests use. */
export function path(names: string, type: EntityType = iosVpnConfiguration): PropertyPath {
  let of: Instance = { kind: 'current', type };
  let properties: ReadonlyMap<string, Property> = type.properties;
  const find = (name: string): Property => {
    const property = properties.get(name);
    if (!property) throw new Error(`no property '${name}'`);
    return property;
  };
  const way = names.split('/');
  for (const name of way.slice(0, -1)) {
    const property = find(name);
    if (property.type.kind === 'complex') properties = property.type.properties;
    of = { kind: 'complexValue', of, property };
  }
  return { kind: 'propertyPath', of, property: find(way.at(-1) ?? '') };
}

export function literal(value: Literal['value']): Literal {
  return { kind: 'literal', value, type: value === null ? undefined : { kind: 'primitive', name: 'Edm.String' } };
}

export function comparison(left: Expression, operator: 'eq' | 'ne', right: Expression): Comparison {
  return { kind: 'comparison', operator, left, right };
}

export const eq = (names: string, value: Literal['value']): Comparison => comparison(path(names), 'eq', literal(value));
export const ne = (names: string, value: Literal['value']): Comparison => comparison(path(names), 'ne', literal(value));
export const and = (left: Expression, right: Expression): Expression => ({
  kind: 'logical',
  operator: 'and',
  left,
  right,
});
export const or = (left: Expression, right: Expression): Expression => ({
  kind: 'logical',
  operator: 'or',
  left,
  right,
});
export const not = (operand: Expression): Expression => ({ kind: 'not', operand });
