// The built-in token endpoint: which requests are for it, and what they are answered.
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { JWK } from 'jose';
import { type Clock, isUuid, type NewId } from '../base/index.js';
import { type Issuer, tokenIssuer } from '../identity/index.js';
import type { Observe } from '../observation/index.js';
import type { Tenant } from '../plan/index.js';
import type { DirectoryReader, Secrets, SignInRecords, TenantReader, UnitWriter } from '../store/index.js';
import { type Address, methodsAt, type Place, readAddress } from './addresses.js';
import { json, publish, refusalAnswer, type SignInAnswer } from './answers.js';
import { continuedPage, scriptAnswer } from './continued-page.js';
import { discoveryDocument, discoveryDocumentV1, instanceDocument } from './discovery.js';
import { dispatch, type LibraryAnswer } from './dispatch.js';
import { type ErrorIds, SignInError, signInErrors } from './errors.js';
import { during, type Exchange } from './exchange.js';
import { createPages } from './pages.js';
import { createProviders, type Providers } from './providers.js';
import { describeRefusal } from './returned-refusal.js';
import { libraryScope, readScopes } from './scopes.js';
import { publicHalf, type SigningKeys } from './signing-keys.js';
import { deviceCodeMembers, refusalOf, tokenMembers } from './token-answer.js';
import { grantName, readForm, readParameters, readTokenRequest } from './token-request.js';

export interface SignInOptions {
  readonly store: SignInRecords & DirectoryReader & TenantReader & UnitWriter & Secrets;
  readonly keys: SigningKeys;
  /** Other keys that sign tokens of the same issuer: a development store's own. */
  readonly otherKeys: readonly JWK[];
  /** The tenant that `common` stands for, where there is one. */
  readonly commonTenant: string | undefined;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly observe: Observe;
}

/** The parts of a request that are judged before its body is read. */
export interface SignInRequest extends ErrorIds {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly ipAddress: string;
}

export interface SignIn {
  /** The issuer of the tokens, for the verifier. */
  readonly issuer: Issuer;
  /** Undefined for requests that are for somebody else. `operation` is what the log and the metrics call it. */
  admit(
    request: SignInRequest,
    origin: () => string,
  ): { readonly operation: string; carryOut(body: Buffer): Promise<SignInAnswer> } | undefined;
  close(): Promise<void>;
}

/** How often what has expired is removed, in milliseconds. */
const sweepInterval = 600_000;

/** Parameters that the library would judge and Entra's clients send for other ends. */
const unused = ['resource', 'claims', 'registration', 'request', 'request_uri'];
const ofIdTokens = ['nonce', 'max_age', 'id_token_hint', 'acr_values', 'claims_locales'];

/** Where pages of other origins may ask. */
const forOthers: ReadonlySet<Place> = new Set([
  'discovery',
  'discoveryV1',
  'instance',
  'keys',
  'token',
  'tokenV1',
  'deviceCode',
]);

