// iOS: certificates that an authority of the organisation issues through a connector.
import { complexes, entityType, enumeration, references, string } from '../edm/index.js';
import { certificateStore, customSubjectAlternativeName } from './certificate-profile-values.js';
import { iosCertificateProfileBase } from './ios-certificate-profile-base.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const iosPkcsCertificateProfile = entityType('iosPkcsCertificateProfile', {
  base: iosCertificateProfileBase,
  properties: {
    certificateStore: enumeration(certificateStore),
    certificateTemplateName: string({ nullable: false }),
    certificationAuthority: string({ nullable: false }),
    certificationAuthorityName: string({ nullable: false }),
    customSubjectAlternativeNames: complexes(customSubjectAlternativeName),
    subjectAlternativeNameFormatString: string(),
    subjectNameFormatString: string(),
  },
  navigationProperties: {
    managedDeviceCertificateStates: references(() => managedDeviceCertificateState),
  },
});
