// Which hosts this server answers to, and the origin that absolute URLs in its answers are made from.
import { GraphError, isLoopback } from '../base/index.js';

export interface OriginPolicy {
  /**
   * The origin, such as `https://localhost:8443`, for answers to a request with this Host header.
   * Refuses a Host that is not ours (`hostNotAllowed`).
   */
  originFor(host: string | undefined, scheme: 'http' | 'https'): string;
  /** Origins that URLs in requests may name, besides the request's own. */
  readonly ownOrigins: readonly string[];
}

/** A Host header's `host[:port]` (RFC 9110, section 7.2), without white space, user information or path. */
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/** `publicUrl` makes every absolute URL; without one (development alone) the loopback Host that was asked does. */
export function createOriginPolicy(options: {
  publicUrl: string | undefined;
  allowHosts: readonly string[];
  loopback: boolean;
}): OriginPolicy {
  const publicOrigin = options.publicUrl === undefined ? undefined : new URL(options.publicUrl).origin;
  const allowed = new Set(options.allowHosts.map((host) => host.toLowerCase()));
  if (publicOrigin !== undefined) allowed.add(new URL(publicOrigin).host);

  const originFor = (header: string | undefined, scheme: 'http' | 'https'): string => {
    const host = header?.toLowerCase() ?? '';
    const [, name = ''] = hostForm.exec(host) ?? [];
    if (name === '' || !(allowed.has(host) || (options.loopback && isLoopback(name)))) {
      throw new GraphError('hostNotAllowed', { target: 'Host', values: { host } });
    }
    return publicOrigin ?? `${scheme}://${host}`;
  };
  return { originFor, ownOrigins: publicOrigin === undefined ? [] : [publicOrigin] };
}
