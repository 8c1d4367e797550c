// Who calls, as far as a verified token tells.

export interface Caller {
  /** `tid`, lower case. */
  readonly tenantId: string;
  /** A token with both `scp` and `roles` counts as delegated. */
  readonly kind: 'delegated' | 'application';
  /** The scopes of `scp` or the roles of `roles`. */
  readonly permissions: ReadonlySet<string>;
  /** Whether the account is a personal Microsoft account. */
  readonly personal: boolean;
  /** `oid` or `sub`. */
  readonly userId: string | undefined;
  /** `upn`, `preferred_username` or `unique_name`. */
  readonly userPrincipalName: string | undefined;
  /** The user's `name`. */
  readonly displayName: string | undefined;
  /** `appid` or `azp`. */
  readonly applicationId: string | undefined;
  readonly applicationDisplayName: string | undefined;
  /** Whether its issuer gives tokens to those of the directory alone, so that who is not in it has lost them. */
  readonly ofDirectory: boolean;
}

/** The tenant of personal Microsoft accounts. */
export const personalAccountsTenant = '9188040d-6c67-4c5b-b112-36a304b66dad';
