// The key that signs a development store's tokens.
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { exportJWK } from 'jose/key/export';
import { generateKeyPair } from 'jose/key/generate/keypair';
import { importJWK } from 'jose/key/import';
import type { Clock, NewId } from '../base/index.js';
import { graphAudiences, type Issuer, mintToken, objectIdOf, type SigningKey, tokenIssuer } from '../identity/index.js';
import type { Secrets } from '../store/index.js';

/** What a development token shall say. */
export interface DevelopmentToken {
  readonly tenantId: string;
  readonly kind: 'delegated' | 'application';
  /** Any texts: scopes of a delegated token, roles of an application's. */
  readonly permissions: readonly string[];
  /** Seconds from now; a negative one makes a token that has expired. */
  readonly lifetime: number;
  /** The user of a delegated token. */
  readonly userPrincipalName?: string | undefined;
}

export interface DevelopmentKey {
  /** What a verifier must know to accept the tokens. */
  readonly issuer: Issuer;
  readonly signingKey: SigningKey;
  mint(token: DevelopmentToken): Promise<string>;
}

export const developmentUser = 'developer@offshoot.example';

/** ES256: an RSA key takes longer to make, up to half a second, than the rest of a first start. */
const algorithm = 'ES256';
const secretName = 'signing-key';
const applicationId = '0ff50007-0000-4000-8000-000000000001';
const applicationDisplayName = 'Offshoot development';

/** The store's signing key, made when there is none yet; all who open it at once get the same. */
export async function openSigningKey(
  secrets: Secrets,
  { clock, newId }: { clock: Clock; newId: NewId },
): Promise<DevelopmentKey> {
  const kept = (await secrets.findSecret(secretName)) ?? (await secrets.keepSecret(secretName, await makeKey()));
  const { d, ...publicJwk } = JSON.parse(kept) as JWK & { kid: string };
  const privateKey = (await importJWK({ ...publicJwk, d } as JWK, algorithm)) as CryptoKey;
  const signingKey: SigningKey = { kid: publicJwk.kid, algorithm, privateKey };
  return {
    issuer: { issuer: tokenIssuer, keys: { jwks: { keys: [publicJwk] } } },
    signingKey,
    mint(token) {
      const now = Math.floor(clock.now() / 1000);
      const expiresAt = now + token.lifetime;
      const userPrincipalName = token.userPrincipalName ?? developmentUser;
      const account = token.kind === 'delegated' ? userPrincipalName.toLowerCase() : applicationId;
      return mintToken(
        {
          kind: token.kind,
          audience: graphAudiences[0],
          tenantId: token.tenantId,
          permissions: token.permissions,
          objectId: objectIdOf(token.tenantId, account),
          userPrincipalName,
          applicationId,
          applicationDisplayName,
          applicationProof: token.kind === 'delegated' ? 'none' : 'secret',
          issuedAt: Math.min(now, expiresAt),
          expiresAt,
          tokenId: newId(),
        },
        signingKey,
      );
    },
  };
}

async function makeKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ ...jwk, alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint(jwk) });
}
