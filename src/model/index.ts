// Our part of microsoft.graph, as data: the one declaration from which everything else derives.
import { type EntityOf, linkModel, type NavigationProperty } from '../edm/index.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { androidDeviceOwnerDerivedCredentialAuthenticationConfiguration } from './android-device-owner-derived-credential-authentication-configuration.js';
import { androidDeviceOwnerEnterpriseWiFiConfiguration } from './android-device-owner-enterprise-wi-fi-configuration.js';
import { androidDeviceOwnerImportedPFXCertificateProfile } from './android-device-owner-imported-pfx-certificate-profile.js';
import { androidDeviceOwnerPkcsCertificateProfile } from './android-device-owner-pkcs-certificate-profile.js';
import { androidDeviceOwnerScepCertificateProfile } from './android-device-owner-scep-certificate-profile.js';
import { androidDeviceOwnerTrustedRootCertificate } from './android-device-owner-trusted-root-certificate.js';
import { androidDeviceOwnerVpnConfiguration } from './android-device-owner-vpn-configuration.js';
import { androidDeviceOwnerWiFiConfiguration } from './android-device-owner-wi-fi-configuration.js';
import { appleVpnConfiguration, windows10VpnProxyServer, windows81VpnProxyServer } from './apple-vpn-configuration.js';
import { auditEvent } from './audit-event.js';
import { deviceAndAppManagementAssignmentFilter } from './device-and-app-management-assignment-filter.js';
import {
  allDevicesAssignmentTarget,
  allLicensedUsersAssignmentTarget,
  configurationManagerCollectionAssignmentTarget,
  exclusionGroupAssignmentTarget,
  groupAssignmentTarget,
} from './device-and-app-management-assignment-target.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceConfigurationAssignment } from './device-configuration-assignment.js';
import { deviceConfigurationDeviceOverview } from './device-configuration-device-overview.js';
import { deviceConfigurationDeviceStatus } from './device-configuration-device-status.js';
import { deviceConfigurationGroupAssignment } from './device-configuration-group-assignment.js';
import { deviceConfigurationUserOverview } from './device-configuration-user-overview.js';
import { deviceConfigurationUserStatus } from './device-configuration-user-status.js';
import { deviceManagement } from './device-management.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { easEmailProfileConfigurationBase } from './eas-email-profile-configuration-base.js';
import { entity } from './entity.js';
import {
  assignmentFilters,
  assignments,
  auditEvents,
  derivedCredentials,
  deviceConfigurations,
  deviceManagementSingleton,
  deviceSettingStateSummaries,
  deviceStatuses,
  deviceStatusOverview,
  groupAssignments,
  managedDeviceCertificateStates,
  me,
  organizations,
  roleScopeTags,
  userStatuses,
  userStatusOverview,
} from './entity-sets.js';
import { iosCertificateProfile } from './ios-certificate-profile.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';
import { iosDerivedCredentialAuthenticationConfiguration } from './ios-derived-credential-authentication-configuration.js';
import { iosEasEmailProfileConfiguration } from './ios-eas-email-profile-configuration.js';
import { iosEnterpriseWiFiConfiguration } from './ios-enterprise-wi-fi-configuration.js';
import { iosImportedPFXCertificateProfile } from './ios-imported-pfx-certificate-profile.js';
import { iosPkcsCertificateProfile } from './ios-pkcs-certificate-profile.js';
import { iosScepCertificateProfile } from './ios-scep-certificate-profile.js';
import { iosTrustedRootCertificate } from './ios-trusted-root-certificate.js';
import { appleAppListItem, iosVpnConfiguration } from './ios-vpn-configuration.js';
import { iosWiFiConfiguration } from './ios-wi-fi-configuration.js';
import { iosikEv2VpnConfiguration } from './iosik-ev2-vpn-configuration.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';
import { assign, getAuditActivityTypes, getAuditCategories } from './operations.js';
import { organization } from './organization.js';
import { roleScopeTag } from './role-scope-tag.js';
import { settingStateDeviceSummary } from './setting-state-device-summary.js';
import { user } from './user.js';
import { vpnConfiguration } from './vpn-configuration.js';

export { examples } from './examples.js';

