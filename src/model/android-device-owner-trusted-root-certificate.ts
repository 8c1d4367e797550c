// A root certificate that Android devices are to trust.
import { binary, entityType, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const androidDeviceOwnerTrustedRootCertificate = entityType('androidDeviceOwnerTrustedRootCertificate', {
  base: deviceConfiguration,
  properties: {
    certFileName: string(),
    trustedRootCertificate: binary({ nullable: false, maxLength: 65536 }),
  },
});
