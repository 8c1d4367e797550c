// The steps that people take in a sign-in: who they are, what an application asks for, the code of a device, and signing out.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import { type Clock, type NewId, siteOf } from '../base/index.js';
import { createUsers, verifyPassword } from '../directory/index.js';
import type { Observe } from '../observation/index.js';
import type { Application, User } from '../plan/index.js';
import type { DirectoryReader, TenantReader, UnitWriter } from '../store/index.js';
import { routes } from './addresses.js';
import { type AttemptBound, Attempts } from './attempts.js';
import { targetOf } from './continued-page.js';
import { SignInError, signInErrors } from './errors.js';
import { currentExchange } from './exchange.js';
import { missingConsent, usableScopes } from './grants.js';
import type { OidcProvider, ProviderInstance } from './library.js';
import { type PageOptions, pageOf } from './page.js';
import {
  accountPage,
  codePage,
  confirmationPage,
  consentPage,
  deviceDeclinedPage,
  deviceDonePage,
  failurePage,
  signedOutPage,
  signInPage,
  signOutPage,
} from './page-contents.js';
import { PasswordAttempts } from './password-attempts.js';
import type { ProviderPages } from './provider.js';

export interface PagesOptions {
  readonly store: DirectoryReader & TenantReader & UnitWriter;
  /** Signs forms, so that no other site can send one. */
  readonly cookieKey: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly observe: Observe;
}

/** Wrong codes of devices from one address. */
const codeBound: AttemptBound = { most: 20, seconds: 600 };

