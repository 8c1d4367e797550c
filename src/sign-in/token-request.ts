// What clients send to the token endpoint, in Entra's forms, as the library takes it.
import type { IncomingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose/jwt/decode';
import { isUuid } from '../base/index.js';
import type { Address } from './addresses.js';
import { deviceGrant } from './clients.js';
import { SignInError } from './errors.js';
import type { Proof } from './exchange.js';
import { type AskedScopes, graph, isGraph, readScopes } from './scopes.js';

export interface TokenRequest {
  /** What the library gets; the scope is set when the application is known. */
  readonly form: URLSearchParams;
  readonly grantType: string;
  readonly clientId: string | undefined;
  readonly proof: Proof;
  readonly assertion: string | undefined;
  readonly redirectUri: string | undefined;
  readonly asked: AskedScopes | undefined;
  /** The `resource` of a request in the form of v1, which is answered in that form. */
  readonly resource: string | undefined;
  /** Whether the answer shall tell whose the tokens are. */
  readonly clientInfo: boolean;
}

const mostParameters = 100;

/**
 * Reads a body, and the application's credentials in the header. Refuses: `requestMalformed`, `parameterMissing`,
 * `grantTypeUnknown`, `proofAmbiguous`, `scopeInvalid`, `scopeNotDefault`, `resourceUnknown`.
 */
export function readTokenRequest(
  body: string,
  headers: IncomingHttpHeaders,
  { address, origin }: { address: Address; origin: string },
): TokenRequest {
  const form = readForm(body, headers);
  const tenant = address.segment;
  const given = address.place === 'deviceCode' ? deviceGrant : required(form, 'grant_type');
  // As MSAL calls it.
  const grantType = given === 'device_code' ? deviceGrant : given;
  const credentials = readCredentials(form, headers);
  const resource = form.get('resource') ?? undefined;
  const scope = form.get('scope') ?? undefined;
  let asked: AskedScopes | undefined;
  if (address.place === 'tokenV1') {
    // Of v1, codes and refresh tokens are for what they were given for.
    if (grantType === 'client_credentials') asked = readResource(required(form, 'resource'), { origin, tenant });
    else if (resource !== undefined) readResource(resource, { origin, tenant });
  } else if (grantType === 'client_credentials') {
    asked = readScopes(required(form, 'scope'), { origin, tenant });
    if (!asked.all || asked.openid.length > 0) {
      throw new SignInError('scopeNotDefault', { values: { scope: scope ?? '' } });
    }
  } else if (scope !== undefined) {
    asked = readScopes(scope, { origin, tenant });
  }
  if (grantType === 'client_credentials' && credentials.proof === 'none') throw new SignInError('proofMissing');
  form.set('grant_type', grantType);
  form.delete('scope');
  form.delete('resource');
  return {
    form,
    grantType,
    ...credentials,
    redirectUri: form.get('redirect_uri') ?? undefined,
    asked,
    resource: address.place === 'tokenV1' ? (resource ?? graph) : undefined,
    clientInfo: form.get('client_info') === '1',
  };
}

export function readForm(body: string, headers: IncomingHttpHeaders): URLSearchParams {
  const type = headers['content-type'] ?? '';
  if (body !== '' && !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new SignInError('requestMalformed', {
      values: { reason: 'its body is not application/x-www-form-urlencoded' },
    });
  }
  const form = readParameters(body);
  if ([...form].length > mostParameters) {
    throw new SignInError('requestMalformed', { values: { reason: 'it has too many parameters' } });
  }
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length === 1) continue;
    throw new SignInError('requestMalformed', { values: { reason: `the parameter '${name}' is given twice` } });
  }
  return form;
}

/** Refuses (`requestMalformed`) the character that no store keeps: parameters of a page are kept until it goes on. */
export function readParameters(text: string): URLSearchParams {
  const parameters = new URLSearchParams(text);
  for (const [name, value] of parameters) {
    if (!`${name}${value}`.includes('\0')) continue;
    throw new SignInError('requestMalformed', { values: { reason: 'a parameter has the character U+0000' } });
  }
  return parameters;
}

function readResource(resource: string, { origin, tenant }: { origin: string; tenant: string }): AskedScopes {
  if (!isGraph(resource, origin)) throw new SignInError('resourceUnknown', { values: { resource, tenant } });
  return { openid: [], permissions: [], all: true, qualified: true };
}

/** Who asks, and by what the application proves itself. The library judges it all; here it is only looked for. */
function readCredentials(
  form: URLSearchParams,
  headers: IncomingHttpHeaders,
): Pick<TokenRequest, 'clientId' | 'proof' | 'assertion'> {
  const assertion = form.get('client_assertion') ?? undefined;
  const basic = headers.authorization;
  const secret = form.get('client_secret') || undefined;
  if ([assertion, basic, secret].filter((given) => given !== undefined).length > 1) {
    throw new SignInError('proofAmbiguous');
  }
  const named = form.get('client_id') || undefined;
  const other = basic === undefined ? assertion && subjectOf(assertion) : userOf(basic);
  const clientId = named ?? other;
  if (clientId === undefined) {
    throw new SignInError('parameterMissing', { values: { parameter: 'client_id' } });
  }
  if (named !== undefined && other !== undefined && named.toLowerCase() !== other.toLowerCase()) {
    throw new SignInError('proofAmbiguous');
  }
  // Entra takes ids in any case; the library compares letters.
  if (named !== undefined && isUuid(named)) form.set('client_id', named.toLowerCase());
  const proof = assertion !== undefined ? 'certificate' : (basic ?? secret) !== undefined ? 'secret' : 'none';
  return { clientId, proof, assertion };
}

function subjectOf(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion);
    if (typeof sub === 'string') return sub;
  } catch {
    // Refused below.
  }
  throw new SignInError('assertionMalformed', { values: { reason: 'it is no JWT with a subject' } });
}

function userOf(authorization: string): string {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization) ?? [];
  const [user = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1);
  try {
    const id = decodeURIComponent(user.replaceAll('+', ' '));
    if (id !== '') return id;
  } catch {
    // Refused below.
  }
  throw new SignInError('requestMalformed', {
    values: { reason: 'its Authorization header is not Basic credentials' },
  });
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (!value) throw new SignInError('parameterMissing', { values: { parameter } });
  return value;
}

/** As the log and the metrics call them, of which there are no more than these. */
export function grantName(grantType: string): string {
  const known = ['client_credentials', 'authorization_code', 'refresh_token'].find((name) => name === grantType);
  return known ?? (grantType.endsWith('device_code') ? 'device_code' : 'other');
}
