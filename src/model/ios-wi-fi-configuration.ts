// The basic Wi-Fi profile for iOS.
import { boolean, entityType, enumeration, enumType, int32, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const wiFiProxySetting = enumType('wiFiProxySetting', { none: 0, manual: 1, automatic: 2 });

export const wiFiSecurityType = enumType('wiFiSecurityType', {
  open: 0,
  wpaPersonal: 1,
  wpaEnterprise: 2,
  wep: 3,
  wpa2Personal: 4,
  wpa2Enterprise: 5,
});

export const iosWiFiConfiguration = entityType('iosWiFiConfiguration', {
  base: deviceConfiguration,
  properties: {
    connectAutomatically: boolean({ nullable: false }),
    connectWhenNetworkNameIsHidden: boolean({ nullable: false }),
    disableMacAddressRandomization: boolean(),
    networkName: string({ nullable: false }),
    preSharedKey: string({ secret: true }),
    proxyAutomaticConfigurationUrl: string(),
    proxyManualAddress: string(),
    proxyManualPort: int32(),
    proxySettings: enumeration(wiFiProxySetting, { nullable: false }),
    ssid: string({ nullable: false }),
    wiFiSecurityType: enumeration(wiFiSecurityType, { nullable: false }),
  },
});
