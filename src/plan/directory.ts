// Who may ask a tenant for tokens: its applications and its users.

/** A text that an application proves itself by, as it is kept. The text itself is shown once, when it is made. */
export interface ApplicationSecret {
  /** A UUID. */
  readonly id: string;
  readonly displayName: string | null;
  /** What verifies the text, and from which it cannot be had. */
  readonly hash: string;
  /** The first three characters, by which people tell secrets apart. */
  readonly hint: string;
  /** As `formatInstant` writes them. */
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** A certificate whose key an application proves itself by. */
export interface ApplicationCertificate {
  /** A UUID. */
  readonly id: string;
  readonly displayName: string | null;
  /** SHA-1 of its DER, base64url: the `x5t` of an assertion (RFC 7515, section 4.1.7). */
  readonly thumbprint: string;
  /** SHA-256 of its DER, base64url: `x5t#S256`. */
  readonly thumbprintSha256: string;
  /** One certificate, no key. */
  readonly pem: string;
  readonly startDateTime: string;
  readonly endDateTime: string;
}

export interface Application {
  /** The `appid` or `azp` of its tokens: a UUID in lower case. */
  readonly id: string;
  readonly displayName: string;
  /** One that is not gets no tokens. */
  readonly enabled: boolean;
  /** The application permissions that its own tokens carry. */
  readonly roles: readonly string[];
  /** The delegated permissions that it may have on behalf of a user. */
  readonly scopes: readonly string[];
  /** Where sign-in may lead back to. */
  readonly redirectUris: readonly string[];
  readonly secrets: readonly ApplicationSecret[];
  readonly certificates: readonly ApplicationCertificate[];
  /** 1 when it is made, one more with each change. */
  readonly version: number;
}

/** What a user has allowed an application. */
export interface Consent {
  readonly appId: string;
  readonly scopes: readonly string[];
}

export interface User {
  /** The `oid` of tokens: a UUID in lower case. */
  readonly id: string;
  /** Unique in the tenant, whatever its case. */
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** One who is not cannot sign in. */
  readonly enabled: boolean;
  /** Null for one who has no password, and so cannot sign in. */
  readonly passwordHash: string | null;
  /** The delegated permissions that the user may use. A token has those that its application may have too, and that were asked for. */
  readonly scopes: readonly string[];
  readonly consents: readonly Consent[];
  /** 1 when it is made, one more with each change. */
  readonly version: number;
}

/** User principal names are the same where these are. */
export function nameKey(userPrincipalName: string): string {
  return userPrincipalName.toLowerCase();
}
