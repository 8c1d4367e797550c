// The base of every device configuration profile, and the applicability rules it can carry.
import {
  boolean,
  complex,
  complexType,
  contains,
  containsOne,
  dateTimeOffset,
  entityType,
  enumeration,
  enumerations,
  enumType,
  int32,
  string,
  strings,
} from '../edm/index.js';
import { deviceConfigurationAssignment } from './device-configuration-assignment.js';
import { deviceConfigurationDeviceOverview } from './device-configuration-device-overview.js';
import { deviceConfigurationDeviceStatus } from './device-configuration-device-status.js';
import { deviceConfigurationGroupAssignment } from './device-configuration-group-assignment.js';
import { deviceConfigurationUserOverview } from './device-configuration-user-overview.js';
import { deviceConfigurationUserStatus } from './device-configuration-user-status.js';
import { entity } from './entity.js';
import { settingStateDeviceSummary } from './setting-state-device-summary.js';

export const windows10DeviceModeType = enumType('windows10DeviceModeType', {
  standardConfiguration: 0,
  sModeConfiguration: 1,
});

export const deviceManagementApplicabilityRuleType = enumType('deviceManagementApplicabilityRuleType', {
  include: 0,
  exclude: 1,
});

export const deviceManagementApplicabilityRuleDeviceMode = complexType('deviceManagementApplicabilityRuleDeviceMode', {
  properties: {
    deviceMode: enumeration(windows10DeviceModeType, { nullable: false }),
    name: string(),
    ruleType: enumeration(deviceManagementApplicabilityRuleType, { nullable: false }),
  },
});

export const windows10EditionType = enumType('windows10EditionType', {
  windows10Enterprise: 0,
  windows10EnterpriseN: 1,
  windows10Education: 2,
  windows10EducationN: 3,
  windows10MobileEnterprise: 4,
  windows10HolographicEnterprise: 5,
  windows10Professional: 6,
  windows10ProfessionalN: 7,
  windows10ProfessionalEducation: 8,
  windows10ProfessionalEducationN: 9,
  windows10ProfessionalWorkstation: 10,
  windows10ProfessionalWorkstationN: 11,
  notConfigured: 12,
  windows10Home: 13,
  windows10HomeChina: 14,
  windows10HomeN: 15,
  windows10HomeSingleLanguage: 16,
  windows10Mobile: 17,
  windows10IoTCore: 18,
  windows10IoTCoreCommercial: 19,
});

export const deviceManagementApplicabilityRuleOsEdition = complexType('deviceManagementApplicabilityRuleOsEdition', {
  properties: {
    name: string(),
    osEditionTypes: enumerations(windows10EditionType, { nullable: false }),
    ruleType: enumeration(deviceManagementApplicabilityRuleType, { nullable: false }),
  },
});

export const deviceManagementApplicabilityRuleOsVersion = complexType('deviceManagementApplicabilityRuleOsVersion', {
  properties: {
    maxOSVersion: string(),
    minOSVersion: string(),
    name: string(),
    ruleType: enumeration(deviceManagementApplicabilityRuleType, { nullable: false }),
  },
});

export const deviceConfiguration = entityType('deviceConfiguration', {
  base: entity,
  abstract: true,
  properties: {
    createdDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    description: string(),
    deviceManagementApplicabilityRuleDeviceMode: complex(deviceManagementApplicabilityRuleDeviceMode),
    deviceManagementApplicabilityRuleOsEdition: complex(deviceManagementApplicabilityRuleOsEdition),
    deviceManagementApplicabilityRuleOsVersion: complex(deviceManagementApplicabilityRuleOsVersion),
    displayName: string({ nullable: false, maxLength: 256 }),
    lastModifiedDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    roleScopeTagIds: strings({ default: ['0'] }),
    supportsScopeTags: boolean({ nullable: false }),
    version: int32({ nullable: false, readOnly: true }),
  },
  navigationProperties: {
    assignments: contains(() => deviceConfigurationAssignment),
    deviceSettingStateSummaries: contains(() => settingStateDeviceSummary),
    deviceStatuses: contains(() => deviceConfigurationDeviceStatus),
    deviceStatusOverview: containsOne(() => deviceConfigurationDeviceOverview),
    groupAssignments: contains(() => deviceConfigurationGroupAssignment),
    userStatuses: contains(() => deviceConfigurationUserStatus),
    userStatusOverview: containsOne(() => deviceConfigurationUserOverview),
  },
});