export const model = linkModel({
  namespace: 'microsoft.graph',
  alias: 'graph',
  entityTypes: [
    entity,
    deviceManagement,
    user,
    organization,
    deviceManagementDerivedCredentialSettings,
    deviceConfiguration,
    appleVpnConfiguration,
    iosVpnConfiguration,
    iosikEv2VpnConfiguration,
    iosWiFiConfiguration,
    iosEnterpriseWiFiConfiguration,
    easEmailProfileConfigurationBase,
    iosEasEmailProfileConfiguration,
    iosDerivedCredentialAuthenticationConfiguration,
    iosTrustedRootCertificate,
    iosCertificateProfile,
    iosCertificateProfileBase,
    iosImportedPFXCertificateProfile,
    iosPkcsCertificateProfile,
    iosScepCertificateProfile,
    vpnConfiguration,
    androidDeviceOwnerVpnConfiguration,
    androidDeviceOwnerWiFiConfiguration,
    androidDeviceOwnerEnterpriseWiFiConfiguration,
    androidDeviceOwnerDerivedCredentialAuthenticationConfiguration,
    androidDeviceOwnerTrustedRootCertificate,
    androidDeviceOwnerCertificateProfileBase,
    androidDeviceOwnerImportedPFXCertificateProfile,
    androidDeviceOwnerPkcsCertificateProfile,
    androidDeviceOwnerScepCertificateProfile,
    managedDeviceCertificateState,
    deviceConfigurationAssignment,
    deviceConfigurationGroupAssignment,
    deviceConfigurationDeviceStatus,
    deviceConfigurationUserStatus,
    deviceConfigurationDeviceOverview,
    deviceConfigurationUserOverview,
    settingStateDeviceSummary,
    auditEvent,
    deviceAndAppManagementAssignmentFilter,
    roleScopeTag,
  ],
  complexTypes: [
    appleAppListItem,
    windows10VpnProxyServer,
    windows81VpnProxyServer,
    allDevicesAssignmentTarget,
    allLicensedUsersAssignmentTarget,
    configurationManagerCollectionAssignmentTarget,
    exclusionGroupAssignmentTarget,
    groupAssignmentTarget,
  ],
  singletons: [deviceManagementSingleton, me],
  entitySets: [organizations],
  containedSets: [
    assignments,
    groupAssignments,
    deviceStatuses,
    userStatuses,
    deviceStatusOverview,
    userStatusOverview,
    deviceSettingStateSummaries,
    managedDeviceCertificateStates,
  ],
  operations: [assign, getAuditCategories, getAuditActivityTypes],
});

/** By which a profile, of whichever type has it, leads to the tenant's settings. */
export const settingsNavigation: NavigationProperty = navigationOf('derivedCredentialSettings');

function navigationOf(name: string): NavigationProperty {
  const found = model.findNavigation(deviceConfiguration, name);
  if (!found) throw new Error(`no profile type has the navigation property '${name}'`);
  return found;
}

export type Settings = EntityOf<typeof deviceManagementDerivedCredentialSettings>;
export type Assignment = EntityOf<typeof deviceConfigurationAssignment>;
export type AuditEvent = EntityOf<typeof auditEvent>;
export {
  allDevicesAssignmentTarget,
  allLicensedUsersAssignmentTarget,
  androidDeviceOwnerDerivedCredentialAuthenticationConfiguration,
  assign,
  assignmentFilters,
  assignments,
  auditEvent,
  auditEvents,
  configurationManagerCollectionAssignmentTarget,
  derivedCredentials,
  deviceConfiguration,
  deviceConfigurationGroupAssignment,
  deviceConfigurations,
  deviceManagement,
  deviceManagementDerivedCredentialSettings,
  deviceManagementSingleton,
  deviceSettingStateSummaries,
  deviceStatuses,
  deviceStatusOverview,
  exclusionGroupAssignmentTarget,
  getAuditCategories,
  groupAssignments,
  groupAssignmentTarget,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosTrustedRootCertificate,
  iosVpnConfiguration,
  managedDeviceCertificateStates,
  me,
  organization,
  organizations,
  roleScopeTags,
  user,
  userStatuses,
  userStatusOverview,
};
