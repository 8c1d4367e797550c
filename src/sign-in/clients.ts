// Applications as the library's clients: for each request what it needs to know of the one that asks.
import { randomBytes, X509Certificate } from 'node:crypto';
import type { Adapter, AllClientMetadata, JWK } from 'oidc-provider';
import { formatInstant, isLoopback, isUuid } from '../base/index.js';
import type { Application } from '../plan/index.js';
import type { DirectoryReader } from '../store/index.js';
import { currentExchange, type Exchange } from './exchange.js';

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** Secrets are verified by their hashes (provider.ts); the library wants to know a text, of which nobody learns. */
const noSecret = randomBytes(32).toString('base64url');

const methods = { none: 'none', secret: 'client_secret_post', certificate: 'private_key_jwt' } as const;

/** Finds the applications of the request's tenant, each time in the directory. */
export function clientsOf(directory: DirectoryReader, now: () => number): Adapter {
  const nothing = async (): Promise<undefined> => undefined;
  return {
    async find(id) {
      const exchange = currentExchange();
      if (!isUuid(id)) return undefined;
      const application = await directory.findApplication(exchange.tenant.id, id.toLowerCase());
      if (!application?.enabled) return undefined;
      exchange.application = application;
      return clientOf(application, exchange, now());
    },
    findByUid: nothing,
    findByUserCode: nothing,
    upsert: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

function clientOf(application: Application, { proof, redirectUri }: Exchange, now: number): AllClientMetadata {
  // Of a program on this machine the port is its own affair, and its own scheme is no web's (RFC 8252, sections 7.1 and 7.3).
  const native = redirectUri !== undefined && isNative(redirectUri);
  const redirectUris = application.redirectUris.filter((uri) => isNative(uri) === native);
  return {
    client_id: application.id,
    client_name: application.displayName,
    application_type: native ? 'native' : 'web',
    redirect_uris: redirectUris,
    post_logout_redirect_uris: redirectUris,
    response_types: redirectUris.length > 0 ? ['code'] : [],
    grant_types: [
      ...(redirectUris.length > 0 ? ['authorization_code'] : []),
      // By itself it acts only where it has proved to be itself.
      ...(proof === 'none' ? [] : ['client_credentials']),
      'refresh_token',
      deviceGrant,
    ],
    token_endpoint_auth_method: methods[proof],
    id_token_signed_response_alg: 'RS256',
    ...(proof === 'secret' && { client_secret: noSecret }),
    ...(proof === 'certificate' && { jwks: { keys: certificatesInForce(application, now) } }),
  };
}

function certificatesInForce({ certificates }: Application, now: number): JWK[] {
  const instant = formatInstant(now);
  return certificates
    .filter(({ startDateTime, endDateTime }) => startDateTime <= instant && instant < endDateTime)
    .map(({ pem }) => new X509Certificate(pem).publicKey.export({ format: 'jwk' }) as JWK);
}

/** Whether it leads to a program on the user's own machine, rather than to a site. */
function isNative(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return protocol !== 'https:' && (protocol !== 'http:' || isLoopback(hostname));
}

/**
 * Whether an application that has something to prove itself by must do so to redeem a code. A program on a user's machine can
 * keep no secret, so that what was sent to one is redeemed without (RFC 8252, section 8.5).
 */
export function mustProve({ secrets, certificates }: Application, redirectUri: string | undefined): boolean {
  if (secrets.length === 0 && certificates.length === 0) return false;
  return redirectUri === undefined || !isNative(redirectUri);
}
