// What development mode brings: a tenant, a signing key, a certificate authority and sample objects of its own.
export { findAddress, keepAddress } from './address.js';
export { type Development, mintToken, openDevelopment, type TokenRequest } from './development.js';
export { openDevelopmentSealKey } from './seal-key.js';
export { developmentTenantId } from './tenant.js';
