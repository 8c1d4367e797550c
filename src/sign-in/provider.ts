// oidc-provider set up for one tenant at one origin, in Entra ID's manner.
import { createHash } from 'node:crypto';
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Clock, NewId } from '../base/index.js';
import { verifySecret } from '../directory/index.js';
import type { Application, Tenant, User } from '../plan/index.js';
import type { DirectoryReader, SignInRecords } from '../store/index.js';
import { accessTokenLifetime, accessTokenWriter } from './access-token.js';
import { pagePath, routes } from './addresses.js';
import { checkAssertion } from './assertions.js';
import { clientsOf } from './clients.js';
import { SignInError } from './errors.js';
import { currentExchange } from './exchange.js';
import { findAccount, grantOf, idTokenClaims, usableScopes } from './grants.js';
import type { OidcProvider, ProviderInstance } from './library.js';
import { recordsOf } from './records.js';
import { graph, libraryScopes, offline } from './scopes.js';
import type { SigningJwk } from './signing-keys.js';

/** What every provider needs. */
export interface ProviderMeans {
  readonly store: SignInRecords & DirectoryReader;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Signs cookies. */
  readonly cookieKey: string;
  readonly pages: ProviderPages;
}

/** The pages that the library has somebody else make. */
export interface ProviderPages {
  readonly interaction: (ctx: KoaContextWithOIDC, provider: ProviderInstance, library: OidcProvider) => Promise<void>;
  /** Whether a request was refused before the library sees it. */
  readonly before: (ctx: KoaContextWithOIDC, provider: ProviderInstance) => Promise<boolean>;
  readonly codeInput: (ctx: KoaContextWithOIDC, error: Error | undefined) => void;
  readonly codeConfirm: (ctx: KoaContextWithOIDC, userCode: string) => void;
  readonly codeDone: (ctx: KoaContextWithOIDC) => void;
  readonly signOut: (ctx: KoaContextWithOIDC) => void;
  readonly signedOut: (ctx: KoaContextWithOIDC) => void;
  readonly error: (ctx: KoaContextWithOIDC, error: Error) => void;
}

const minute = 60;
const day = 86_400;
/** In seconds. A session ends with the browser besides. */
const lifetimes = {
  AccessToken: accessTokenLifetime,
  AuthorizationCode: minute,
  ClientCredentials: accessTokenLifetime,
  DeviceCode: 15 * minute,
  Grant: 90 * day,
  IdToken: 60 * minute,
  Interaction: 15 * minute,
  RefreshToken: 90 * day,
  Session: day,
};

