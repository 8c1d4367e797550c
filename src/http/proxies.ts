// Which proxies are believed when they say who asked: those that the settings name, and nobody else.
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Network } from '../base/index.js';

/** Where a request came from, as far as it is known. */
export interface Source {
  readonly ipAddress: string;
  readonly scheme: 'http' | 'https';
  readonly host: string | undefined;
}

/**
 * The source of a request from its connection and its headers. `X-Forwarded-For`, `-Proto` and `-Host` count when the connection
 * is from one of the networks. Of `X-Forwarded-For`, to which each proxy adds behind, the last address counts that is no
 * trusted proxy's: what stands before it is the client's own word. Of the others the last value counts.
 */
export type ReadSource = (connection: Source, headers: IncomingHttpHeaders) => Source;

export function createSourceReader(networks: readonly Network[]): ReadSource {
  const trusted = new BlockList();
  for (const { address, prefix, family } of networks) trusted.addSubnet(address, prefix, family);
  const isTrusted = (address: string): boolean => {
    const version = isIP(address);
    return version !== 0 && trusted.check(address, version === 6 ? 'ipv6' : 'ipv4');
  };

  return (connection, headers) => {
    const ipAddress = plainAddress(connection.ipAddress);
    if (networks.length === 0 || !isTrusted(ipAddress)) return { ...connection, ipAddress };
    const proto = lastOf(headers['x-forwarded-proto'])?.toLowerCase();
    return {
      ipAddress: clientOf(ipAddress, listOf(headers['x-forwarded-for']), isTrusted),
      scheme: proto === 'http' || proto === 'https' ? proto : connection.scheme,
      host: lastOf(headers['x-forwarded-host']) ?? connection.host,
    };
  };
}

function clientOf(peer: string, forwarded: readonly string[], isTrusted: (address: string) => boolean): string {
  let client = peer;
  for (let index = forwarded.length - 1; index >= 0 && isTrusted(client); index -= 1) {
    const address = addressIn(forwarded[index] ?? '');
    if (address === undefined) break;
    client = address;
  }
  return client;
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function addressIn(text: string): string | undefined {
  const bare = /^\[([0-9a-f:.]+)\](?::\d+)?$/i.exec(text)?.[1] ?? /^([0-9.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : plainAddress(bare);
}

/** An IPv4 address as such, though the connection came to a listener for both; no zone, which is this machine's own word. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address.split('%', 1)[0] ?? '';
}

function listOf(value: string | string[] | undefined): readonly string[] {
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).split(',').map((item) => item.trim());
}

function lastOf(value: string | string[] | undefined): string | undefined {
  return listOf(value).at(-1) || undefined;
}
