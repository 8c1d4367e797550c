// What certificate profiles of several platforms say with the same types.
import { complexType, enumeration, enumType, flagsType, string } from '../edm/index.js';

export const certificateValidityPeriodScale = enumType('certificateValidityPeriodScale', {
  days: 0,
  months: 1,
  years: 2,
});

export const subjectAlternativeNameType = flagsType('subjectAlternativeNameType', {
  none: 0,
  emailAddress: 1,
  userPrincipalName: 2,
  customAzureADAttribute: 4,
  domainNameService: 8,
  universalResourceIdentifier: 16,
});

export const subjectNameFormat = enumType('subjectNameFormat', {
  commonName: 0,
  commonNameIncludingEmail: 1,
  commonNameAsEmail: 2,
  custom: 3,
  commonNameAsIMEI: 5,
  commonNameAsSerialNumber: 6,
  commonNameAsAadDeviceId: 7,
  commonNameAsIntuneDeviceId: 8,
  commonNameAsDurableDeviceId: 9,
});

export const extendedKeyUsage = complexType('extendedKeyUsage', {
  properties: {
    name: string(),
    objectIdentifier: string(),
  },
});

export const customSubjectAlternativeName = complexType('customSubjectAlternativeName', {
  properties: {
    name: string(),
    sanType: enumeration(subjectAlternativeNameType, { nullable: false }),
  },
});

export const certificateStore = enumType('certificateStore', { user: 1, machine: 2 });

export const keySize = enumType('keySize', { size1024: 0, size2048: 1, size4096: 2 });

export const keyUsages = flagsType('keyUsages', { keyEncipherment: 1, digitalSignature: 2 });

export const intendedPurpose = enumType('intendedPurpose', {
  unassigned: 1,
  smimeEncryption: 2,
  smimeSigning: 3,
  vpn: 4,
  wifi: 5,
});
