// Android: certificates that devices request by SCEP.
import { complexes, entityType, enumeration, flagsType, references, string, strings } from '../edm/index.js';
import {
  androidDeviceOwnerCertificateAccessType,
  androidDeviceOwnerSilentCertificateAccess,
} from './android-device-owner-certificate-access.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { certificateStore, customSubjectAlternativeName, keySize, keyUsages } from './certificate-profile-values.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const hashAlgorithms = flagsType('hashAlgorithms', { sha1: 1, sha2: 2 });

export const androidDeviceOwnerScepCertificateProfile = entityType('androidDeviceOwnerScepCertificateProfile', {
  base: androidDeviceOwnerCertificateProfileBase,
  properties: {
    certificateAccessType: enumeration(androidDeviceOwnerCertificateAccessType),
    certificateStore: enumeration(certificateStore),
    customSubjectAlternativeNames: complexes(customSubjectAlternativeName),
    hashAlgorithm: enumeration(hashAlgorithms, { nullable: false }),
    keySize: enumeration(keySize, { nullable: false }),
    keyUsage: enumeration(keyUsages, { nullable: false }),
    scepServerUrls: strings(),
    silentCertificateAccessDetails: complexes(androidDeviceOwnerSilentCertificateAccess),
    subjectAlternativeNameFormatString: string(),
    subjectNameFormatString: string(),
  },
  navigationProperties: {
    managedDeviceCertificateStates: references(() => managedDeviceCertificateState),
  },
});
