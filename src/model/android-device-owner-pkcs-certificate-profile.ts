// Android: certificates that an authority of the organisation issues through a connector.
import { complexes, contains, entityType, enumeration, enumType, string } from '../edm/index.js';
import {
  androidDeviceOwnerCertificateAccessType,
  androidDeviceOwnerSilentCertificateAccess,
} from './android-device-owner-certificate-access.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { certificateStore, customSubjectAlternativeName } from './certificate-profile-values.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const deviceManagementCertificationAuthority = enumType('deviceManagementCertificationAuthority', {
  notConfigured: 0,
  microsoft: 1,
  digiCert: 2,
});

export const androidDeviceOwnerPkcsCertificateProfile = entityType('androidDeviceOwnerPkcsCertificateProfile', {
  base: androidDeviceOwnerCertificateProfileBase,
  properties: {
    certificateAccessType: enumeration(androidDeviceOwnerCertificateAccessType),
    certificateStore: enumeration(certificateStore, { nullable: false }),
    certificateTemplateName: string({ nullable: false }),
    certificationAuthority: string({ nullable: false }),
    certificationAuthorityName: string(),
    certificationAuthorityType: enumeration(deviceManagementCertificationAuthority, { nullable: false }),
    customSubjectAlternativeNames: complexes(customSubjectAlternativeName),
    silentCertificateAccessDetails: complexes(androidDeviceOwnerSilentCertificateAccess),
    subjectAlternativeNameFormatString: string(),
    subjectNameFormatString: string({ nullable: false }),
  },
  navigationProperties: {
    managedDeviceCertificateStates: contains(() => managedDeviceCertificateState),
  },
});
