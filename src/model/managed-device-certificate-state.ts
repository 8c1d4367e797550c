// A certificate that a device got by a certificate profile.
import { dateTimeOffset, entityType, enumeration, enumType, int32, string } from '../edm/index.js';
import {
  certificateValidityPeriodScale,
  keyUsages,
  subjectAlternativeNameType,
  subjectNameFormat,
} from './certificate-profile-values.js';
import { devicePlatformType } from './device-platform-type.js';
import { entity } from './entity.js';

export const certificateIssuanceStates = enumType('certificateIssuanceStates', {
  unknown: 0,
  challengeIssued: 1,
  challengeIssueFailed: 2,
  requestCreationFailed: 3,
  requestSubmitFailed: 4,
  challengeValidationSucceeded: 5,
  challengeValidationFailed: 6,
  issueFailed: 7,
  issuePending: 8,
  issued: 9,
  responseProcessingFailed: 10,
  responsePending: 11,
  enrollmentSucceeded: 12,
  enrollmentNotNeeded: 13,
  revoked: 14,
  removedFromCollection: 15,
  renewVerified: 16,
  installFailed: 17,
  installed: 18,
  deleteFailed: 19,
  deleted: 20,
  renewalRequested: 21,
  requested: 22,
});

export const keyStorageProviderOption = enumType('keyStorageProviderOption', {
  useTpmKspOtherwiseUseSoftwareKsp: 0,
  useTpmKspOtherwiseFail: 1,
  usePassportForWorkKspOtherwiseFail: 2,
  useSoftwareKsp: 3,
});

export const certificateRevocationStatus = enumType('certificateRevocationStatus', {
  none: 0,
  pending: 1,
  issued: 2,
  failed: 3,
  revoked: 4,
});

export const managedDeviceCertificateState = entityType('managedDeviceCertificateState', {
  base: entity,
  properties: {
    certificateEnhancedKeyUsage: string({ readOnly: true }),
    certificateErrorCode: int32({ nullable: false, readOnly: true }),
    certificateExpirationDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    certificateIssuanceDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    certificateIssuanceState: enumeration(certificateIssuanceStates, { nullable: false, readOnly: true }),
    certificateIssuer: string({ readOnly: true }),
    certificateKeyLength: int32({ nullable: false, readOnly: true }),
    certificateKeyStorageProvider: enumeration(keyStorageProviderOption, { nullable: false, readOnly: true }),
    certificateKeyUsage: enumeration(keyUsages, { nullable: false, readOnly: true }),
    certificateLastIssuanceStateChangedDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    certificateProfileDisplayName: string({ readOnly: true }),
    certificateRevokeStatus: enumeration(certificateRevocationStatus, { nullable: false, readOnly: true }),
    certificateSerialNumber: string({ readOnly: true }),
    certificateSubjectAlternativeNameFormat: enumeration(subjectAlternativeNameType, {
      nullable: false,
      readOnly: true,
    }),
    certificateSubjectAlternativeNameFormatString: string({ readOnly: true }),
    certificateSubjectNameFormat: enumeration(subjectNameFormat, { nullable: false, readOnly: true }),
    certificateSubjectNameFormatString: string({ readOnly: true }),
    certificateThumbprint: string({ readOnly: true }),
    certificateValidityPeriod: int32({ nullable: false, readOnly: true }),
    certificateValidityPeriodUnits: enumeration(certificateValidityPeriodScale, { nullable: false, readOnly: true }),
    deviceDisplayName: string({ readOnly: true }),
    devicePlatform: enumeration(devicePlatformType, { nullable: false, readOnly: true }),
    lastCertificateStateChangeDateTime: dateTimeOffset({ nullable: false, readOnly: true }),
    userDisplayName: string({ readOnly: true }),
  },
});
