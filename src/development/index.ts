// What development mode brings: a signing key, a certificate authority, a tenant of its own.
export { type Authority, openAuthority } from './authority.js';
export { parseLifetime } from './lifetime.js';
export { type DevelopmentKey, type DevelopmentToken, developmentUser, openSigningKey } from './signing-key.js';
export { developmentTenantId } from './tenant.js';
