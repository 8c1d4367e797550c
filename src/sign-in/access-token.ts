// What the access tokens say: Entra's claims for Microsoft Graph, whose issuer names no server, so that every server takes them.
import type { JWTStructured, KoaContextWithOIDC } from 'oidc-provider';
import type { NewId } from '../base/index.js';
import { graphAudiences, objectIdOf, tokenClaims } from '../identity/index.js';
import type { DirectoryReader } from '../store/index.js';
import { currentExchange } from './exchange.js';

/** Seconds that an access token holds, as Entra says it of its own. */
export const accessTokenLifetime = 3599;

interface LibraryToken {
  readonly kind: string;
  readonly accountId?: string;
  readonly scope?: string;
}

/** Writes the claims of a token that the library is about to sign. */
export function accessTokenWriter(directory: DirectoryReader, newId: NewId) {
  return async (_ctx: KoaContextWithOIDC | undefined, token: unknown, structured: JWTStructured): Promise<void> => {
    const { tenant, application, proof } = currentExchange();
    const { kind, accountId, scope = '' } = token as LibraryToken;
    if (!application) throw new Error('a token without an application');
    const issuedAt = Number(structured.payload.iat);
    const common = {
      audience: graphAudiences[0],
      tenantId: tenant.id,
      applicationId: application.id,
      applicationDisplayName: application.displayName,
      applicationProof: proof,
      issuedAt,
      expiresAt: issuedAt + accessTokenLifetime,
      tokenId: newId(),
    };
    structured.header = { typ: 'JWT' };
    if (kind === 'ClientCredentials') {
      const objectId = objectIdOf(tenant.id, application.id);
      structured.payload = tokenClaims({ ...common, kind: 'application', permissions: application.roles, objectId });
      return;
    }
    const user = accountId === undefined ? undefined : await directory.findUser(tenant.id, accountId);
    if (!user) throw new Error('a token for a user who is gone');
    structured.payload = tokenClaims({
      ...common,
      kind: 'delegated',
      permissions: scope.split(' ').filter((name) => name !== ''),
      objectId: user.id,
      userPrincipalName: user.userPrincipalName,
      displayName: user.displayName,
    });
  };
}
