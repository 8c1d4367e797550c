// iOS: certificates that were imported with their keys.
import { entityType, enumeration, references } from '../edm/index.js';
import { intendedPurpose } from './certificate-profile-values.js';
import { iosCertificateProfile } from './ios-certificate-profile.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const iosImportedPFXCertificateProfile = entityType('iosImportedPFXCertificateProfile', {
  base: iosCertificateProfile,
  properties: {
    intendedPurpose: enumeration(intendedPurpose, { nullable: false }),
  },
  navigationProperties: {
    managedDeviceCertificateStates: references(() => managedDeviceCertificateState),
  },
});
