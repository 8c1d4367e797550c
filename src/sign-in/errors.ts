// Every refusal of the token endpoint: Entra ID's number, OAuth's word, the status and the text, in one table.

interface SignInRefusal {
  /** As in `AADSTS7000215`. */
  readonly code: number;
  /** `error` of OAuth 2.0 (RFC 6749, section 5.2; RFC 8628, section 3.5). */
  readonly error: string;
  readonly status: number;
  /** `{name}` is replaced by the value of that name. */
  readonly message: string;
  /** What MSAL calls `suberror`. */
  readonly suberror?: string;
}

/** The numbers are Entra's where it has one for the matter, so that programs which know them go on as they do there. */
export const signInErrors = {
  applicationUnknown: {
    code: 700016,
    error: 'unauthorized_client',
    status: 400,
    message: "There is no application '{application}' in the tenant '{tenant}', or it is disabled.",
  },
  secretWrong: {
    code: 7000215,
    error: 'invalid_client',
    status: 401,
    message:
      "The client secret is not one of the application '{application}'. A secret's text is asked for, not its id.",
  },
  secretExpired: {
    code: 7000222,
    error: 'invalid_client',
    status: 401,
    message: "The client secret of the application '{application}' has expired. Give it another one.",
  },
  proofMissing: {
    code: 7000218,
    error: 'invalid_client',
    status: 401,
    message: "The request needs 'client_assertion' or 'client_secret'.",
  },
  proofAmbiguous: {
    code: 7000217,
    error: 'invalid_request',
    status: 400,
    message: 'The application proves itself in more than one way, or names itself twice. One is expected.',
  },
  assertionWrong: {
    code: 700027,
    error: 'invalid_client',
    status: 401,
    message: 'The client assertion is not signed by the key of a certificate of the application: {reason}.',
  },
  assertionTimes: {
    code: 700024,
    error: 'invalid_client',
    status: 401,
    message: 'The client assertion is not within its time: {reason}.',
  },
  assertionAudience: {
    code: 700023,
    error: 'invalid_client',
    status: 401,
    message: "The client assertion's audience is not this token endpoint.",
  },
  assertionReplayed: {
    code: 700030,
    error: 'invalid_client',
    status: 401,
    message: 'The client assertion was used before, from elsewhere or with other claims.',
  },
  assertionMalformed: {
    code: 50027,
    error: 'invalid_client',
    status: 401,
    message: 'The client assertion is malformed: {reason}.',
  },
  tenantUnknown: {
    code: 90002,
    error: 'invalid_tenant',
    status: 400,
    message: "There is no tenant '{tenant}'.",
  },
  tenantPersonal: {
    code: 9002346,
    error: 'invalid_request',
    status: 400,
    message: 'There are no personal accounts here.',
  },
  instanceUnknown: {
    code: 50049,
    error: 'invalid_instance',
    status: 400,
    message: 'The authorization endpoint is not one of this server.',
  },
  parameterMissing: {
    code: 900144,
    error: 'invalid_request',
    status: 400,
    message: "The request must have the parameter '{parameter}'.",
  },
  requestMalformed: {
    code: 9002313,
    error: 'invalid_request',
    status: 400,
    message: 'The request is malformed: {reason}.',
  },
  methodWrong: {
    code: 900561,
    error: 'invalid_request',
    status: 405,
    message: 'The endpoint takes {allow} requests alone.',
  },
  grantTypeUnknown: {
    code: 70003,
    error: 'unsupported_grant_type',
    status: 400,
    message: 'The grant type is not supported.',
  },
  scopeInvalid: {
    code: 70011,
    error: 'invalid_scope',
    status: 400,
    message: "The scope '{scope}' is not valid. {reason}.",
  },
  scopeNotDefault: {
    code: 1002012,
    error: 'invalid_scope',
    status: 400,
    message:
      "The scope '{scope}' is not valid. An application by itself asks for all that it has: the resource and /.default, such as https://graph.microsoft.com/.default.",
  },
  resourceUnknown: {
    code: 500011,
    error: 'invalid_resource',
    status: 400,
    message: "There is no resource '{resource}' in the tenant '{tenant}'.",
  },
  codeInvalid: {
    code: 70008,
    error: 'invalid_grant',
    status: 400,
    message: 'The authorization code is not known, or has expired. Sign in again.',
  },
  codeUsed: {
    code: 54005,
    error: 'invalid_grant',
    status: 400,
    message: 'The authorization code was used before, and what came of it is taken back. Sign in again.',
  },
  verifierWrong: {
    code: 501481,
    error: 'invalid_grant',
    status: 400,
    message: "The 'code_verifier' is missing, or not that of the authorization request's challenge.",
  },
  redirectMismatch: {
    code: 50011,
    error: 'invalid_grant',
    status: 400,
    message: "The 'redirect_uri' is not that of the authorization request.",
  },
  redirectUnknown: {
    code: 50011,
    error: 'invalid_request',
    status: 400,
    message: "The 'redirect_uri' is not one of those that the application is registered with.",
  },
  refreshTokenInvalid: {
    code: 70000,
    error: 'invalid_grant',
    status: 400,
    message: 'The refresh token is not known, or not of this application. Sign in again.',
  },
  refreshTokenExpired: {
    code: 700082,
    error: 'invalid_grant',
    status: 400,
    message: 'The refresh token has expired. Sign in again.',
  },
  grantRevoked: {
    code: 50173,
    error: 'invalid_grant',
    status: 400,
    message: 'What the token was given for was taken back. Sign in again.',
    suberror: 'token_expired',
  },
  userDisabled: {
    code: 50057,
    error: 'invalid_grant',
    status: 400,
    message: 'The user is disabled, or gone.',
  },
  consentMissing: {
    code: 65001,
    error: 'invalid_grant',
    status: 400,
    message: 'The user has not allowed the application what it asks for. Sign in interactively.',
    suberror: 'consent_required',
  },
  signInNeeded: {
    code: 50058,
    error: 'login_required',
    status: 400,
    message: 'No user is signed in, and the request allows no page that asks for one. Sign in interactively.',
  },
  authorizationPending: {
    code: 70016,
    error: 'authorization_pending',
    status: 400,
    message: 'The user has not signed in with the code yet. Ask again.',
  },
  deviceCodeInvalid: {
    code: 70018,
    error: 'bad_verification_code',
    status: 400,
    message: 'The device code is not known.',
  },
  deviceCodeExpired: {
    code: 70019,
    error: 'expired_token',
    status: 400,
    message: 'The device code has expired. Begin again.',
  },
  consentDeclined: {
    code: 65004,
    error: 'authorization_declined',
    status: 400,
    message: 'The user has declined.',
  },
  tooManyAttempts: {
    code: 50053,
    error: 'temporarily_unavailable',
    status: 429,
    message: 'There were too many wrong attempts. Try again later.',
  },
  originNotAllowed: {
    code: 9002326,
    error: 'invalid_request',
    status: 400,
    message: "A page of another origin may ask for tokens only where one of the application's redirect URIs is.",
  },
  serverFault: {
    code: 90033,
    error: 'temporarily_unavailable',
    status: 503,
    message: 'The service cannot be used at the moment. Try again.',
  },
} as const satisfies Readonly<Record<string, SignInRefusal>>;

