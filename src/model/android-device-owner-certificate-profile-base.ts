// What certificate profiles for Android devices have in common.
import { complexes, entityType, enumeration, int32, reference } from '../edm/index.js';
import { androidDeviceOwnerTrustedRootCertificate } from './android-device-owner-trusted-root-certificate.js';
import {
  certificateValidityPeriodScale,
  extendedKeyUsage,
  subjectAlternativeNameType,
  subjectNameFormat,
} from './certificate-profile-values.js';
import { deviceConfiguration } from './device-configuration.js';

export const androidDeviceOwnerCertificateProfileBase = entityType('androidDeviceOwnerCertificateProfileBase', {
  base: deviceConfiguration,
  abstract: true,
  properties: {
    certificateValidityPeriodScale: enumeration(certificateValidityPeriodScale, { nullable: false }),
    certificateValidityPeriodValue: int32({ nullable: false }),
    extendedKeyUsages: complexes(extendedKeyUsage, { nullable: false }),
    renewalThresholdPercentage: int32({ nullable: false }),
    subjectAlternativeNameType: enumeration(subjectAlternativeNameType),
    subjectNameFormat: enumeration(subjectNameFormat),
  },
  navigationProperties: {
    rootCertificate: reference(() => androidDeviceOwnerTrustedRootCertificate),
  },
});
