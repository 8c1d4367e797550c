// What the claims of a verified token say of the caller.
import type { JWTPayload } from 'jose';
import { GraphError, isUuid } from '../base/index.js';
import { type Caller, personalAccountsTenant } from './caller.js';
import { type ClaimMapping, findClaim, malformed, readNames, readText } from './claim-mapping.js';

/** What tokens of an issuer may say, and in which claims. */
export interface TokenRules {
  readonly claims: ClaimMapping;
  /** The tenants that it may speak for, lower case; undefined for all. */
  readonly tenants: readonly string[] | undefined;
  /** Whether its tokens are of applications and users of the directory alone. */
  readonly ofDirectory: boolean;
}

/**
 * The caller of a token. A token with scopes is delegated, whatever else it has, unless a claim marks it as an application's;
 * without scopes `idtyp` decides, and where that is missing too, roles or a subject that is its own object tell an
 * application. A token without permissions is a caller who may do nothing.
 * Refuses what is no bearer access token (`tokenNotAccess`), claims that are missing or malformed (`tokenClaims`), and a
 * tenant that is not the issuer's (`tokenTenant`).
 */
export function readCaller(claims: JWTPayload, { claims: mapping, tenants, ofDirectory }: TokenRules): Caller {
  checkUse(claims);
  const tenantId = readTenant(claims, mapping, tenants);
  const scopes = readNames(claims, mapping.scopes);
  const roles = readNames(claims, mapping.roles);
  const kind = kindOf(claims, mapping, scopes, roles);
  return {
    tenantId,
    kind,
    permissions: new Set(kind === 'delegated' ? scopes : roles),
    personal: isPersonal(claims, tenantId),
    userId: readText(claims, mapping.userId),
    userPrincipalName: readText(claims, mapping.userName),
    displayName: readText(claims, mapping.displayName),
    applicationId: readText(claims, mapping.applicationId),
    applicationDisplayName: readText(claims, mapping.applicationName),
    ofDirectory,
  };
}

/**
 * Keycloak says in `typ` what a token is for; hashes of a code or of another token are in id tokens alone (OpenID Connect
 * Core 1.0, section 3.3.2.11); and one that is bound to a key by `cnf` proves nothing without it (RFC 7800, section 3.1).
 */
function checkUse(claims: JWTPayload): void {
  const { typ } = claims;
  const isForBearers = typ === undefined || (typeof typ === 'string' && typ.toLowerCase() === 'bearer');
  if (!isForBearers || foreignClaims.some((claim) => claims[claim] !== undefined)) {
    throw new GraphError('tokenNotAccess');
  }
}

const foreignClaims = ['at_hash', 'c_hash', 's_hash', 'cnf'];

/** The one tenant of an issuer need not be told by its tokens. */
function readTenant(claims: JWTPayload, { tenant }: ClaimMapping, tenants: TokenRules['tenants']): string {
  const only = tenants?.length === 1 ? tenants[0] : undefined;
  const tenantId = readText(claims, tenant)?.toLowerCase() ?? only;
  if (tenantId === undefined || !isUuid(tenantId)) throw malformed(tenant);
  if (tenants && !tenants.includes(tenantId)) throw new GraphError('tokenTenant');
  return tenantId;
}

function kindOf(
  claims: JWTPayload,
  { application }: ClaimMapping,
  scopes: readonly string[] | undefined,
  roles: readonly string[] | undefined,
): Caller['kind'] {
  if (findClaim(claims, application) !== undefined) return 'application';
  if (scopes !== undefined) return 'delegated';
  const type = readText(claims, ['idtyp']);
  if (type !== undefined) return type === 'app' ? 'application' : 'delegated';
  const isItsOwnObject = claims.sub !== undefined && claims.sub === claims.oid;
  return roles !== undefined || isItsOwnObject ? 'application' : 'delegated';
}

function isPersonal(claims: JWTPayload, tenantId: string): boolean {
  return (
    tenantId === personalAccountsTenant ||
    claims.idp === 'live.com' ||
    (claims.iss?.includes(personalAccountsTenant) ?? false)
  );
}