export function createPages(options: PagesOptions): ProviderPages {
  const { store, clock, observe } = options;
  const passwords = new PasswordAttempts();
  const codes = new Attempts();
  const users = createUsers(options);

  const show = (ctx: KoaContextWithOIDC, page: PageOptions, status = 200): void => {
    const { headers, body } = pageOf(page);
    ctx.status = status;
    ctx.set(headers as Record<string, string>);
    ctx.body = body;
  };
  const fail = (ctx: KoaContextWithOIDC, error: SignInError, retryAfter?: number): void => {
    const exchange = currentExchange();
    exchange.refusal = error;
    const { code, status } = signInErrors[error.refusal];
    if (retryAfter !== undefined) ctx.set('retry-after', String(retryAfter));
    const { message } = error;
    const time = new Date(clock.now()).toISOString();
    show(ctx, failurePage({ message, code, requestId: exchange.requestId, time }), status);
  };

  const formToken = (uid: string): string =>
    createHmac('sha256', options.cookieKey).update(`form ${uid}`).digest('base64url');
  /** Whether the form is our own, out of the user's own browser. */
  const isOurs = (ctx: KoaContextWithOIDC, uid: string, form: URLSearchParams): boolean => {
    const from = ctx.get('origin');
    const site = ctx.get('sec-fetch-site');
    const [given, expected] = [Buffer.from(form.get('token') ?? ''), Buffer.from(formToken(uid))];
    return (
      (from === '' || from === currentExchange().origin) &&
      (site === '' || site === 'same-origin') &&
      given.length === expected.length &&
      timingSafeEqual(given, expected)
    );
  };
  const applicationName = (): string => currentExchange().application?.displayName ?? '';
  const asked = ({ uid, params }: Interaction) => ({
    token: formToken(uid),
    formTargets: typeof params.redirect_uri === 'string' ? [targetOf(params.redirect_uri)] : [],
    application: applicationName(),
  });

  /** The user whose password it is; undefined, after the same work, where it is nobody's. */
  const authenticate = async (name: string, password: string): Promise<User | undefined> => {
    const { tenant, ipAddress } = currentExchange();
    const found = await store.findUserByName(tenant.id, name);
    const isRight = await verifyPassword(found, password);
    if (found && isRight && found.enabled) return found;
    observe({
      event: 'signInFailed',
      tenantId: tenant.id,
      reason: !found ? 'user' : isRight ? 'disabled' : 'password',
      userPrincipalName: found?.userPrincipalName,
      ipAddress,
    });
    return undefined;
  };

  const signIn = async (
    ctx: KoaContextWithOIDC,
    details: Interaction,
    form: URLSearchParams,
  ): Promise<User | undefined> => {
    const { tenant, ipAddress } = currentExchange();
    const name = (form.get('user') ?? '').trim().slice(0, 256);
    const password = form.get('password') ?? '';
    const trier = { tenantId: tenant.id, name, ipAddress };
    const wait = passwords.begin(trier, clock.now());
    if (wait > 0) {
      observe({
        event: 'signInFailed',
        tenantId: tenant.id,
        reason: 'attempts',
        userPrincipalName: undefined,
        ipAddress,
      });
      fail(ctx, new SignInError('tooManyAttempts'), wait);
      return undefined;
    }
    const user = await authenticate(name, password);
    if (!user) {
      show(ctx, signInPage(asked(details), name, 'The user name or the password is wrong.'), 401);
      return undefined;
    }
    passwords.succeeded(trier);
    observe({
      event: 'userSignedIn',
      tenantId: tenant.id,
      applicationId: currentExchange().application?.id,
      userId: user.id,
      ipAddress,
    });
    return user;
  };

  const finish = async (
    ctx: KoaContextWithOIDC,
    provider: ProviderInstance,
    details: Interaction,
    result: Readonly<Record<string, unknown>>,
    accountId = details.session?.accountId,
  ): Promise<void> => {
    const returnTo = await provider.interactionResult(ctx.req, ctx.res, { ...result });
    const { session } = details;
    if (session && session.accountId !== accountId) {
      // Whoever was signed in before is not any more.
      const before = await provider.Session.findByUid(session.uid);
      if (before) {
        before.accountId = undefined;
        before.authorizations = undefined;
        await before.save(before.exp - Math.floor(clock.now() / 1000));
      }
    }
    ctx.status = 303;
    ctx.set('location', returnTo);
    ctx.body = '';
  };

  const interaction = async (
    ctx: KoaContextWithOIDC,
    provider: ProviderInstance,
    library: OidcProvider,
  ): Promise<void> => {
    const exchange = currentExchange();
    const expired = (): void => fail(ctx, expiredPage());
    let details: Interaction;
    try {
      details = await provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      if (!(error instanceof library.errors.SessionNotFound)) throw error;
      return expired();
    }
    if (!ctx.path.endsWith(`/${details.uid}`)) return expired();
    await provider.Client.find(String(details.params.client_id));
    const { application, form } = exchange;
    if (!application) return fail(ctx, applicationUnknown(details));
    const known = details.session && (await store.findUser(exchange.tenant.id, details.session.accountId));
    const user = known?.enabled ? known : undefined;
    const prompt = details.prompt.name;
    const scopes = new Set(String(details.params.scope ?? '').split(' '));

    if (form === undefined) {
      const hint = typeof details.params.login_hint === 'string' ? details.params.login_hint.slice(0, 256) : '';
      const name = user?.userPrincipalName ?? '';
      if (prompt === 'consent' && user) {
        return show(ctx, consentPage(asked(details), name, shownScopes(application, user, scopes)));
      }
      if (prompt === 'select_account' && user) return show(ctx, accountPage(asked(details), name));
      return show(ctx, signInPage(asked(details), hint));
    }
    if (!isOurs(ctx, details.uid, form)) return expired();
    switch (form.get('action')) {
      case 'sign-in': {
        const signedIn = await signIn(ctx, details, form);
        if (!signedIn) return;
        const login = { accountId: signedIn.id, remember: false, amr: ['pwd'] };
        return finish(ctx, provider, details, { login, [prompt]: prompt === 'login' ? login : {} }, signedIn.id);
      }
      case 'continue':
        if (prompt !== 'select_account' || !user) return expired();
        return finish(ctx, provider, details, { select_account: {} });
      case 'other':
        return show(ctx, signInPage(asked(details), ''));
      case 'accept': {
        if (prompt !== 'consent' || !user) return expired();
        const missing = missingConsent(application, user, scopes);
        if (missing.length > 0) await consent(application, user, missing);
        return finish(ctx, provider, details, { consent: {} });
      }
      case 'decline':
      case 'cancel':
        return finish(ctx, provider, details, { error: 'access_denied', error_description: declined });
      default:
        return expired();
    }
  };

  const consent = async (application: Application, user: User, scopes: readonly string[]): Promise<void> => {
    const { tenant, requestId, clientRequestId, ipAddress } = currentExchange();
    const actor = {
      type: 'ItPro',
      userId: user.id,
      userPrincipalName: user.userPrincipalName,
      displayName: user.displayName,
      userPermissions: [],
      applicationId: application.id,
      applicationDisplayName: application.displayName,
      ipAddress,
    } as const;
    const by = { actor, requestId, correlationId: clientRequestId };
    await users.consent({ tenantId: tenant.id, id: user.id }, { appId: application.id, scopes }, by);
  };

  const libraryForm = (ctx: KoaContextWithOIDC, route: string) => ({
    action: ctx.oidc.urlFor(route),
    xsrf: String(ctx.oidc.session?.state?.secret ?? ''),
  });

  return {
    interaction,
    async before(ctx, provider) {
      const isCode = ctx.path === routes.code_verification && ctx.method === 'POST';
      if (!isCode && !ctx.path.startsWith(`${routes.code_verification}/`)) return false;
      const wait = isCode ? codes.wait(siteOf(currentExchange().ipAddress), codeBound, clock.now()) : 0;
      if (wait > 0) fail(ctx, new SignInError('tooManyAttempts'), wait);
      // The library would ask for the code again, in a session that it cannot keep.
      else if ((await provider.Session.get(ctx)).exp === undefined) fail(ctx, expiredPage());
      else return false;
      return true;
    },
    codeInput(ctx, error) {
      const kind = error?.constructor.name;
      if (kind === 'NotFoundError') codes.failed(siteOf(currentExchange().ipAddress), codeBound, clock.now());
      if (kind === 'AbortedError') return show(ctx, deviceDeclinedPage);
      const wrong =
        error && 'The code is not known, has expired, or was used. Begin again on the device for another one.';
      show(ctx, codePage(libraryForm(ctx, 'code_verification'), wrong), error ? 400 : 200);
    },
    codeConfirm: (ctx, userCode) =>
      show(ctx, confirmationPage(libraryForm(ctx, 'code_verification'), applicationName(), userCode)),
    codeDone: (ctx) => show(ctx, deviceDonePage(applicationName())),
    signOut: (ctx) => show(ctx, signOutPage(libraryForm(ctx, 'end_session_confirm'))),
    signedOut: (ctx) => show(ctx, signedOutPage),
    error(ctx, error) {
      fail(ctx, pageRefusal(ctx, error));
    },
  };
}

