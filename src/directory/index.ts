// The directory: applications and users of a tenant, their secrets, certificates, passwords, permissions and consents.
export { type ApplicationProperties, type Applications, type Check, createApplications } from './applications.js';
export { createCallerJudge } from './callers.js';
export type { Means, Place } from './change.js';
export { newPassword, verifyPassword } from './passwords.js';
export { checkName } from './rules.js';
export { defaultSecretLifetime, type SecretDraft, verifySecret } from './secrets.js';
export { type ToldApplication, type ToldUser, toldApplication, toldSecret, toldUser } from './told.js';
export { createUsers, type UserProperties, type Users } from './users.js';
