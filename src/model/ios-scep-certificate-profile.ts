// iOS: certificates that devices request by SCEP.
import { complexes, entityType, enumeration, reference, references, string, strings } from '../edm/index.js';
import {
  certificateStore,
  customSubjectAlternativeName,
  extendedKeyUsage,
  keySize,
  keyUsages,
} from './certificate-profile-values.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';
import { iosTrustedRootCertificate } from './ios-trusted-root-certificate.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const iosScepCertificateProfile = entityType('iosScepCertificateProfile', {
  base: iosCertificateProfileBase,
  properties: {
    certificateStore: enumeration(certificateStore),
    customSubjectAlternativeNames: complexes(customSubjectAlternativeName),
    extendedKeyUsages: complexes(extendedKeyUsage, { nullable: false }),
    keySize: enumeration(keySize, { nullable: false }),
    keyUsage: enumeration(keyUsages, { nullable: false }),
    scepServerUrls: strings(),
    subjectAlternativeNameFormatString: string(),
    subjectNameFormatString: string(),
  },
  navigationProperties: {
    managedDeviceCertificateStates: references(() => managedDeviceCertificateState),
    rootCertificate: reference(() => iosTrustedRootCertificate),
  },
});
