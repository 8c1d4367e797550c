// To whom a profile is assigned: groups, everyone, or devices that a filter picks.
import { complexType, enumeration, enumType, string } from '../edm/index.js';

export const deviceAndAppManagementAssignmentFilterType = enumType('deviceAndAppManagementAssignmentFilterType', {
  none: 0,
  include: 1,
  exclude: 2,
});

export const deviceAndAppManagementAssignmentTarget = complexType('deviceAndAppManagementAssignmentTarget', {
  abstract: true,
  properties: {
    deviceAndAppManagementAssignmentFilterId: string(),
    deviceAndAppManagementAssignmentFilterType: enumeration(deviceAndAppManagementAssignmentFilterType, {
      nullable: false,
    }),
  },
});

export const groupAssignmentTarget = complexType('groupAssignmentTarget', {
  base: deviceAndAppManagementAssignmentTarget,
  properties: {
    groupId: string(),
  },
});

export const exclusionGroupAssignmentTarget = complexType('exclusionGroupAssignmentTarget', {
  base: groupAssignmentTarget,
  properties: {},
});

export const allDevicesAssignmentTarget = complexType('allDevicesAssignmentTarget', {
  base: deviceAndAppManagementAssignmentTarget,
  properties: {},
});

export const allLicensedUsersAssignmentTarget = complexType('allLicensedUsersAssignmentTarget', {
  base: deviceAndAppManagementAssignmentTarget,
  properties: {},
});

export const configurationManagerCollectionAssignmentTarget = complexType(
  'configurationManagerCollectionAssignmentTarget',
  {
    base: deviceAndAppManagementAssignmentTarget,
    properties: {
      collectionId: string(),
    },
  },
);
