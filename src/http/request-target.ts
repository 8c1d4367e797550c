// The request target: a path, or a whole URL, as clients send to a proxy and every server has to take (RFC 9112, 3.2.2).
import type { IncomingHttpHeaders } from 'node:http';

/** The host that a request is for, and its path and query. The host of a whole URL goes before the Host header. */
export function readTarget(
  target: string,
  { host }: IncomingHttpHeaders,
): { readonly host: string | undefined; readonly url: string } {
  if (target.startsWith('/')) return { host, url: target };
  const [origin, named] = /^https?:\/\/([^/?#]*)/i.exec(target) ?? [];
  return origin === undefined ? { host, url: target } : { host: named, url: target.slice(origin.length) || '/' };
}