export function openSignIn(options: SignInOptions): SignIn {
  const { store, keys, clock, observe } = options;
  let providers: Promise<Providers> | undefined;
  const openProviders = async (): Promise<Providers> => {
    const cookieKey = await kept(store, 'sign-in-cookie-key');
    return createProviders(keys, {
      store,
      clock,
      newId: options.newId,
      cookieKey,
      pages: createPages({ store, cookieKey, clock, newId: options.newId, observe }),
    });
  };
  const sweep = async (): Promise<void> => {
    // What cannot be removed now is removed the next time.
    await store.removeRecordsBefore(Math.floor(clock.now() / 1000)).catch(() => {});
  };
  const timer = setInterval(() => void sweep(), sweepInterval).unref();

  const findTenant = async ({ segment }: Address): Promise<Tenant> => {
    const name = segment.toLowerCase();
    if (name === 'consumers') throw new SignInError('tenantPersonal');
    const isShared = name === 'common' || name === 'organizations';
    const id = isShared ? options.commonTenant : name;
    const tenant = id !== undefined && isUuid(id) ? await store.findTenant(id) : undefined;
    if (!tenant) throw new SignInError('tenantUnknown', { values: { tenant: segment } });
    return tenant;
  };

  const allKeys = async (): Promise<string> => {
    const published = [...(await keys.current()).map(publicHalf), ...options.otherKeys];
    return JSON.stringify({ keys: published });
  };

  const exchangeOf = (
    request: SignInRequest,
    address: Address,
    tenant: Tenant,
    origin: string,
    more: Partial<Exchange> = {},
  ): Exchange => ({
    tenant,
    address,
    origin,
    ipAddress: request.ipAddress,
    requestId: request.requestId,
    clientRequestId: request.clientRequestId,
    proof: 'none',
    assertion: undefined,
    redirectUri: undefined,
    application: undefined,
    userId: undefined,
    scope: undefined,
    form: undefined,
    refused: undefined,
    refusal: undefined,
    ...more,
  });

  const throughLibrary = async (
    exchange: Exchange,
    request: SignInRequest,
    url: string,
    body: string | undefined,
    headers: IncomingHttpHeaders = request.headers,
  ): Promise<LibraryAnswer> => {
    providers ??= openProviders();
    const { providerFor } = await providers;
    const { tenant, origin, address } = exchange;
    const provider = await providerFor(tenant, origin);
    const { method } = request;
    return during(exchange, () => dispatch(provider, { method, origin, segment: address.segment, url, headers, body }));
  };

  /** A request for tokens, or for a device code, which is made and answered alike. */
  const giveTokens = async (
    request: SignInRequest,
    address: Address,
    tenant: Tenant,
    origin: string,
    body: string,
  ): Promise<SignInAnswer> => {
    const asked = readTokenRequest(body, request.headers, { address, origin });
    const { form, grantType, proof, assertion, redirectUri } = asked;
    const exchange = exchangeOf(request, address, tenant, origin, { proof, assertion, redirectUri });
    try {
      const clientId = asked.clientId?.toLowerCase() ?? '';
      const application = isUuid(clientId) ? await store.findApplication(tenant.id, clientId) : undefined;
      if (!application?.enabled) {
        throw new SignInError('applicationUnknown', { values: { application: clientId, tenant: tenant.id } });
      }
      exchange.application = application;
      if (asked.asked && grantType !== 'client_credentials') {
        const scope = libraryScope(asked.asked, application.scopes);
        // All that a refresh token has is asked for by saying nothing.
        if (address.place === 'deviceCode' || (!asked.asked.all && scope !== '')) form.set('scope', scope);
      }
      const path = address.place === 'deviceCode' ? address.path : '/oauth2/v2.0/token';
      const headers = {
        ...request.headers,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      };
      const answer = await throughLibrary(exchange, request, path, form.toString(), headers);
      const given = JSON.parse(answer.body) as Record<string, unknown>;
      if (answer.status !== 200) throw refusalOf(given, asked, exchange);
      if (address.place === 'deviceCode') return json(200, deviceCodeMembers(given), answer.headers);
      observe({
        event: 'tokenIssued',
        tenantId: tenant.id,
        applicationId: application.id,
        grantType: grantName(grantType),
        userId: exchange.userId,
      });
      return json(200, tokenMembers(given, asked, exchange, clock.now()), answer.headers);
    } catch (error) {
      if (error instanceof SignInError && error.refusal !== 'authorizationPending') {
        observe({
          event: 'tokenRefused',
          tenantId: tenant.id,
          applicationId: exchange.application?.id,
          grantType: grantName(grantType),
          reason: error.refusal,
          ipAddress: request.ipAddress,
        });
      }
      throw error;
    }
  };

  /** Pages, and the endpoints that lead to them. */
  const showPage = async (
    request: SignInRequest,
    address: Address,
    tenant: Tenant,
    origin: string,
    body: string,
  ): Promise<SignInAnswer> => {
    const query = readParameters(address.query);
    let url = address.path + address.query;
    const redirectUri = query.get('redirect_uri') ?? undefined;
    const exchange = exchangeOf(request, address, tenant, origin, { redirectUri });
    // What is given twice is for the library to refuse, and not to be made one of (RFC 6749, section 3.1).
    const isOnce = ['client_id', 'scope'].every((name) => query.getAll(name).length < 2);
    if (address.place === 'authorize' && request.method === 'GET' && query.has('client_id') && isOnce) {
      const clientId = (query.get('client_id') ?? '').toLowerCase();
      const application = isUuid(clientId) ? await store.findApplication(tenant.id, clientId) : undefined;
      if (isUuid(clientId)) query.set('client_id', clientId);
      const asked = readScopes(query.get('scope') ?? '', { origin, tenant: tenant.id });
      query.set('scope', libraryScope(asked, application?.scopes ?? []));
      for (const name of unused) query.delete(name);
      // Without an id token they mean nothing, and are no error to Entra.
      if (!asked.openid.includes('openid')) for (const name of ofIdTokens) query.delete(name);
      url = `${address.path}?${query}`;
    }
    // A code in an address would be sent on by a script, and by whoever made the address: people type it.
    if (address.place === 'device' && request.method === 'GET' && query.has('user_code')) url = address.path;
    if (request.method === 'POST') exchange.form = readForm(body, request.headers);
    const headers = { ...request.headers, accept: 'text/html' };
    const given = await throughLibrary(exchange, request, url, request.method === 'POST' ? body : undefined, headers);
    const answer = exchange.refused ? describeRefusal(given, exchange.refused, request, clock.now()) : given;
    const continued = continuedPage(answer.body, address.segment);
    const page = continued ?? answer;
    const code = exchange.refusal && signInErrors[exchange.refusal.refusal].code;
    return {
      status: answer.status,
      headers: { ...answer.headers, ...page.headers },
      cookies: answer.cookies,
      body: page.body,
      ...(code !== undefined && { refusal: `AADSTS${code}` as const }),
    };
  };

  const answer = async (
    request: SignInRequest,
    address: Address,
    origin: string,
    body: Buffer,
  ): Promise<SignInAnswer> => {
    const { place, segment } = address;
    if (place === 'script') return { ...scriptAnswer, cookies: [] };
    if (place === 'instance') return publish(instanceDocument(address.query, origin));
    const tenant = await findTenant(address);
    if (request.method === 'OPTIONS' && forOthers.has(place)) {
      const path = place === 'tokenV1' ? '/oauth2/v2.0/token' : libraryPath(address);
      const preflight = await throughLibrary(exchangeOf(request, address, tenant, origin), request, path, undefined);
      return { ...preflight, body: '' };
    }
    const published = { origin, segment, tenantId: tenant.id };
    switch (place) {
      case 'discovery':
        return publish(discoveryDocument(published));
      case 'discoveryV1':
        return publish(discoveryDocumentV1(published));
      case 'keys':
        return { ...publish({}), body: await allKeys() };
      case 'token':
      case 'tokenV1':
      case 'deviceCode':
        return giveTokens(request, address, tenant, origin, body.toString('utf8'));
      default:
        return showPage(request, address, tenant, origin, body.toString('utf8'));
    }
  };

  return {
    issuer: {
      issuer: tokenIssuer,
      // What `offshoot token` prints in development mode names an application that is nowhere.
      ofDirectory: options.otherKeys.length === 0,
      keys: {
        own: {
          read: async () => ({ keys: [...(await keys.existing()).map(publicHalf), ...options.otherKeys] }),
          hasChanged: () => keys.hasChanged(),
        },
      },
    },
    admit(request, origin) {
      const address = readAddress(request.url);
      if (!address) return undefined;
      return {
        operation: `sign-in ${address.place}`,
        async carryOut(body) {
          try {
            const allowed = methodsAt(address.place);
            const isPreflight = request.method === 'OPTIONS' && forOthers.has(address.place);
            const method = request.method === 'HEAD' ? 'GET' : request.method;
            if (!isPreflight && !allowed.includes(method)) {
              const allow = allowed.join(', ');
              throw new SignInError('methodWrong', { values: { allow }, headers: { allow } });
            }
            return await answer(request, address, origin(), body);
          } catch (error) {
            if (error instanceof SignInError) return refusalAnswer(error, request, clock.now());
            throw error;
          }
        },
      };
    },
    async close() {
      clearInterval(timer);
      await sweep();
    },
  };
}

/** The library's own path, which differs where Entra has two versions of one. */
function libraryPath({ place, path }: Address): string {
  if (place === 'discovery' || place === 'discoveryV1' || place === 'instance')
    return '/.well-known/openid-configuration';
  return place === 'keys' ? '/discovery/v2.0/keys' : path;
}

async function kept(secrets: Secrets, name: string): Promise<string> {
  return (await secrets.findSecret(name)) ?? secrets.keepSecret(name, randomBytes(32).toString('base64url'));
}
