// A root certificate that iOS devices are to trust.
import { binary, entityType, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const iosTrustedRootCertificate = entityType('iosTrustedRootCertificate', {
  base: deviceConfiguration,
  properties: {
    certFileName: string(),
    trustedRootCertificate: binary({ nullable: false, maxLength: 65536 }),
  },
});
