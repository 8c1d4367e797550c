// The built-in token endpoint: what Entra ID is to Microsoft Graph, for development and for networks that have none.
export type { SignInAnswer } from './answers.js';
export { signInErrors } from './errors.js';
export { readSealingSecret, type SealingSecret } from './sealed.js';
export { openSignIn, type SignIn, type SignInRequest } from './sign-in.js';
export { type Keeping, keysInFolder, keysInStore, rotateKey, type SigningKeys } from './signing-keys.js';
