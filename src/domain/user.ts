// The person who calls, as the API tells it.
import type { Structure } from '../edm/index.js';
import type { Actor } from './audit.js';

/** The `user` behind a delegated token, as far as the token tells: there is no directory to ask for more. */
export function userOf({ userId, userPrincipalName, displayName }: Actor): Structure & { readonly id: string } {
  return {
    id: userId ?? '',
    displayName: displayName ?? userPrincipalName ?? null,
    userPrincipalName: userPrincipalName ?? null,
  };
}
