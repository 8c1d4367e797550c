// What people see of a sign-in: who they are, what an application asks for, the code of a device, and what went wrong.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Interaction, KoaContextWithOIDC } from 'oidc-provider';
import type { Clock, NewId } from '../base/index.js';
import { createUsers, verifyPassword } from '../directory/index.js';
import type { Observe } from '../observation/index.js';
import { type Application, nameKey, type User } from '../plan/index.js';
import type { DirectoryReader, TenantReader, UnitWriter } from '../store/index.js';
import { routes } from './addresses.js';
import { type AttemptBound, Attempts } from './attempts.js';
import { targetOf } from './continued-page.js';
import { SignInError, signInErrors } from './errors.js';
import { currentExchange } from './exchange.js';
import { missingConsent, usableScopes } from './grants.js';
import type { OidcProvider, ProviderInstance } from './library.js';
import { escaped, type Html, html, type PageOptions, pageOf, text } from './page.js';
import type { ProviderPages } from './provider.js';

export interface PagesOptions {
  readonly store: DirectoryReader & TenantReader & UnitWriter;
  /** Signs forms, so that no other site can send one. */
  readonly cookieKey: string;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly observe: Observe;
}

/** Wrong passwords of one user from one address, of one user, from one address; wrong codes of devices from one address. */
const bounds = {
  pair: { most: 10, seconds: 600 },
  user: { most: 100, seconds: 600 },
  address: { most: 100, seconds: 600 },
  code: { most: 20, seconds: 600 },
} as const satisfies Readonly<Record<string, AttemptBound>>;

