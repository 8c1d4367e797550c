// The basic Wi-Fi profile for Android devices that the organisation owns.
import { boolean, entityType, enumeration, enumType, int32, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';
import { wiFiProxySetting } from './ios-wi-fi-configuration.js';

export const androidDeviceOwnerWiFiSecurityType = enumType('androidDeviceOwnerWiFiSecurityType', {
  open: 0,
  wep: 1,
  wpaPersonal: 2,
  wpaEnterprise: 4,
});

export const macAddressRandomizationMode = enumType('macAddressRandomizationMode', {
  automatic: 0,
  hardware: 1,
  unknownFutureValue: 2,
});

export const androidDeviceOwnerWiFiConfiguration = entityType('androidDeviceOwnerWiFiConfiguration', {
  base: deviceConfiguration,
  properties: {
    connectAutomatically: boolean(),
    connectWhenNetworkNameIsHidden: boolean(),
    networkName: string({ nullable: false }),
    preSharedKey: string({ secret: true }),
    preSharedKeyIsSet: boolean({ nullable: false }),
    proxyAutomaticConfigurationUrl: string(),
    proxyExclusionList: string(),
    proxyManualAddress: string(),
    proxyManualPort: int32(),
    proxySettings: enumeration(wiFiProxySetting, { nullable: false }),
    ssid: string({ nullable: false }),
    wiFiSecurityType: enumeration(androidDeviceOwnerWiFiSecurityType, { nullable: false }),
    macAddressRandomizationMode: enumeration(macAddressRandomizationMode),
  },
});
