// What certificate profiles for iOS that have certificates issued have in common.
import { entityType, enumeration, enumType, int32 } from '../edm/index.js';
import { certificateValidityPeriodScale, subjectAlternativeNameType } from './certificate-profile-values.js';
import { iosCertificateProfile } from './ios-certificate-profile.js';

export const appleSubjectNameFormat = enumType('appleSubjectNameFormat', {
  commonName: 0,
  commonNameAsEmail: 1,
  custom: 2,
  commonNameIncludingEmail: 3,
  commonNameAsIMEI: 5,
  commonNameAsSerialNumber: 6,
});

export const iosCertificateProfileBase = entityType('iosCertificateProfileBase', {
  base: iosCertificateProfile,
  abstract: true,
  properties: {
    certificateValidityPeriodScale: enumeration(certificateValidityPeriodScale, { nullable: false }),
    certificateValidityPeriodValue: int32({ nullable: false }),
    renewalThresholdPercentage: int32({ nullable: false }),
    subjectAlternativeNameType: enumeration(subjectAlternativeNameType),
    subjectNameFormat: enumeration(appleSubjectNameFormat, { nullable: false }),
  },
});
