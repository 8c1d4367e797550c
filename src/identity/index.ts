// Who calls: bearer tokens, the keys of those who sign them, and what a verified token says.
export { type Caller, personalAccountsTenant } from './caller.js';
export { type Algorithm, checkKeySetFile } from './key-set.js';
export type { KeyLocation } from './key-source.js';
export { mintToken, type SigningKey, type TokenGrant, tokenIssuer } from './mint.js';
export { createVerifier, graphAudiences, type Issuer, type Verifier, type VerifierOptions } from './verifier.js';
