// Browsers' requests from other origins (the Fetch standard's CORS protocol).
import type { IncomingHttpHeaders } from 'node:http';

/** Tells browsers whether a page of another origin may read an answer. */
export interface CrossOrigin {
  /** Whether answers differ with the origin that asks. */
  readonly varies: boolean;
  /** The headers for an answer to a request with these headers; none where its origin may not read it. */
  headersFor(headers: IncomingHttpHeaders): Readonly<Record<string, string>>;
  /** The headers that answer a preflight; undefined where the request is none, or of an origin that may not ask. */
  preflight(method: string, headers: IncomingHttpHeaders): Readonly<Record<string, string>> | undefined;
}

/** What pages may read beside the headers that they always may: the list that Graph exposes. */
const exposed = [
  'ETag',
  'Location',
  'Preference-Applied',
  'Content-Range',
  'request-id',
  'client-request-id',
  'ReadWriteConsistencyToken',
  'SdkVersion',
  'WWW-Authenticate',
  'x-ms-client-gcc-tenant',
  'Retry-After',
].join(', ');

const methods = 'GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS';
/** How long a browser may remember a preflight, in seconds. */
const maximumAge = 3600;

/**
 * `allowed` are origins such as `https://admin.example.org`, or `*` for every one: requests carry a bearer token that
 * a page has to know, never a cookie that a browser adds by itself, so that no origin gains what it has not.
 * Without any, browsers are told nothing.
 */
export function createCrossOrigin(allowed: readonly string[]): CrossOrigin {
  const origins = new Set(allowed.map((origin) => (origin === '*' ? origin : new URL(origin).origin)));
  const every = origins.has('*');
  const allowFor = (headers: IncomingHttpHeaders): Record<string, string> | undefined => {
    const { origin } = headers;
    if (origin === undefined || !(every || origins.has(origin.toLowerCase()))) return undefined;
    return { 'access-control-allow-origin': every ? '*' : origin };
  };
  return {
    varies: origins.size > 0 && !every,
    headersFor(headers) {
      const allow = allowFor(headers);
      return allow ? { ...allow, 'access-control-expose-headers': exposed } : {};
    },
    preflight(method, headers) {
      if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) return undefined;
      const allow = allowFor(headers);
      if (!allow) return undefined;
      const asked = headers['access-control-request-headers'];
      return {
        ...allow,
        'access-control-allow-methods': methods,
        // `*` would leave out Authorization.
        ...(asked !== undefined && { 'access-control-allow-headers': String(asked) }),
        'access-control-max-age': String(maximumAge),
      };
    },
  };
}
