// The directory: applications and users of a tenant, their secrets, certificates, passwords, permissions and consents.
export { type Applications, createApplications } from './applications.js';
export { createCallerJudge } from './callers.js';
export type { Means, Place } from './change.js';
export { newPassword, verifyPassword } from './passwords.js';
export { checkName } from './rules.js';
export { defaultSecretLifetime, verifySecret } from './secrets.js';
export { toldApplication, toldSecret, toldUser } from './told.js';
export { createUsers, type Users } from './users.js';
