// Who calls: bearer tokens, the keys of those who sign them, and what a verified token says.
export { type Caller, personalAccountsTenant } from './caller.js';
export { type ClaimMapping, entraClaims } from './claim-mapping.js';
export { discoveryAddress } from './discovery.js';
export type { Reach } from './fetch-document.js';
export type { Issuer } from './issuer.js';
export { checkKeySetFile } from './key-set.js';
export type { KeyLocation } from './key-source.js';
export { mintToken, objectIdOf, type SigningKey, tokenClaims, tokenIssuer } from './mint.js';
export { createVerifier, graphAudiences, type Verifier } from './verifier.js';
