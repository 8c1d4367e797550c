// Networks as people write them: an address, or an address and the length of its prefix (CIDR, RFC 4632).
import { isIP } from 'node:net';

export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** `10.0.0.0/8`, `10.1.2.3`, `fd00::/8`; undefined for any other text. */
export function parseNetwork(text: string): Network | undefined {
  const [, address = '', digits] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  const prefix = digits === undefined ? longest : Number(digits);
  return prefix <= longest ? { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
}

/**
 * Whose the address is, as far as it tells: an IPv4 address itself, of IPv6 the first 64 bits, since whoever has one address there
 * has all that begin alike (RFC 6177, section 2).
 */
export function siteOf(address: string): string {
  if (isIP(address) !== 6) return address;
  // The one form that each address has there: in lower case, without leading zeros or dotted parts.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])];
  return `${whole.slice(0, 4).join(':')}::/64`;
}
