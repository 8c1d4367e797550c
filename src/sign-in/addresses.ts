// The addresses of the token endpoint, as Entra ID has them: each below the tenant's own first segment.

/** What stands at an address. */
export type Place =
  | 'discovery'
  | 'discoveryV1'
  | 'instance'
  | 'keys'
  | 'authorize'
  | 'token'
  | 'tokenV1'
  | 'deviceCode'
  | 'device'
  | 'logout'
  | 'logoutConfirm'
  | 'page'
  | 'script';

export interface Address {
  readonly place: Place;
  /** A tenant's id, or what stands for one: `common`, `organizations`. */
  readonly segment: string;
  /** What follows the segment, in letters that the library knows, without the query. */
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly query: string;
}

/** Where the library has its endpoints, below the segment. */
export const routes = {
  authorization: '/oauth2/v2.0/authorize',
  token: '/oauth2/v2.0/token',
  device_authorization: '/oauth2/v2.0/devicecode',
  code_verification: '/oauth2/deviceauth',
  end_session: '/oauth2/v2.0/logout',
  jwks: '/discovery/v2.0/keys',
} as const;

/** Below this, and the interaction's id, are the pages. */
export const pagePath = '/sign-in';
export const scriptPath = '/sign-in/continue.js';

const places: Readonly<Record<string, Place>> = {
  '/v2.0/.well-known/openid-configuration': 'discovery',
  '/.well-known/openid-configuration': 'discoveryV1',
  '/discovery/instance': 'instance',
  '/discovery/v2.0/keys': 'keys',
  '/discovery/keys': 'keys',
  '/oauth2/v2.0/authorize': 'authorize',
  '/oauth2/v2.0/token': 'token',
  '/oauth2/token': 'tokenV1',
  '/oauth2/v2.0/devicecode': 'deviceCode',
  '/oauth2/deviceauth': 'device',
  '/oauth2/v2.0/logout': 'logout',
  '/oauth2/v2.0/logout/confirm': 'logoutConfirm',
  '/oauth2/v2.0/logout/success': 'logout',
  [scriptPath]: 'script',
};

/** Where a sign-in goes on: the address of the page, or of the endpoint, and the interaction's id behind it. */
const continued: readonly (readonly [string, Place])[] = [
  ['/oauth2/v2.0/authorize/', 'authorize'],
  ['/oauth2/deviceauth/', 'device'],
  [`${pagePath}/`, 'page'],
];

/** The methods that an address takes. */
export function methodsAt(place: Place): readonly string[] {
  return ownMethods[place] ?? ['GET', 'POST'];
}

const ownMethods: Readonly<Partial<Record<Place, readonly string[]>>> = {
  discovery: ['GET'],
  discoveryV1: ['GET'],
  instance: ['GET'],
  keys: ['GET'],
  script: ['GET'],
  authorize: ['GET'],
  logout: ['GET'],
  logoutConfirm: ['POST'],
  token: ['POST'],
  tokenV1: ['POST'],
  deviceCode: ['POST'],
};

/** Every address below a tenant's segment; what is in braces is an interaction's id. */
export const signInAddresses: readonly { readonly path: string; readonly place: Place }[] = [
  ...Object.entries(places).map(([path, place]) => ({ path, place })),
  ...continued.map(([start, place]) => ({ path: `${start}{interaction}`, place })),
];

const interactionId = /^[\w-]{1,128}$/;

/** Undefined for every other address of the server. Letters may be in any case, as Entra takes them. */
export function readAddress(url: string): Address | undefined {
  // Graph's own, as most are.
  if (/^\/beta\//i.test(url)) return undefined;
  const [path = ''] = url.split('?', 1);
  const query = url.slice(path.length);
  const end = path.indexOf('/', 1);
  if (!path.startsWith('/') || end < 2) return undefined;
  const segment = path.slice(1, end);
  if (!/^[\w.-]{1,253}$/.test(segment)) return undefined;
  const rest = path.slice(end);
  const known = rest.toLowerCase();
  const place = Object.hasOwn(places, known) ? places[known] : undefined;
  if (place) return { place, segment, path: known, query };
  for (const [start, of] of continued) {
    const id = rest.slice(start.length);
    if (known.startsWith(start) && interactionId.test(id)) return { place: of, segment, path: `${start}${id}`, query };
  }
  return undefined;
}
