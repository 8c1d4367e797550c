// Android: certificates that were imported with their keys.
import { complexes, entityType, enumeration, references } from '../edm/index.js';
import {
  androidDeviceOwnerCertificateAccessType,
  androidDeviceOwnerSilentCertificateAccess,
} from './android-device-owner-certificate-access.js';
import { androidDeviceOwnerCertificateProfileBase } from './android-device-owner-certificate-profile-base.js';
import { intendedPurpose } from './certificate-profile-values.js';
import { managedDeviceCertificateState } from './managed-device-certificate-state.js';

export const androidDeviceOwnerImportedPFXCertificateProfile = entityType(
  'androidDeviceOwnerImportedPFXCertificateProfile',
  {
    base: androidDeviceOwnerCertificateProfileBase,
    properties: {
      certificateAccessType: enumeration(androidDeviceOwnerCertificateAccessType),
      intendedPurpose: enumeration(intendedPurpose, { nullable: false }),
      silentCertificateAccessDetails: complexes(androidDeviceOwnerSilentCertificateAccess),
    },
    navigationProperties: {
      managedDeviceCertificateStates: references(() => managedDeviceCertificateState),
    },
  },
);
