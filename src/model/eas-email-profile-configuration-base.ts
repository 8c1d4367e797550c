// What Exchange e-mail profiles have in common.
import { entityType, enumeration, enumType, string } from '../edm/index.js';
import { deviceConfiguration } from './device-configuration.js';

export const domainNameSource = enumType('domainNameSource', { fullDomainName: 0, netBiosDomainName: 1 });

export const usernameSource = enumType('usernameSource', {
  userPrincipalName: 0,
  primarySmtpAddress: 1,
  samAccountName: 2,
});

export const userEmailSource = enumType('userEmailSource', { userPrincipalName: 0, primarySmtpAddress: 1 });

export const easEmailProfileConfigurationBase = entityType('easEmailProfileConfigurationBase', {
  base: deviceConfiguration,
  abstract: true,
  properties: {
    customDomainName: string(),
    userDomainNameSource: enumeration(domainNameSource),
    usernameAADSource: enumeration(usernameSource),
    usernameSource: enumeration(userEmailSource, { nullable: false }),
  },
});
