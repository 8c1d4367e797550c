// Who may sign tokens, with which keys, for whom, and in which words.
import type { JWTPayload } from 'jose';
import { isUuid } from '../base/index.js';
import { type ClaimMapping, entraClaims, findClaim } from './claim-mapping.js';
import type { TokenRules } from './claims.js';
import type { KeySet, VerificationKey } from './key-set.js';
import type { KeyLocation } from './key-source.js';

export interface Issuer {
  /** The `iss` of its tokens, or what its discovery document calls it; `{tenantid}` in it, as in Entra's, stands for the tenant. */
  readonly issuer: string;
  readonly keys: KeyLocation;
  /** The tenants that it may speak for; unless said, the one whose id its name has as a part of its path, else any. */
  readonly tenants?: readonly string[] | 'any' | undefined;
  /** What its tokens' `aud` must name, in place of the verifier's. */
  readonly audiences?: readonly string[] | undefined;
  /** Whether it gives tokens to applications and users of the directory alone. */
  readonly ofDirectory?: boolean;
  /** Where its tokens differ from Entra's. */
  readonly claims?: Partial<ClaimMapping> | undefined;
}

/** An issuer as the verifier uses it. */
export interface KnownIssuer {
  readonly issuer: string;
  readonly keySet: KeySet;
  readonly rules: TokenRules;
  readonly audiences: readonly string[] | undefined;
  /** Whether a key of its set is for tokens with these claims. */
  maySign(key: VerificationKey, claims: JWTPayload): boolean;
}

export function knowIssuer(
  { issuer, tenants, audiences, ofDirectory = false, claims: given }: Issuer,
  keySet: KeySet,
): KnownIssuer {
  const claims = { ...entraClaims, ...given };
  const bound = tenants ?? tenantInName(issuer);
  return {
    issuer,
    keySet,
    rules: { claims, tenants: bound === 'any' ? undefined : bound?.map((tenant) => tenant.toLowerCase()), ofDirectory },
    audiences,
    maySign({ issuer: named }, { iss, ...others }) {
      if (named === undefined || named === iss || named.includes('{tenantid}')) return true;
      // A set of Entra's for one tenant serves tokens of both forms, whose issuers differ.
      const tenant = findClaim(others, claims.tenant);
      return typeof tenant === 'string' && isUuid(tenant) && named.split('/').includes(tenant.toLowerCase());
    },
  };
}

/** The `iss` that a token with these claims must have to be the issuer's; undefined where it cannot be. */
export function tokenIssuerOf({ issuer, keySet, rules }: KnownIssuer, claims: JWTPayload): string | undefined {
  const name = keySet.tokenIssuer ?? issuer;
  if (!name.includes('{tenantid}')) return name;
  const tenant = findClaim(claims, rules.claims.tenant);
  return typeof tenant === 'string' && isUuid(tenant) ? name.replaceAll('{tenantid}', tenant) : undefined;
}

function tenantInName(issuer: string): readonly string[] | undefined {
  const tenant = issuer.split('/').find(isUuid);
  return tenant === undefined ? undefined : [tenant];
}