function expiredPage(): SignInError {
  return new SignInError('requestMalformed', { values: { reason: 'the page has expired. Begin again' } });
}

const declined = 'AADSTS65004: The user has declined.';

/** What the user is asked to allow; where nothing is missing, all that was asked for. */
function shownScopes(application: Application, user: User, asked: ReadonlySet<string>): readonly string[] {
  const missing = missingConsent(application, user, asked);
  return missing.length > 0 ? missing : usableScopes(application, user).filter((scope) => asked.has(scope));
}

function applicationUnknown({ params }: Interaction): SignInError {
  const { tenant } = currentExchange();
  const values = { application: String(params.client_id ?? ''), tenant: tenant.id };
  return new SignInError('applicationUnknown', { values });
}

/** What a page tells of an error that leads nowhere else. */
function pageRefusal(ctx: KoaContextWithOIDC, error: Error): SignInError {
  const { tenant } = currentExchange();
  const { error: kind, error_description: description = '' } = error as { error?: string; error_description?: string };
  if (kind === 'invalid_redirect_uri') return new SignInError('redirectUnknown', { cause: error });
  if (kind === 'invalid_client') {
    const values = { application: String(ctx.query.client_id ?? ''), tenant: tenant.id };
    return new SignInError('applicationUnknown', { values, cause: error });
  }
  if (kind === undefined) return new SignInError('serverFault', { cause: error });
  return new SignInError('requestMalformed', { values: { reason: description || kind }, cause: error });
}
