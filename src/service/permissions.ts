// Which permission each operation asks for: the one table.
import type { EntitySet } from '../edm/index.js';
import {
  assignmentFilters,
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  deviceManagementSingleton,
  organizations,
  roleScopeTags,
} from '../model/index.js';
import { type Address, linkAt, type Operation } from '../plan/index.js';

const configurationRead = 'DeviceManagementConfiguration.Read.All';
const configurationWrite = 'DeviceManagementConfiguration.ReadWrite.All';
const serviceRead = 'DeviceManagementServiceConfig.Read.All';
const serviceWrite = 'DeviceManagementServiceConfig.ReadWrite.All';
const devicesWrite = 'DeviceManagementManagedDevices.ReadWrite.All';
const appsRead = 'DeviceManagementApps.Read.All';
const appsWrite = 'DeviceManagementApps.ReadWrite.All';

/** Every permission that any operation accepts, least privileged of each family first. */
export const allPermissions: readonly string[] = [
  configurationRead,
  configurationWrite,
  serviceRead,
  serviceWrite,
  devicesWrite,
  appsRead,
  appsWrite,
];

/** Of the API that administers the server, which asks for the administering tenant besides. */
export const adminRead = 'Offshoot.Admin.Read.All';
export const adminWrite = 'Offshoot.Admin.ReadWrite.All';

/** Every permission that an application or a user can be given. */
export const grantablePermissions: readonly string[] = [...allPermissions, adminRead, adminWrite];

const readProfiles = [configurationRead, configurationWrite];
const writeProfiles = [configurationWrite];
const readAudit = [appsRead, appsWrite];

type Resource = 'service' | 'settings' | 'profiles' | 'audit' | 'directory';
type Action = Operation['kind'];

/**
 * Any one of the listed permissions is enough, delegated and application alike. Where Graph's pages of one operation
 * disagree, either family is accepted. An action that is not listed is not offered on the resource.
 */
const permissions: Readonly<Record<Resource, Partial<Record<Action, readonly string[]>>>> = {
  service: { readSingleton: allPermissions, list: allPermissions, read: allPermissions },
  settings: {
    list: [serviceRead, serviceWrite, configurationRead, configurationWrite],
    read: [configurationRead, configurationWrite],
    create: [serviceWrite, configurationWrite],
    update: [configurationWrite],
    delete: [serviceWrite, configurationWrite, devicesWrite],
  },
  profiles: {
    list: readProfiles,
    read: readProfiles,
    readReference: readProfiles,
    create: writeProfiles,
    update: writeProfiles,
    delete: writeProfiles,
    setReference: writeProfiles,
    addReference: writeProfiles,
    removeReference: writeProfiles,
    invokeAction: writeProfiles,
  },
  audit: { list: readAudit, read: readAudit, callFunction: readAudit },
  directory: { readSingleton: [], list: [], read: [] },
};

/** What stands inside another set's entities is theirs. */
const resources: ReadonlyMap<EntitySet, Resource> = new Map([
  [derivedCredentials, 'settings'],
  [deviceConfigurations, 'profiles'],
  [auditEvents, 'audit'],
  [roleScopeTags, 'service'],
  [assignmentFilters, 'service'],
  [organizations, 'directory'],
]);

/** The action whose permissions hold for another one too. */
const alike: Readonly<Partial<Record<Action, Action>>> = { count: 'list', listReferences: 'readReference' };
/** The same of references that are no links: who may read the entities may read where they are. */
const ofIdentities: Readonly<Partial<Record<Action, Action>>> = { listReferences: 'list', readReference: 'read' };

/** What an address is about: its entities, or for a link those that have it. */
function resourceOf(address: Address): Resource {
  switch (address.kind) {
    case 'singleton':
      return address.singleton === deviceManagementSingleton ? 'service' : 'directory';
    case 'collection':
    case 'entity':
    case 'related':
      return resourceOfSet(address.set);
    case 'reference':
      return resourceOf(linkAt(address)?.source ?? address.related);
    case 'references':
      return resourceOf(linkAt(address)?.source ?? address.collection);
    case 'memberReference':
      return resourceOf(linkAt(address)?.source ?? address.member);
    case 'property':
      return resourceOf(address.of);
    case 'count':
      return resourceOf(address.collection);
    case 'action':
    case 'function':
      return resourceOf(address.on);
  }
}

function resourceOfSet(set: EntitySet): Resource {
  const resource = resources.get(set.owner?.set ?? set);
  if (!resource) throw new Error(`no permissions are declared for ${set.name}`);
  return resource;
}

/** A property is read as what has it is. */
function actionOn(action: Action, address: Address): Action {
  const identified = linkAt(address) ? undefined : ofIdentities[action];
  if (action !== 'readProperty') return identified ?? alike[action] ?? action;
  return address.kind === 'property' && address.of.kind === 'singleton' ? 'readSingleton' : 'read';
}

/** The permissions of which a caller needs one for the action at the address; none where there is none. */
export function requiredPermissions(action: Action, address: Address): readonly string[] {
  const required = permissions[resourceOf(address)][actionOn(action, address)];
  if (!required) throw new Error(`no permission is declared for ${action} on ${resourceOf(address)}`);
  return required;
}

/** Whether the address is below `/deviceManagement`, which asks for a licence; the object itself tells it. */
export function needsLicense(address: Address): boolean {
  if (address.kind === 'singleton') return false;
  if (address.kind === 'property') return needsLicense(address.of);
  return resourceOf(address) !== 'directory';
}
