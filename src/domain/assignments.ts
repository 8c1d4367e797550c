// To whom a profile is assigned: what tells one assignment from another.
import { GraphError, isUuid } from '../base/index.js';
import type { Structure } from '../edm/index.js';
import {
  allDevicesAssignmentTarget,
  allLicensedUsersAssignmentTarget,
  configurationManagerCollectionAssignmentTarget,
  exclusionGroupAssignmentTarget,
  groupAssignmentTarget,
  model,
} from '../model/index.js';

/** Graph's own ids for those who are no group. */
const allUsers = 'acacacac-9df4-4c7d-9d50-4ef0226f57a9';
const allDevices = 'adadadad-808e-44e2-905a-0b7873a8a531';

/** Ids of Configuration Manager's collections: `SMS00001`. */
const collectionForm = /^[\w-]{1,64}$/;

/**
 * The id of a profile's assignment to the target, as Graph forms it: the profile's and the group's. So a group is
 * included or excluded, and once.
 *
 * DEVIATION: the id of a group must be a GUID, and nobody is asked whether the group or the filter exists: the directory
 * and assignment filters are elsewhere.
 *
 * Refuses a target that names none: `requiredProperty`, `wrongType`.
 */
export function assignmentIdOf(profileId: string, target: Structure | null, prefix = ''): string {
  return `${profileId}_${idOfTarget(target, `${prefix}target`)}`;
}

function idOfTarget(target: Structure | null, where: string): string {
  if (target === null) throw new GraphError('requiredProperty', { target: where, values: { property: where } });
  const type = model.findType(String(target['@odata.type']));
  if (type === allLicensedUsersAssignmentTarget) return allUsers;
  if (type === allDevicesAssignmentTarget) return allDevices;
  if (type === configurationManagerCollectionAssignmentTarget) {
    return checked(target, `${where}/`, 'collectionId', (id) => collectionForm.test(id), 'the id of a collection');
  }
  return checked(target, `${where}/`, 'groupId', isUuid, 'a GUID').toLowerCase();
}

function checked(
  target: Structure,
  prefix: string,
  name: string,
  isForm: (text: string) => boolean,
  expected: string,
): string {
  const value = target[name];
  const path = `${prefix}${name}`;
  if (typeof value !== 'string') throw new GraphError('requiredProperty', { target: path, values: { property: path } });
  if (isForm(value)) return value;
  throw new GraphError('wrongType', { target: path, values: { property: path, expected, found: 'this string' } });
}

/**
 * The target of an assignment in the older form: a group, included or excluded. `prefix` is the way to it in a body.
 * Refuses as `assignmentIdOf`.
 */
export function groupTarget(assignment: Structure, prefix: string): Structure {
  const groupId = checked(assignment, prefix, 'targetGroupId', isUuid, 'a GUID');
  const type = assignment.excludeGroup === true ? exclusionGroupAssignmentTarget : groupAssignmentTarget;
  return {
    '@odata.type': `#${model.qualifiedName(type)}`,
    deviceAndAppManagementAssignmentFilterId: null,
    deviceAndAppManagementAssignmentFilterType: 'none',
    groupId,
  };
}
