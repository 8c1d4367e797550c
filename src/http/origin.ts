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
  /** Tells of a listener, as the origin at which it was opened: by all names of this machine it is ours (development alone). */
  addListener(url: string): void;
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
  const allowed = options.allowHosts.map((host) => host.toLowerCase());
  const answered = new Set(allowed);
  if (publicOrigin !== undefined) for (const host of hostsOf(new URL(publicOrigin))) answered.add(host);

  const originFor = (header: string | undefined, scheme: 'http' | 'https'): string => {
    const host = header?.toLowerCase() ?? '';
    const [, name = ''] = hostForm.exec(host) ?? [];
    if (name === '' || !(answered.has(host) || (options.loopback && isLoopback(name)))) {
      throw new GraphError('hostNotAllowed', { target: 'Host', values: { host } });
    }
    return publicOrigin ?? `${scheme}://${host}`;
  };
  const ownOrigins = [...(publicOrigin === undefined ? [] : [publicOrigin]), ...allowed.flatMap(originsOf)];
  return {
    originFor,
    ownOrigins,
    addListener(url) {
      if (!options.loopback) return;
      const { protocol, port } = new URL(url);
      ownOrigins.push(...loopbackNames.map((name) => new URL(`${protocol}//${name}:${port}`).origin));
    },
  };
}

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/** The host as clients may write it: with the scheme's own port or without. */
function hostsOf({ host, hostname, port, protocol }: URL): string[] {
  return port === '' ? [host, `${hostname}:${protocol === 'https:' ? 443 : 80}`] : [host];
}

function originsOf(host: string): string[] {
  return ['https', 'http'].map((scheme) => new URL(`${scheme}://${host}`).origin);
}