export type SignInErrorName = keyof typeof signInErrors;

/** Something is wrong with a request for a token, or with who makes it. */
export class SignInError extends Error {
  readonly refusal: SignInErrorName;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    refusal: SignInErrorName,
    {
      values = {},
      headers = {},
      cause,
    }: { values?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>>; cause?: unknown } = {},
  ) {
    const { message } = signInErrors[refusal];
    super(
      message.replace(/\{(\w+)\}/g, (_, name: string) => cut(values[name] ?? '')),
      cause === undefined ? {} : { cause },
    );
    this.name = 'SignInError';
    this.refusal = refusal;
    this.headers = headers;
  }
}

/** What a client sends comes back in part, and on one line. */
function cut(text: string): string {
  const line = text.replace(/[^\x20-\x7e]/g, '?');
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}

export interface ErrorIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** The body of an error as Entra has it; MSAL reads its members. `now` is milliseconds since the epoch. */
export function errorMembers(error: SignInError, ids: ErrorIds, now: number): Readonly<Record<string, unknown>> {
  const row: SignInRefusal = signInErrors[error.refusal];
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error: row.error,
    error_description: `AADSTS${row.code}: ${error.message} Trace ID: ${ids.requestId} Correlation ID: ${ids.clientRequestId} Timestamp: ${timestamp}`,
    error_codes: [row.code],
    timestamp,
    trace_id: ids.requestId,
    correlation_id: ids.clientRequestId,
    error_uri: `https://login.microsoftonline.com/error?code=${row.code}`,
    ...(row.suberror !== undefined && { suberror: row.suberror }),
  };
}
