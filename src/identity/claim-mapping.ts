// Which claims of an issuer's tokens say what, where they are not Entra's.
import type { JWTPayload } from 'jose';
import { GraphError } from '../base/index.js';

/**
 * Paths of claims, of which the first that a token has counts. A path is a claim's name; dots lead into objects, as in
 * `realm_access.roles`, and a name that has dots itself, such as a URL, is found all the same.
 */
export interface ClaimMapping {
  readonly tenant: readonly string[];
  /** Permissions of a user's token: names parted by spaces, or a list. */
  readonly scopes: readonly string[];
  /** Permissions of an application's own token: the same forms. */
  readonly roles: readonly string[];
  /** Claims that an application's own token has, and no user's; such a token has the roles, whatever its scopes say. */
  readonly application: readonly string[];
  readonly userId: readonly string[];
  readonly userName: readonly string[];
  readonly displayName: readonly string[];
  readonly applicationId: readonly string[];
  readonly applicationName: readonly string[];
}

/** Entra's claims, of its v1 and v2 tokens. */
export const entraClaims: ClaimMapping = {
  tenant: ['tid'],
  scopes: ['scp'],
  roles: ['roles'],
  application: [],
  userId: ['oid', 'sub'],
  userName: ['upn', 'preferred_username', 'unique_name'],
  displayName: ['name'],
  applicationId: ['appid', 'azp'],
  applicationName: ['app_displayname'],
};

/** The value of the first claim that is there; undefined where none is. */
export function findClaim(claims: JWTPayload, paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = valueAt(claims, path.split('.'));
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  if (names.length === 0) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  for (let count = names.length; count > 0; count -= 1) {
    const name = names.slice(0, count).join('.');
    if (!Object.hasOwn(value, name)) continue;
    const found = valueAt((value as Record<string, unknown>)[name], names.slice(count));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Longest text of a claim that the audit keeps, in UTF-16 code units. */
const longestText = 1024;

/** Refuses (`tokenClaims`) a claim that is no text, and one that the audit could not keep: too long, with U+0000 or half a character. */
export function readText(claims: JWTPayload, paths: readonly string[]): string | undefined {
  const value = findClaim(claims, paths);
  if (value !== undefined && !isKeepable(value)) throw malformed(paths);
  return value;
}

function isKeepable(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText && value.isWellFormed() && !value.includes('\0');
}

/** Names parted by spaces, or a list of them. Refuses (`tokenClaims`) anything else, and names that the audit could not keep. */
export function readNames(claims: JWTPayload, paths: readonly string[]): readonly string[] | undefined {
  const value = findClaim(claims, paths);
  if (value === undefined) return undefined;
  const names: unknown = typeof value === 'string' ? value.split(' ').filter((name) => name !== '') : value;
  if (!Array.isArray(names) || !names.every(isKeepable)) throw malformed(paths);
  return names;
}

export function malformed([claim = '']: readonly string[]): GraphError {
  return new GraphError('tokenClaims', { values: { claim } });
}
