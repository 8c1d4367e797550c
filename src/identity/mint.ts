// Makes access tokens as Entra ID makes them for Microsoft Graph (its v1 form).
import { createHash } from 'node:crypto';
import type { CryptoKey, JWTPayload } from 'jose';
import { SignJWT } from 'jose/jwt/sign';
import type { Caller } from './caller.js';
import type { Algorithm } from './key-set.js';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly privateKey: CryptoKey;
}

/** What a token says. Times are seconds since the epoch. */
export interface TokenGrant {
  readonly kind: Caller['kind'];
  readonly audience: string;
  readonly tenantId: string;
  /** Scopes of a delegated token, roles of an application's. Without any, the claim is left out. */
  readonly permissions: readonly string[];
  /** `oid` and `sub`: the user, or the application's own object. */
  readonly objectId: string;
  /** `upn` and `unique_name`, of a delegated token alone. */
  readonly userPrincipalName?: string | undefined;
  /** `name`, of a delegated token alone. */
  readonly displayName?: string | undefined;
  readonly applicationId: string;
  readonly applicationDisplayName: string;
  /** `appidacr`: how the application proved who it is: not at all, by a secret, by a certificate. */
  readonly applicationProof: 'none' | 'secret' | 'certificate';
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** `uti`, the token's own id. */
  readonly tokenId: string;
}

/** The issuer of v1 tokens, with `{tenantid}` for the token's tenant. It names no server, so any server may hold it. */
export const tokenIssuer = 'https://sts.windows.net/{tenantid}/';

const proofs = { none: '0', secret: '1', certificate: '2' };

/** The token as a compact JWS. */
export function mintToken(grant: TokenGrant, key: SigningKey): Promise<string> {
  return new SignJWT(tokenClaims(grant))
    .setProtectedHeader({ typ: 'JWT', alg: key.algorithm, kid: key.kid })
    .sign(key.privateKey);
}

/** What the token says. */
export function tokenClaims(grant: TokenGrant): JWTPayload {
  const delegated = grant.kind === 'delegated';
  return {
    aud: grant.audience,
    iss: tokenIssuer.replace('{tenantid}', grant.tenantId),
    iat: grant.issuedAt,
    nbf: grant.issuedAt,
    exp: grant.expiresAt,
    app_displayname: grant.applicationDisplayName,
    appid: grant.applicationId,
    appidacr: proofs[grant.applicationProof],
    idtyp: delegated ? 'user' : 'app',
    ...(delegated && grant.displayName !== undefined && { name: grant.displayName }),
    oid: grant.objectId,
    ...permissionClaims(grant),
    sub: grant.objectId,
    tid: grant.tenantId,
    ...(delegated ? { unique_name: grant.userPrincipalName, upn: grant.userPrincipalName } : {}),
    uti: grant.tokenId,
    ver: '1.0',
  };
}

/** The object id of an account that has none of its own: derived from its name, so that audit events agree (RFC 9562, section 5.8). */
export function objectIdOf(tenantId: string, account: string): string {
  const bytes = createHash('sha256').update(`${tenantId}\n${account}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function permissionClaims({ kind, permissions }: TokenGrant): { scp?: string; roles?: string[] } {
  if (permissions.length === 0) return {};
  return kind === 'delegated' ? { scp: permissions.join(' ') } : { roles: [...permissions] };
}
