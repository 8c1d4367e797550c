// OpenID Connect discovery: what an issuer publishes of itself (OpenID Connect Discovery 1.0, sections 3 and 4).
import { isIP } from 'node:net';
import { isLoopback } from '../base/index.js';
import { checkAddress, fetchDocument, type Reach } from './fetch-document.js';

export interface Discovered {
  /** Where the key set is. */
  readonly keys: URL;
  /** The `iss` of access tokens. AD FS gives them another than its own (MS-OIDCE, section 2.2.3.2). */
  readonly tokenIssuer: string;
}

/**
 * Where an issuer's document is unless said otherwise. Entra has one for all tenants, under `common`, in which `{tenantid}`
 * stands as it does in the issuer's name; and the host that its v1 tokens name, which those of Graph are, publishes none.
 */
export function discoveryAddress(issuer: string): string {
  const base = issuer
    .replaceAll('{tenantid}', 'common')
    .replace(/^https:\/\/sts\.windows\.net\//, 'https://login.microsoftonline.com/')
    .replace(/\/$/, '');
  return `${base}/.well-known/openid-configuration`;
}

/**
 * Reads the document at the address. Refuses, as an ordinary error, one of another issuer, and one that points to keys
 * which are not https, or at a bare address that is not the document's own: no published document shall
 * make this server look around in the network that it stands in.
 */
export async function discover(issuer: string, address: URL, reach: Reach, signal: AbortSignal): Promise<Discovered> {
  const document: unknown = JSON.parse(await fetchDocument(address, reach, signal));
  const {
    issuer: named,
    jwks_uri: keys,
    access_token_issuer: own = named,
  } = (document ?? {}) as Record<string, unknown>;
  if (typeof named !== 'string' || typeof own !== 'string' || typeof keys !== 'string') {
    throw new Error(
      `The document at ${address.href} is not OpenID Connect discovery: issuer and jwks_uri are expected.`,
    );
  }
  if (issuer !== named && issuer !== own) {
    throw new Error(`The document at ${address.href} is of the issuer '${named}', not of '${issuer}'.`);
  }
  if (own !== named && hostOf(own) !== hostOf(named)) {
    throw new Error(`The document at ${address.href} gives access tokens an issuer on another host, '${own}'.`);
  }
  const url = checkAddress(keys, reach);
  if (url.host !== address.host && (isBareAddress(url) || leadsHere(url))) {
    throw new Error(`The document at ${address.href} has its keys at a bare address, ${url.href}.`);
  }
  return { keys: url, tokenIssuer: own };
}

/** The names of loopback, and those below `localhost`, which are it too (RFC 6761, section 6.3); a dot at the end changes nothing. */
function leadsHere({ hostname }: URL): boolean {
  const name = hostname.replace(/\.$/, '');
  return isLoopback(name) || name.endsWith('.localhost');
}

function isBareAddress({ hostname }: URL): boolean {
  return isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

function hostOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).hostname : undefined;
}
