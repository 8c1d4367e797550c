// Decides whether a request's bearer token holds, and who calls by it.
import type { JWTPayload, JWTVerifyOptions, ProtectedHeaderParameters } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as errors from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import { jwtVerify } from 'jose/jwt/verify';
import { type Clock, GraphError } from '../base/index.js';
import type { Caller } from './caller.js';
import { readCaller } from './claims.js';
import type { Reach } from './fetch-document.js';
import { type Issuer, type KnownIssuer, knowIssuer, tokenIssuerOf } from './issuer.js';
import { type Algorithm, algorithms, KeySet, type VerificationKey } from './key-set.js';
import { openKeySource } from './key-source.js';
import { TokenCache } from './token-cache.js';

export interface VerifierOptions {
  readonly issuers: readonly Issuer[];
  /** A token's `aud` must name one of these, unless its issuer has its own. */
  readonly audiences: readonly string[];
  /** https alone unless said otherwise. */
  readonly reach?: Reach | undefined;
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
  /** Reads the keys of all issuers, so that what is wrong with one is told before its first token comes. Never rejects. */
  readKeys(): Promise<void>;
}

/** The audiences of Microsoft Graph: its URL in each of Microsoft's clouds, with and without a slash, and its application id. */
export const graphAudiences: readonly [string, ...string[]] = [
  'https://graph.microsoft.com',
  'https://graph.microsoft.com/',
  '00000003-0000-0000-c000-000000000000',
  'https://graph.microsoft.us',
  'https://graph.microsoft.us/',
  'https://dod-graph.microsoft.us',
  'https://dod-graph.microsoft.us/',
  'https://microsoftgraph.chinacloudapi.cn',
  'https://microsoftgraph.chinacloudapi.cn/',
];

const maximumHeaderLength = 16 * 1024;

export function createVerifier(options: VerifierOptions): Verifier {
  const { clock, cooldown, reach = { allowLoopbackHttp: false }, onKeySetFailure, onVerified } = options;
  const issuers = options.issuers.map((issuer): KnownIssuer => {
    const onFailure = (error: unknown) => onKeySetFailure?.(issuer.issuer, error);
    const source = openKeySource(issuer.issuer, issuer.keys, reach);
    return knowIssuer(issuer, new KeySet(source, { clock, cooldown, onFailure }));
  });
  const cache = new TokenCache();

  async function findIssuer(claims: JWTPayload): Promise<KnownIssuer> {
    const find = () => issuers.find((known) => claims.iss !== undefined && claims.iss === tokenIssuerOf(known, claims));
    const known = find();
    if (known) return known;
    // An issuer may publish that its tokens name another one; the cooldown keeps made-up names from asking too often.
    await Promise.all(issuers.map(({ keySet }) => keySet.mayNameIssuer && keySet.refresh()));
    const named = find();
    if (named === undefined) throw new GraphError('tokenIssuer');
    return named;
  }

  async function verifyAnew(authorization: string): Promise<Caller> {
    const token = bearerToken(authorization);
    const { algorithm, kid } = readHeader(token);
    const unproven = decodePayload(token);
    const { keySet, rules, audiences, maySign } = await findIssuer(unproven);

    const keys = await keySet.keysFor(kid);
    if (keys === undefined) throw new GraphError('keysUnavailable', { headers: { 'retry-after': String(cooldown) } });
    const now = clock.now();
    const signers = candidates(keys, algorithm, kid).filter((key) => maySign(key, unproven));
    if (signers.length === 0) throw new GraphError('tokenKey');
    const claims = await verifySignature(token, signers, {
      algorithms: [algorithm],
      // The issuer was found by this name, and the signature is over it.
      issuer: String(unproven.iss),
      audience: [...(audiences ?? options.audiences)],
      requiredClaims: ['exp'],
      clockTolerance: options.clockTolerance,
      currentDate: new Date(now),
    });
    // jose looks at `iat` only where a maximum age is set.
    if (claims.iat !== undefined && claims.iat > now / 1000 + options.clockTolerance) {
      throw new GraphError('tokenNotYetValid');
    }
    const caller = readCaller(claims, rules);
    // The key is the header as it came: on the way to the entry nothing is parsed.
    const validity = (Number(claims.exp) + options.clockTolerance) * 1000 - now;
    cache.keep(authorization, caller, validity, now, keySet, keys);
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
    async readKeys() {
      await Promise.all(issuers.map(({ keySet }) => keySet.refresh()));
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

/** Tokens of other uses name themselves otherwise, such as `logout+jwt` (RFC 8725 section 3.11, RFC 9068 section 2.1). */
const accessTokenType = /^(application\/)?(at\+)?jwt$/i;

/**
 * The parameters of the header that have a say; AD FS names its key by `x5t` alone. Keys and addresses of keys in it (`jwk`, `jku`, `x5c`, `x5u`) have
 * none, and because no extension is understood, one that must be (`crit`) is refused (RFC 7515 section 4.1.11).
 */
function readHeader(token: string): { algorithm: Algorithm; kid: string | undefined } {
  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(token);
  } catch (cause) {
    throw new GraphError('tokenMalformed', { cause });
  }
  const { alg, x5t, kid = x5t, crit, typ }: Readonly<Record<string, unknown>> = { ...header };
  const algorithm = algorithms.find((name) => name === alg);
  if (algorithm === undefined) throw new GraphError('tokenAlgorithm');
  if (crit !== undefined || (kid !== undefined && typeof kid !== 'string')) throw new GraphError('tokenMalformed');
  if (typ !== undefined && !(typeof typ === 'string' && accessTokenType.test(typ))) {
    throw new GraphError('tokenNotAccess');
  }
  return { algorithm, kid };
}

function decodePayload(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch (cause) {
    throw new GraphError('tokenMalformed', { cause });
  }
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
