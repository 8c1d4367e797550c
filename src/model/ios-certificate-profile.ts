// What every certificate profile for iOS derives from.
import { entityType } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const iosCertificateProfile = entityType('iosCertificateProfile', {
  base: deviceConfiguration,
  abstract: true,
});
