// How a device stands to a profile.
import { enumType } from '../edm/index.js';

export const complianceStatus = enumType('complianceStatus', {
  unknown: 0,
  notApplicable: 1,
  compliant: 2,
  remediated: 3,
  nonCompliant: 4,
  error: 5,
  conflict: 6,
  notAssigned: 7,
});
