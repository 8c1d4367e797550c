// What the claims of a verified token say of the caller.
import type { JWTPayload } from 'jose';
import { GraphError, isUuid } from '../base/index.js';
import { type Caller, personalAccountsTenant } from './caller.js';

/**
 * The caller of a token in Entra's v1 or v2 form. A token with `scp` is delegated, whatever else it has; without it
 * `idtyp` decides, and where that is missing too, `roles` or a subject that is its own object tell an application.
 * A token without permissions is a caller who may do nothing.
 * Refuses claims that are missing or malformed (`tokenClaims`).
 */
export function readCaller(claims: JWTPayload): Caller {
  const tenantId = readText(claims, 'tid')?.toLowerCase();
  if (tenantId === undefined || !isUuid(tenantId)) throw malformed('tid');
  const scopes = readScopes(claims);
  const roles = readRoles(claims);
  const kind = scopes !== undefined ? 'delegated' : kindWithoutScopes(claims, roles);
  return {
    tenantId,
    kind,
    permissions: new Set(kind === 'delegated' ? scopes : roles),
    personal: isPersonal(claims, tenantId),
    userId: readText(claims, 'oid') ?? readText(claims, 'sub'),
    userPrincipalName:
      readText(claims, 'upn') ?? readText(claims, 'preferred_username') ?? readText(claims, 'unique_name'),
    displayName: readText(claims, 'name'),
    applicationId: readText(claims, 'appid') ?? readText(claims, 'azp'),
    applicationDisplayName: readText(claims, 'app_displayname'),
  };
}

function kindWithoutScopes(claims: JWTPayload, roles: readonly string[] | undefined): Caller['kind'] {
  const type = readText(claims, 'idtyp');
  if (type !== undefined) return type === 'app' ? 'application' : 'delegated';
  const isItsOwnObject = claims.sub !== undefined && claims.sub === claims.oid;
  return roles !== undefined || isItsOwnObject ? 'application' : 'delegated';
}

/** `scp`: names parted by spaces. */
function readScopes(claims: JWTPayload): readonly string[] | undefined {
  return readText(claims, 'scp')
    ?.split(' ')
    .filter((scope) => scope !== '');
}

function readRoles(claims: JWTPayload): readonly string[] | undefined {
  const roles = claims.roles;
  if (roles === undefined) return undefined;
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) throw malformed('roles');
  return roles;
}

function isPersonal(claims: JWTPayload, tenantId: string): boolean {
  return (
    tenantId === personalAccountsTenant ||
    claims.idp === 'live.com' ||
    (claims.iss?.includes(personalAccountsTenant) ?? false)
  );
}

function readText(claims: JWTPayload, claim: string): string | undefined {
  const value = claims[claim];
  if (value !== undefined && typeof value !== 'string') throw malformed(claim);
  return value;
}

function malformed(claim: string): GraphError {
  return new GraphError('tokenClaims', { values: { claim } });
}
