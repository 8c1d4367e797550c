// The platforms that devices have.
import { enumType } from '../edm/index.js';

export const devicePlatformType = enumType('devicePlatformType', {
  android: 0,
  androidForWork: 1,
  iOS: 2,
  macOS: 3,
  windowsPhone81: 4,
  windows81AndLater: 5,
  windows10AndLater: 6,
  androidWorkProfile: 7,
  unknown: 8,
  androidAOSP: 9,
});
