// A rule that picks devices or apps among those that something is assigned to.
import {
  complexes,
  complexType,
  dateTimeOffset,
  entityType,
  enumeration,
  enumType,
  string,
  strings,
} from '../edm/index.js';
import { deviceAndAppManagementAssignmentFilterType } from './device-and-app-management-assignment-target.js';
import { devicePlatformType } from './device-platform-type.js';
import { entity } from './entity.js';

export const assignmentFilterManagementType = enumType('assignmentFilterManagementType', {
  devices: 0,
  apps: 1,
  unknownFutureValue: 2,
});

export const associatedAssignmentPayloadType = enumType('associatedAssignmentPayloadType', {
  unknown: 0,
  deviceConfigurationAndCompliance: 1,
  application: 2,
  androidEnterpriseApp: 3,
  enrollmentConfiguration: 4,
  groupPolicyConfiguration: 5,
  zeroTouchDeploymentDeviceConfigProfile: 6,
  androidEnterpriseConfiguration: 7,
  deviceFirmwareConfigurationInterfacePolicy: 8,
  resourceAccessPolicy: 9,
  win32app: 10,
  deviceManagmentConfigurationAndCompliancePolicy: 11,
});

export const payloadByFilter = complexType('payloadByFilter', {
  properties: {
    assignmentFilterType: enumeration(deviceAndAppManagementAssignmentFilterType, { nullable: false }),
    groupId: string(),
    payloadId: string(),
    payloadType: enumeration(associatedAssignmentPayloadType, { nullable: false }),
  },
});

export const deviceAndAppManagementAssignmentFilter = entityType('deviceAndAppManagementAssignmentFilter', {
  base: entity,
  properties: {
    createdDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    description: string(),
    displayName: string({ nullable: false, maxLength: 256 }),
    lastModifiedDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    platform: enumeration(devicePlatformType, { nullable: false }),
    roleScopeTags: strings(),
    rule: string({ nullable: false, maxLength: 3072 }),
    assignmentFilterManagementType: enumeration(assignmentFilterManagementType, { nullable: false }),
    payloads: complexes(payloadByFilter),
  },
});
