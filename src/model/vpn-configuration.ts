// What VPN profiles for devices other than Apple's have in common.
import { complexes, entityType, enumeration, string } from '../edm/index.js';
import { vpnAuthenticationMethod, vpnServer } from './apple-vpn-configuration.js';
import { deviceConfiguration } from './device-configuration.js';

export const vpnConfiguration = entityType('vpnConfiguration', {
  base: deviceConfiguration,
  abstract: true,
  properties: {
    authenticationMethod: enumeration(vpnAuthenticationMethod, { nullable: false }),
    connectionName: string({ nullable: false }),
    realm: string(),
    role: string(),
    servers: complexes(vpnServer, { nullable: false }),
  },
});
