// Which permission each operation asks for: the one table.
import { GraphError } from '../base/index.js';
import type { EntitySet } from '../edm/index.js';
import { auditEvents, derivedCredentials, deviceConfigurations, deviceManagementSingleton } from '../model/index.js';
import type { Address, Operation } from '../plan/index.js';

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

const readProfiles = [configurationRead, configurationWrite];
const writeProfiles = [configurationWrite];
const readAudit = [appsRead, appsWrite];

type Resource = 'service' | 'settings' | 'profiles' | 'audit';
type Action = Operation['kind'];

/**
 * Any one of the listed permissions is enough, delegated and application alike. Where Graph's pages of one operation
 * disagree, either family is accepted. An action that is not listed is not offered on the resource.
 */
const permissions: Readonly<Record<Resource, Partial<Record<Action, readonly string[]>>>> = {
  service: { readSingleton: allPermissions },
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
    removeReference: writeProfiles,
  },
  audit: { list: readAudit, read: readAudit },
};

const resources: ReadonlyMap<EntitySet, Resource> = new Map([
  [derivedCredentials, 'settings'],
  [deviceConfigurations, 'profiles'],
  [auditEvents, 'audit'],
]);

/** What an address is about: its entities, or for a link those that have it. */
function resourceOf(address: Address): Resource {
  if (address.kind === 'singleton') {
    if (address.singleton === deviceManagementSingleton) return 'service';
    throw notServed(address.singleton.name);
  }
  const set = address.kind === 'reference' ? address.related.source.set : address.set;
  const resource = resources.get(set);
  if (!resource) throw notServed(set.name);
  return resource;
}

/** What the model knows and nobody serves is as if it were not there. */
function notServed(segment: string): GraphError {
  return new GraphError('segmentNotFound', { target: segment, values: { segment } });
}

/** The permissions of which a caller needs one for the action at the address. */
export function requiredPermissions(action: Action, address: Address): readonly string[] {
  const required = permissions[resourceOf(address)][action];
  if (!required) throw new Error(`no permission is declared for ${action} on ${resourceOf(address)}`);
  return required;
}
