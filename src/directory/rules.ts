// What applications and users may be called and may have.
import { GraphError, isLoopback, nearest } from '../base/index.js';
import { grantablePermissions } from '../service/index.js';

const longestName = 256;
const longestUri = 2048;
/** Of redirect URIs, secrets, certificates: each comes along whenever the application is read. */
const mostItems = { redirectUris: 100, secrets: 20, certificates: 20, consents: 500 } as const;

/** One line of text that steers no terminal; refuses (`valueInvalid`) any other. */
export function checkName(property: string, text: string): string {
  if (text.trim() === '') throw invalid(property, 'it is empty');
  if (text.length > longestName) throw invalid(property, `it is longer than ${longestName} characters`);
  if (/\p{Cc}|\p{Surrogate}/u.test(text)) throw invalid(property, 'it has a control character');
  return text;
}

/**
 * As Entra has them: `ada@example.org`, of ASCII alone, so that no two look alike. Refuses (`valueInvalid`) any other.
 * (Microsoft Graph, user resource type, userPrincipalName)
 */
export function checkUserPrincipalName(text: string): string {
  if (/^[A-Za-z0-9'._!#^~-]{1,64}@(?=[^@]{1,48}$)[A-Za-z0-9-]{1,48}(\.[A-Za-z0-9-]{1,48})*$/.test(text)) return text;
  throw invalid('userPrincipalName', "it is not like ada@example.org, of letters, digits and ' . - _ ! # ^ ~");
}

/** Each once, in the order in which they come. Refuses (`permissionUnknown`) what no operation asks for. */
export function checkPermissions(property: 'roles' | 'scopes', names: readonly string[]): readonly string[] {
  for (const permission of names) {
    if (grantablePermissions.includes(permission)) continue;
    const hint = nearest(permission, grantablePermissions);
    throw new GraphError('permissionUnknown', { target: property, values: { property, permission, hint } });
  }
  return [...new Set(names)];
}

/**
 * Where a browser may be sent with a code: https anywhere, plain http on this machine alone, or a scheme that is a
 * program's own (RFC 8252, section 7). Compared letter by letter later on, so that there are no patterns.
 * Refuses (`valueInvalid`) any other.
 */
export function checkRedirectUris(uris: readonly string[]): readonly string[] {
  checkCount('redirectUris', uris);
  for (const uri of uris) {
    const reason = uri.length > longestUri ? `one is longer than ${longestUri} characters` : wrongUri(uri);
    if (reason !== undefined) throw invalid('redirectUris', reason);
  }
  return [...new Set(uris)];
}

function wrongUri(text: string): string | undefined {
  if (!URL.canParse(text) || /[\s*\\<>"\p{Cc}\p{Surrogate}]/u.test(text)) return `'${text}' is not an absolute URI`;
  const { protocol, hostname, hash, username, password } = new URL(text);
  if (hash !== '' || text.includes('#')) return `'${text}' has a fragment`;
  if (username !== '' || password !== '') return `'${text}' has a user`;
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:')
    return isLoopback(hostname) ? undefined : `'${text}' is plain http, and not of this machine`;
  // A reversed domain name, or as MSAL makes them.
  return /^([a-z][a-z0-9+-]*\.[a-z0-9+.-]*[a-z0-9]|msal[0-9a-f-]{36}):$/.test(protocol)
    ? undefined
    : `the scheme of '${text}' is neither https nor a program's own, such as org.example.app`;
}

/** Refuses (`tooManyItems`) more than there is room for. */
export function checkCount(property: keyof typeof mostItems, items: readonly unknown[]): void {
  const limit = mostItems[property];
  if (items.length > limit) throw new GraphError('tooManyItems', { target: property, values: { property, limit } });
}

export function invalid(property: string, reason: string): GraphError {
  return new GraphError('valueInvalid', { target: property, values: { property, reason } });
}
