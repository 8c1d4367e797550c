// The Exchange e-mail profile for iOS.
import { boolean, entityType, enumeration, enumType, flagsType, reference, string } from '../edm/index.js';
import { deviceManagementDerivedCredentialSettings } from './device-management-derived-credential-settings.js';
import { easEmailProfileConfigurationBase, userEmailSource } from './eas-email-profile-configuration-base.js';
import { iosCertificateProfile } from './ios-certificate-profile.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';

export const easAuthenticationMethod = enumType('easAuthenticationMethod', {
  usernameAndPassword: 0,
  certificate: 1,
  derivedCredential: 2,
});

export const emailSyncDuration = enumType('emailSyncDuration', {
  userDefined: 0,
  oneDay: 1,
  threeDays: 2,
  oneWeek: 3,
  twoWeeks: 4,
  oneMonth: 5,
  unlimited: 6,
});

export const easServices = flagsType('easServices', {
  none: 0,
  calendars: 1,
  contacts: 2,
  email: 4,
  notes: 8,
  reminders: 16,
});

export const emailCertificateType = enumType('emailCertificateType', { none: 0, certificate: 1, derivedCredential: 2 });

export const iosEasEmailProfileConfiguration = entityType('iosEasEmailProfileConfiguration', {
  base: easEmailProfileConfigurationBase,
  properties: {
    accountName: string({ nullable: false }),
    authenticationMethod: enumeration(easAuthenticationMethod),
    blockMovingMessagesToOtherEmailAccounts: boolean(),
    blockSendingEmailFromThirdPartyApps: boolean(),
    blockSyncingRecentlyUsedEmailAddresses: boolean(),
    durationOfEmailToSync: enumeration(emailSyncDuration, { nullable: false }),
    easServices: enumeration(easServices),
    easServicesUserOverrideEnabled: boolean(),
    emailAddressSource: enumeration(userEmailSource, { nullable: false }),
    encryptionCertificateType: enumeration(emailCertificateType),
    hostName: string({ nullable: false }),
    perAppVPNProfileId: string(),
    requireSmime: boolean(),
    requireSsl: boolean({ nullable: false }),
    signingCertificateType: enumeration(emailCertificateType),
    smimeEnablePerMessageSwitch: boolean(),
    smimeEncryptByDefaultEnabled: boolean(),
    smimeEncryptByDefaultUserOverrideEnabled: boolean(),
    smimeEncryptionCertificateUserOverrideEnabled: boolean(),
    smimeSigningCertificateUserOverrideEnabled: boolean(),
    smimeSigningEnabled: boolean(),
    smimeSigningUserOverrideEnabled: boolean(),
    useOAuth: boolean(),
  },
  navigationProperties: {
    derivedCredentialSettings: reference(() => deviceManagementDerivedCredentialSettings),
    identityCertificate: reference(() => iosCertificateProfileBase),
    smimeEncryptionCertificate: reference(() => iosCertificateProfile),
    smimeSigningCertificate: reference(() => iosCertificateProfile),
  },
});
