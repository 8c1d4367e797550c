// Decides whether a request's bearer token holds, and who calls by it.
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose';
import { type Clock, GraphError, isUuid } from '../base/index.js';
import type { Caller } from './caller.js';
import { readCaller } from './claims.js';
import { type Algorithm, algorithms, KeySet, type VerificationKey } from './key-set.js';
import { type KeyLocation, openKeySource } from './key-source.js';
import { TokenCache } from './token-cache.js';

/** Who may sign tokens, and where its public keys are. */
export interface Issuer {
  /** The `iss` of its tokens; `{tenantid}` in it, as in Entra's metadata, stands for the token's own `tid`. */
  readonly issuer: string;
  readonly keys: KeyLocation;
}

export interface VerifierOptions {
  readonly issuers: readonly Issuer[];
  /** A token's `aud` must name one of these. */
  readonly audiences: readonly string[];
  readonly clock: Clock;
  /** Seconds by which `exp`, `nbf` and `iat` may be missed. */
  readonly clockTolerance: number;
  /** Seconds that pass between two reads of one issuer's keys, at the least. */
  readonly cooldown: number;
  /** Told of each read of an issuer's keys that failed. */
  readonly onKeySetFailure?: (issuer: string, error: unknown) => void;
  /** Told of each token: `accepted`, `remembered`, or the name of the refusal. */
  readonly onVerified?: (outcome: string) => void;
}

export interface Verifier {
  /**
   * The caller of a request by its whole `Authorization` header: `Bearer`, in any case, and one signed JWT.
   * Refuses with 401, each reason by its own name (`token…`), and with 503 `keysUnavailable` while the keys of the
   * token's issuer have never been read. Nothing in a token is ever fetched or taken as a key.
   * (RFC 6750 section 2.1, RFC 7519 section 7.2, RFC 8725)
   */
  verify(authorization: string | undefined): Promise<Caller>;
}

/** The audiences of Microsoft Graph: its URL, with and without a slash, and its application id. */
export const graphAudiences: readonly [string, ...string[]] = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
  '00000003-0000-0000-c000-000000000000',
];

const maximumHeaderLength = 16 * 1024;

interface KnownIssuer {
  readonly issuer: string;
  readonly keySet: KeySet;
}

export function createVerifier(options: VerifierOptions): Verifier {
  const { clock, cooldown, onKeySetFailure, onVerified } = options;
  const issuers = options.issuers.map(({ issuer, keys }): KnownIssuer => {
    const onFailure = (error: unknown) => onKeySetFailure?.(issuer, error);
    return { issuer, keySet: new KeySet(openKeySource(keys), { clock, cooldown, onFailure }) };
  });
  const cache = new TokenCache();

  async function verifyAnew(authorization: string): Promise<Caller> {
    const token = bearerToken(authorization);
    const { algorithm, kid } = readHeader(token);
    const { iss, tid } = decodePayload(token);
    const known = issuers.find(({ issuer }) => iss === issuerOf(issuer, tid));
    if (iss === undefined || known === undefined) throw new GraphError('tokenIssuer');

    const keys = await known.keySet.keysFor(kid);
    if (keys === undefined) throw new GraphError('keysUnavailable', { headers: { 'retry-after': String(cooldown) } });
    const now = clock.now();
    const claims = await verifySignature(token, candidates(keys, algorithm, kid), {
      algorithms: [algorithm],
      issuer: iss,
      audience: [...options.audiences],
      requiredClaims: ['exp'],
      clockTolerance: options.clockTolerance,
      currentDate: new Date(now),
    });
    // jose looks at `iat` only where a maximum age is set.
    if (claims.iat !== undefined && claims.iat > now / 1000 + options.clockTolerance) {
      throw new GraphError('tokenNotYetValid');
    }
    const caller = readCaller(claims);
    // The key is the header as it came: on the way to the entry nothing is parsed.
    const validity = (Number(claims.exp) + options.clockTolerance) * 1000 - now;
    cache.keep(authorization, caller, validity, now, known.keySet, keys);
    return caller;
  }

  return {
    async verify(authorization) {
      const known = authorization === undefined ? undefined : cache.find(authorization, clock.now());
      if (known) {
        onVerified?.('remembered');
        return known;
      }
      try {
        if (authorization === undefined) throw new GraphError('tokenMissing');
        const caller = await verifyAnew(authorization);
        onVerified?.('accepted');
        return caller;
      } catch (error) {
        onVerified?.(error instanceof GraphError ? error.refusal : 'fault');
        throw error;
      }
    },
  };
}

/** The token of an `Authorization` header. Two tokens, another scheme or an encrypted token are malformed. */
function bearerToken(authorization: string): string {
  if (/^(bearer)? *$/i.test(authorization)) throw new GraphError('tokenMissing');
  if (authorization.length > maximumHeaderLength) throw new GraphError('tokenMalformed');
  const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new GraphError('tokenMalformed');
  return token;
}

/**
 * The only two parameters of the header that have a say. Keys and addresses of keys in it (`jwk`, `jku`, `x5c`, `x5u`) have
 * none, and because no extension is understood, one that must be (`crit`) is refused (RFC 7515 section 4.1.11).
 */
function readHeader(token: string): { algorithm: Algorithm; kid: string | undefined } {
  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(token);
  } catch (cause) {
    throw new GraphError('tokenMalformed', { cause });
  }
  const { alg, kid, crit } = header as { alg?: unknown; kid?: unknown; crit?: unknown };
  const algorithm = algorithms.find((name) => name === alg);
  if (algorithm === undefined) throw new GraphError('tokenAlgorithm');
  if (crit !== undefined || (kid !== undefined && typeof kid !== 'string')) throw new GraphError('tokenMalformed');
  return { algorithm, kid };
}

function decodePayload(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (cause) {
    throw new GraphError('tokenMalformed', { cause });
  }
}

function issuerOf(issuer: string, tid: unknown): string | undefined {
  if (!issuer.includes('{tenantid}')) return issuer;
  return typeof tid === 'string' && isUuid(tid) ? issuer.replaceAll('{tenantid}', tid) : undefined;
}

/** The keys that may have signed: those of the token's `kid`, of which a set may hold several, else all. */
function candidates(
  keys: readonly VerificationKey[],
  algorithm: Algorithm,
  kid: string | undefined,
): readonly VerificationKey[] {
  const named = keys.filter((key) => kid === undefined || key.kid === kid);
  if (named.length === 0) throw new GraphError('tokenKey');
  const suitable = named.filter((key) => key.algorithm === algorithm);
  if (suitable.length === 0) throw new GraphError('tokenAlgorithm');
  return suitable;
}

async function verifySignature(
  token: string,
  keys: readonly VerificationKey[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let failure: unknown;
  for (const { key } of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      failure = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw refusalOf(failure);
}

/** What jose found wrong with a token, as a refusal; anything else is a fault and stays one. */
function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return new GraphError('tokenExpired', { cause: error });
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return new GraphError('tokenSignature', { cause: error });
  if (error instanceof errors.JOSEAlgNotAllowed) return new GraphError('tokenAlgorithm', { cause: error });
  if (error instanceof errors.JOSEError) return new GraphError('tokenMalformed', { cause: error });
  return error;
}

function claimRefusal({ claim, reason }: errors.JWTClaimValidationFailed): GraphError {
  if (claim === 'aud') return new GraphError('tokenAudience');
  if (claim === 'iss') return new GraphError('tokenIssuer');
  if (claim === 'nbf' && reason === 'check_failed') return new GraphError('tokenNotYetValid');
  return new GraphError('tokenClaims', { values: { claim } });
}