export function createPages(options: PagesOptions): ProviderPages {
  const { store, clock, observe } = options;
  const attempts = new Attempts();
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
    show(
      ctx,
      {
        title: 'The sign-in cannot go on',
        content: html`<p class="alarm">${text(error.message)}</p>
<p class="small">AADSTS${text(String(code))}<br>Trace ID: ${text(exchange.requestId)}<br>Time: ${text(new Date(clock.now()).toISOString())}</p>`,
      },
      status,
    );
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
  const hidden = (uid: string): Html => html`<input type="hidden" name="token" value="${text(formToken(uid))}">`;
  const targetsOf = ({ params }: Interaction): string[] =>
    typeof params.redirect_uri === 'string' ? [targetOf(params.redirect_uri)] : [];

  const askWho = (ctx: KoaContextWithOIDC, details: Interaction, name: string, wrong?: string, status = 200): void => {
    const application = currentExchange().application?.displayName ?? '';
    show(
      ctx,
      {
        title: 'Sign in',
        formTargets: targetsOf(details),
        content: html`<p>to go on to <strong>${text(application)}</strong></p>
${wrong === undefined ? ('' as Html) : html`<p class="alarm" role="alert" id="wrong">${text(wrong)}</p>`}
<form method="post">
${hidden(details.uid)}
<label for="user">User name</label>
<input type="text" inputmode="email" id="user" name="user" value="${text(name)}" placeholder="someone@example.org" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required${autofocus(name === '')}${describedBy(wrong)}>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" maxlength="1024" required${autofocus(name !== '')}${describedBy(wrong)}>
<div class="choices">
<button name="action" value="sign-in">Sign in</button>
<button class="other" name="action" value="cancel" formnovalidate>Cancel</button>
</div>
</form>`,
      },
      status,
    );
  };

  const askWhich = (ctx: KoaContextWithOIDC, details: Interaction, user: User): void =>
    show(ctx, {
      title: 'Choose an account',
      formTargets: targetsOf(details),
      content: html`<p>to go on to <strong>${text(currentExchange().application?.displayName ?? '')}</strong></p>
<form method="post">
${hidden(details.uid)}
<div class="choices">
<button name="action" value="continue">${breakable(user.userPrincipalName)}</button>
<button class="other" name="action" value="other">Another account</button>
</div>
</form>`,
    });

  const askConsent = (ctx: KoaContextWithOIDC, details: Interaction, user: User, scopes: readonly string[]): void => {
    const application = currentExchange().application?.displayName ?? '';
    show(ctx, {
      title: 'Permissions requested',
      formTargets: targetsOf(details),
      content: html`<p><strong>${text(application)}</strong> wants to act for you, ${breakable(user.userPrincipalName)}, with these permissions:</p>
<ul>${scopes.map((scope) => html`<li><code>${breakable(scope)}</code></li>`)}</ul>
<p class="small">If you accept, it can do what they allow for as long as you have them yourself. Accept only if you trust it.</p>
<form method="post">
${hidden(details.uid)}
<div class="choices">
<button name="action" value="accept">Accept</button>
<button class="other" name="action" value="decline">Decline</button>
</div>
</form>`,
    });
  };

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
    const keys = [
      ['pair', `pair ${tenant.id} ${nameKey(name)} ${ipAddress}`],
      ['user', `user ${tenant.id} ${nameKey(name)}`],
      ['address', `address ${ipAddress}`],
    ] as const;
    const now = clock.now();
    const wait = Math.max(...keys.map(([bound, key]) => attempts.wait(key, bounds[bound], now)));
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
    // Each counts from its beginning, so that many at once are no more than one after the other.
    for (const [bound, key] of keys) attempts.failed(key, bounds[bound], now);
    const user = await authenticate(name, password);
    if (!user) {
      askWho(ctx, details, name, 'The user name or the password is wrong.', 401);
      return undefined;
    }
    for (const [, key] of keys) attempts.succeeded(key);
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
    const expired = (): void =>
      fail(ctx, new SignInError('requestMalformed', { values: { reason: 'the page has expired. Begin again' } }));
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
    const asked = new Set(String(details.params.scope ?? '').split(' '));

    if (form === undefined) {
      const hint = typeof details.params.login_hint === 'string' ? details.params.login_hint.slice(0, 256) : '';
      if (prompt === 'consent' && user) return askConsent(ctx, details, user, shownScopes(application, user, asked));
      if (prompt === 'select_account' && user) return askWhich(ctx, details, user);
      return askWho(ctx, details, hint);
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
        return askWho(ctx, details, '');
      case 'accept': {
        if (prompt !== 'consent' || !user) return expired();
        const scopes = missingConsent(application, user, asked);
        if (scopes.length > 0) await consent(application, user, scopes);
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

  const sessionSecret = (ctx: KoaContextWithOIDC): string => String(ctx.oidc.session?.state?.secret ?? '');
  const codeForm = (ctx: KoaContextWithOIDC, content: Html): Html =>
    html`<form method="post" action="${text(ctx.oidc.urlFor('code_verification'))}">
<input type="hidden" name="xsrf" value="${text(sessionSecret(ctx))}">
${content}
</form>`;

  return {
    interaction,
    before(ctx) {
      const { ipAddress } = currentExchange();
      const isCode = ctx.path === routes.code_verification && ctx.method === 'POST';
      const wait = isCode ? attempts.wait(`code ${ipAddress}`, bounds.code, clock.now()) : 0;
      if (wait > 0) fail(ctx, new SignInError('tooManyAttempts'), wait);
      return wait > 0;
    },
    codeInput(ctx, error) {
      const kind = error?.constructor.name;
      if (kind === 'NotFoundError') attempts.failed(`code ${currentExchange().ipAddress}`, bounds.code, clock.now());
      if (kind === 'AbortedError') {
        const content = html`<p>The device is not signed in. You can close this page.</p>`;
        return show(ctx, { title: 'Declined', content });
      }
      const wrong =
        error && 'The code is not known, has expired, or was used. Begin again on the device for another one.';
      show(
        ctx,
        {
          title: 'Enter the code',
          content: html`${wrong === undefined ? ('' as Html) : html`<p class="alarm" role="alert" id="wrong">${text(wrong)}</p>`}
<p>Your device or program shows it.</p>
${codeForm(
  ctx,
  html`<label for="code">Code</label>
<input type="text" class="code" id="code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required autofocus${describedBy(wrong)}>
<button>Next</button>`,
)}`,
        },
        error ? 400 : 200,
      );
    },
    codeConfirm(ctx, userCode) {
      const application = currentExchange().application?.displayName ?? '';
      show(ctx, {
        title: 'Is it you?',
        content: html`<p>You are about to sign in to <strong>${text(application)}</strong> on the device that shows the code <strong>${text(userCode)}</strong>.</p>
<p class="alarm">Go on only if you have begun this yourself, on a device that you have before you. Whoever sent you a code wants to act as you.</p>
${codeForm(
  ctx,
  html`<input type="hidden" name="user_code" value="${text(userCode)}">
<div class="choices">
<button name="confirm" value="yes">Continue</button>
<button class="other" name="abort" value="yes">Cancel</button>
</div>`,
)}`,
      });
    },
    codeDone(ctx) {
      const application = currentExchange().application?.displayName ?? '';
      const content = html`<p>You have signed in to <strong>${text(application)}</strong> on your device. You can close this page.</p>`;
      show(ctx, { title: 'Signed in', content });
    },
    signOut(ctx) {
      show(ctx, {
        title: 'Sign out',
        content: html`<form method="post" action="${text(ctx.oidc.urlFor('end_session_confirm'))}">
<input type="hidden" name="xsrf" value="${text(sessionSecret(ctx))}">
<div class="choices">
<button name="logout" value="yes">Sign out</button>
<button class="other">Stay signed in</button>
</div>
</form>`,
      });
    },
    signedOut(ctx) {
      show(ctx, { title: 'Signed out', content: html`<p>You can close this page.</p>` });
    },
    error(ctx, error) {
      fail(ctx, pageRefusal(ctx, error));
    },
  };
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

/** A long name that a narrow page may break behind its signs, rather than anywhere. */
function breakable(name: string): Html {
  return escaped(name).replace(/[.@-](?=.)/g, '$&<wbr>') as Html;
}

function autofocus(wanted: boolean): Html {
  return (wanted ? ' autofocus' : '') as Html;
}

function describedBy(wrong: string | undefined): Html {
  return (wrong === undefined ? '' : ' aria-describedby="wrong" aria-invalid="true"') as Html;
}