export function openProvider(
  library: OidcProvider,
  { tenant, origin, keys }: { tenant: Tenant; origin: string; keys: readonly SigningJwk[] },
  means: ProviderMeans,
): ProviderInstance {
  const { store, clock, newId, pages } = means;
  const { errors } = library;
  const isSecure = origin.startsWith('https:');
  // Of `__Host-` browsers promise that no other site of the domain has set it (RFC 6265bis, section 4.1.3.2).
  const cookie = (name: string): string => `${isSecure ? '__Host-' : ''}offshoot-${name}-${tenant.id.slice(0, 8)}`;
  // These are for one path, which `__Host-` allows nobody; of `__Secure-` they promise that no plain http has set it.
  const brief = (name: string): string => `${isSecure ? '__Secure-' : ''}offshoot-${name}`;
  const cookies = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true, secure: isSecure } as const;
  const resource = (user: User | undefined) => {
    const { application } = currentExchange();
    return {
      scope: application ? usableScopes(application, user).join(' ') : '',
      audience: graph,
      accessTokenTTL: accessTokenLifetime,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256', kid: keys[0]?.kid } },
    } as const;
  };

  const configuration: Configuration = {
    adapter: (kind) =>
      kind === 'Client'
        ? clientsOf(store, () => clock.now())
        : recordsOf(kind, {
            store,
            clock,
            passwordMark: async (userId) => markOf(await store.findUser(tenant.id, userId)),
            refuse: (reason) => {
              if (reason === 'used') return new errors.InvalidGrant('already used');
              currentExchange().refusal = new SignInError(reason === 'replayed' ? 'assertionReplayed' : 'proofMissing');
              return new errors.InvalidClientAuth(reason);
            },
          }),
    jwks: { keys },
    routes,
    clientAuthMethods: ['client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256'], idTokenSigningAlgValues: ['RS256'] },
    scopes: [...libraryScopes],
    claims: { openid: [...idTokenClaims.openid], profile: [...idTokenClaims.profile] },
    responseTypes: ['code'],
    // Refuses whatever would let a code be redeemed by who saw it pass (RFC 9700, section 2.1.1).
    pkce: { required: () => true },
    ttl: lifetimes,
    clockTolerance: 30,
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, _client, source) => source.scopes.has(offline),
    expiresWithSession: async () => false,
    allowOmittingSingleRegisteredRedirectUri: false,
    conformIdTokenClaims: false,
    findAccount: (_ctx, id) => findAccount(store, id),
    loadExistingGrant: grantOf,
    clientBasedCORS: (_ctx, from, client) =>
      (client.redirectUris ?? []).some((uri) => URL.canParse(uri) && new URL(uri).origin === from),
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, header) =>
      checkAssertion(claims, header, currentExchange(), clock.now()),
    cookies: {
      keys: [means.cookieKey],
      names: { session: cookie('session'), interaction: brief('interaction'), resume: brief('resume') },
      long: { ...cookies, path: '/' },
      short: cookies,
    },
    formats: { customizers: { jwt: accessTokenWriter(store, newId) } },
    interactions: {
      policy: policyOf(library),
      url: (_ctx, { uid }) => `/${currentExchange().address.segment}${pagePath}/${uid}`,
    },
    renderError: async (ctx, _out, error) => pages.error(ctx, error),
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: async () => graph,
        useGrantedResource: async () => true,
        getResourceServerInfo: async (ctx) => resource(ctx.oidc.account?.user as User | undefined),
      },
      deviceFlow: {
        enabled: true,
        charset: 'base-20',
        mask: '****-****',
        deviceInfo: () => ({}),
        userCodeInputSource: async (ctx, _form, _out, error) => pages.codeInput(ctx, error),
        userCodeConfirmSource: async (ctx, _form, _client, _info, userCode) => pages.codeConfirm(ctx, userCode),
        successSource: async (ctx) => pages.codeDone(ctx),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx) => pages.signOut(ctx),
        postLogoutSuccessSource: async (ctx) => pages.signedOut(ctx),
      },
    },
  };
  const provider = new library.default(`${origin}/${tenant.id}/v2.0`, configuration);
  // The request that it gets is our own, made of one whose origin has been judged.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = async (text: string) => compareSecret(text, clock.now());
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = assertionAudiences;
  provider.on('grant.success', noteScope);
  const noteRefusal = (_ctx: KoaContextWithOIDC, error: Error): void => {
    currentExchange().refused = error;
  };
  provider.on('grant.error', noteRefusal);
  provider.on('authorization.error', noteRefusal);
  provider.on('device_authorization.error', noteRefusal);
  provider.on('server_error', noteRefusal);
  provider.use(async (ctx, next) => {
    if (await pages.before(ctx as KoaContextWithOIDC, provider)) return undefined;
    if (ctx.path.startsWith(`${pagePath}/`)) return pages.interaction(ctx as KoaContextWithOIDC, provider, library);
    return next();
  });
  return provider;
}

/** The library's, but that programs on a user's machine are treated as others are, and who is gone signs in anew. */
function policyOf({
  interactionPolicy,
}: OidcProvider): readonly InstanceType<OidcProvider['interactionPolicy']['Prompt']>[] {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.remove('native_client_prompt');
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('no_account', 'the user is gone', ({ oidc }) =>
        Boolean(oidc.session?.accountId && !oidc.account),
      ),
    );
  // As Entra has it: people choose with which account to go on.
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  return policy;
}

/** It tells that a password is another one, and nothing else of it. */
function markOf(user: User | undefined): string | undefined {
  const { passwordHash } = user ?? {};
  if (passwordHash === undefined || passwordHash === null) return undefined;
  return createHash('sha256').update(`mark ${passwordHash}`).digest('base64url').slice(0, 22);
}

function compareSecret(text: string, now: number): boolean {
  const exchange = currentExchange();
  const application = exchange.application as Application;
  const outcome = verifySecret(application, text, now);
  if (outcome === 'valid') return true;
  const refusal = outcome === 'expired' ? 'secretExpired' : 'secretWrong';
  exchange.refusal = new SignInError(refusal, { values: { application: application.id } });
  return false;
}

/** What an assertion may be for: this tenant's endpoint, by either version's address, or its issuer. */
function assertionAudiences(): Set<string> {
  const { origin, address, tenant } = currentExchange();
  return new Set(
    [address.segment, tenant.id].flatMap((segment) => {
      const base = `${origin}/${segment}`;
      return [`${base}/oauth2/v2.0/token`, `${base}/oauth2/token`, `${base}/v2.0`, `${base}/oauth2/v2.0/devicecode`];
    }),
  );
}

function noteScope(ctx: KoaContextWithOIDC): void {
  const { AuthorizationCode, DeviceCode, RefreshToken, AccessToken } = ctx.oidc.entities;
  const source = AuthorizationCode?.scope ?? DeviceCode?.scope ?? RefreshToken?.scope ?? '';
  const openid = source.split(' ').filter((scope) => libraryScopes.includes(scope));
  const exchange = currentExchange();
  exchange.scope = [...openid, ...(AccessToken?.scope ?? '').split(' ')].join(' ');
}
