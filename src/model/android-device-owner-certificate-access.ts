// Which Android apps may use a certificate without asking the user.
import { complexType, enumType, string } from '../edm/index.js';

export const androidDeviceOwnerCertificateAccessType = enumType('androidDeviceOwnerCertificateAccessType', {
  userApproval: 0,
  specificApps: 1,
  unknownFutureValue: 2,
});

export const androidDeviceOwnerSilentCertificateAccess = complexType('androidDeviceOwnerSilentCertificateAccess', {
  properties: {
    packageId: string({ nullable: false }),
  },
});
