// What the library answers to requests for tokens, in Entra's form.
import { accessTokenLifetime } from './access-token.js';
import { SignInError } from './errors.js';
import type { Exchange } from './exchange.js';
import { answeredScope } from './scopes.js';
import type { TokenRequest } from './token-request.js';

type Members = Readonly<Record<string, unknown>>;

/** The members of an answer with tokens. `now` is milliseconds since the epoch. */
export function tokenMembers(given: Members, request: TokenRequest, exchange: Exchange, now: number): Members {
  const { access_token, refresh_token, id_token } = given;
  const tokens = {
    access_token,
    ...(refresh_token !== undefined && { refresh_token }),
    ...(id_token !== undefined && { id_token }),
    ...(exchange.userId !== undefined &&
      request.clientInfo && { client_info: clientInfo(exchange.userId, exchange.tenant.id) }),
  };
  const scope = exchange.userId === undefined ? undefined : answeredScope(exchange.scope ?? '', request.asked);
  if (request.resource !== undefined) {
    // Numbers are texts there.
    const notBefore = Math.floor(now / 1000);
    return {
      token_type: 'Bearer',
      ...(scope !== undefined && { scope }),
      expires_in: String(accessTokenLifetime),
      ext_expires_in: String(accessTokenLifetime),
      expires_on: String(notBefore + accessTokenLifetime),
      not_before: String(notBefore),
      resource: request.resource,
      ...tokens,
    };
  }
  return {
    token_type: 'Bearer',
    ...(scope !== undefined && { scope }),
    expires_in: accessTokenLifetime,
    ext_expires_in: accessTokenLifetime,
    ...tokens,
  };
}

function clientInfo(uid: string, utid: string): string {
  return Buffer.from(JSON.stringify({ uid, utid })).toString('base64url');
}

/** How often a device may ask, in seconds. */
const interval = 5;

/** The members of an answer with a device code. */
export function deviceCodeMembers({ device_code, user_code, verification_uri, expires_in }: Members): Members {
  const message = `To sign in, open the page ${verification_uri} in a browser and enter the code ${user_code}.`;
  return { user_code, device_code, verification_uri, expires_in, interval, message };
}

/**
 * The refusal that stands for what the library refused. It tells why in texts, which are matched here; one that is not known
 * is a request that is malformed, or a fault where the library took it for one.
 */
export function refusalOf(
  given: Members,
  { grantType }: Pick<TokenRequest, 'grantType'>,
  exchange: Exchange,
): SignInError {
  if (exchange.refusal) return exchange.refusal;
  const { refused, tenant } = exchange;
  const error = String(given.error ?? '');
  const detail = detailOf(refused) ?? String(given.error_description ?? '');
  const options = { cause: refused };
  switch (error) {
    case 'invalid_client':
      return clientRefusal(detail, exchange, options);
    case 'invalid_grant':
      return grantRefusal(detail, grantType, options);
    case 'authorization_pending':
      return new SignInError('authorizationPending', options);
    case 'expired_token':
      return new SignInError('deviceCodeExpired', options);
    case 'access_denied':
      return new SignInError('consentDeclined', options);
    case 'unsupported_grant_type':
      return new SignInError('grantTypeUnknown', options);
    case 'invalid_target':
      return new SignInError('resourceUnknown', { ...options, values: { resource: '', tenant: tenant.id } });
    case 'invalid_scope':
      return new SignInError('consentMissing', options);
    case 'server_error':
      return new SignInError('serverFault', options);
    default: {
      const [, parameter] = /missing required parameters? \W*(\w+)/.exec(detail) ?? [];
      if (parameter !== undefined) return new SignInError('parameterMissing', { ...options, values: { parameter } });
      if (/^origin /.test(detail)) return new SignInError('originNotAllowed', options);
      return new SignInError('requestMalformed', { ...options, values: { reason: detail } });
    }
  }
}

function detailOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('error_detail' in error)) return undefined;
  return typeof error.error_detail === 'string' ? error.error_detail : undefined;
}

function clientRefusal(detail: string, exchange: Exchange, options: { cause: unknown }): SignInError {
  if (exchange.proof === 'none' && exchange.application) return new SignInError('proofMissing', options);
  if (/only be used once/.test(detail)) return new SignInError('assertionReplayed', options);
  if (/audience|\(aud\)/.test(detail)) return new SignInError('assertionAudience', options);
  if (/expired|not active yet/.test(detail)) {
    return new SignInError('assertionTimes', { ...options, values: { reason: detail } });
  }
  if (exchange.proof === 'certificate' && exchange.application) {
    const isForm = /must be|alg mismatch/.test(detail);
    const reason = detail || 'the signature is wrong';
    return new SignInError(isForm ? 'assertionMalformed' : 'assertionWrong', { ...options, values: { reason } });
  }
  return new SignInError('secretWrong', { ...options, values: { application: exchange.application?.id ?? '' } });
}

function grantRefusal(detail: string, grantType: string, options: { cause: unknown }): SignInError {
  if (/code_verifier|code_challenge/.test(detail)) return new SignInError('verifierWrong', options);
  if (/redirect_uri mismatch/.test(detail)) return new SignInError('redirectMismatch', options);
  if (/account not found|accountId mismatch/.test(detail)) return new SignInError('userDisabled', options);
  const isUsed = /already (used|consumed)/.test(detail);
  if (grantType === 'authorization_code') return new SignInError(isUsed ? 'codeUsed' : 'codeInvalid', options);
  if (grantType === 'refresh_token') {
    if (/expired/.test(detail)) return new SignInError('refreshTokenExpired', options);
    if (isUsed || /grant not found/.test(detail)) return new SignInError('grantRevoked', options);
    return new SignInError('refreshTokenInvalid', options);
  }
  return new SignInError('deviceCodeInvalid', options);
}
