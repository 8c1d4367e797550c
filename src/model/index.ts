// Our part of microsoft.graph, as data: the one declaration from which everything else derives.
import { type EntityOf, type EntitySet, linkModel, type NavigationProperty } from '../edm/index.js';
import { appleVpnConfiguration, windows10VpnProxyServer, windows81VpnProxyServer } from './apple-vpn-configuration.js';
import { auditEvent } from './audit-event.js';
import { deviceConfiguration } from './device-configuration.js';
import { deviceManagement } from './device-management.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { easEmailProfileConfigurationBase } from './eas-email-profile-configuration-base.js';
import { entity } from './entity.js';
import { iosDerivedCredentialAuthenticationConfiguration } from './ios-derived-credential-authentication-configuration.js';
import { iosEasEmailProfileConfiguration } from './ios-eas-email-profile-configuration.js';
import { iosEnterpriseWiFiConfiguration } from './ios-enterprise-wi-fi-configuration.js';
import { appleAppListItem, iosVpnConfiguration } from './ios-vpn-configuration.js';
import { iosWiFiConfiguration } from './ios-wi-fi-configuration.js';

export const derivedCredentials: EntitySet = {
  name: 'derivedCredentials',
  type: deviceManagementDerivedCredentialSettings,
  readOnly: false,
};
export const deviceConfigurations: EntitySet = {
  name: 'deviceConfigurations',
  type: deviceConfiguration,
  readOnly: false,
};
export const auditEvents: EntitySet = { name: 'auditEvents', type: auditEvent, readOnly: true };

export const model = linkModel({
  namespace: 'microsoft.graph',
  entityTypes: [
    entity,
    deviceManagement,
    deviceManagementDerivedCredentialSettings,
    deviceConfiguration,
    appleVpnConfiguration,
    iosVpnConfiguration,
    iosWiFiConfiguration,
    iosEnterpriseWiFiConfiguration,
    easEmailProfileConfigurationBase,
    iosEasEmailProfileConfiguration,
    iosDerivedCredentialAuthenticationConfiguration,
    auditEvent,
  ],
  complexTypes: [appleAppListItem, windows10VpnProxyServer, windows81VpnProxyServer],
  singletons: [
    {
      name: 'deviceManagement',
      type: deviceManagement,
      sets: [derivedCredentials, deviceConfigurations, auditEvents],
    },
  ],
});

/** By which a profile, of whichever type has it, leads to the tenant's settings. */
export const settingsNavigation: NavigationProperty = navigationOf('derivedCredentialSettings');

function navigationOf(name: string): NavigationProperty {
  const found = model.findNavigation(deviceConfiguration, name);
  if (!found) throw new Error(`no profile type has the navigation property '${name}'`);
  return found;
}

export type Settings = EntityOf<typeof deviceManagementDerivedCredentialSettings>;
export type AuditEvent = EntityOf<typeof auditEvent>;
export {
  auditEvent,
  deviceConfiguration,
  deviceManagement,
  deviceManagementDerivedCredentialSettings,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEasEmailProfileConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosVpnConfiguration,
};
