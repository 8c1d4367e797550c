// The built-in token endpoint: what Entra ID is to Microsoft Graph, for development and for networks that have none.
export { signInErrors } from './errors.js';
export { readSealingSecret } from './sealed.js';
export { openSignIn, type SignIn } from './sign-in.js';
export { type Keeping, keysInFolder, keysInStore, rotateKey, type SigningKeys } from './signing-keys.js';
