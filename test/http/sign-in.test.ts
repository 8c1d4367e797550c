// Signing in: code and PKCE, consent, refresh tokens, device codes, choosing an account, signing out.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { User } from '../../src/plan/index.js';
import { Browser, type Shown, signIn } from '../sign-in/browser.js';
import {
  allOfGraph,
  appsRead,
  by,
  configurationWrite,
  deviceGrant,
  type Ground,
  type MadeApplication,
  openGround,
  password,
} from '../sign-in/ground.js';
import { type Answer, call } from '../support.js';

const tokenPath = '/oauth2/v2.0/token';
const native = 'http://localhost:53682/back';

describe('sign-in', () => {
  let ground: Ground;
  let made: MadeApplication;
  let user: User;
  before(async () => {
    ground = await openGround();
    made = await ground.application({
      scopes: [configurationWrite, appsRead],
      redirectUris: ['http://localhost/back', 'https://app.example.org/back'],
    });
    user = await ground.user();
  });
  after(() => ground.close());

  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const authorize = (more: Record<string, string> = {}): string => {
    const parameters = {
      client_id: made.application.id,
      response_type: 'code',
      redirect_uri: native,
      scope: `openid profile offline_access ${configurationWrite}`,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 'state',
      nonce: 'nonce',
      ...more,
    };
    return `${ground.origin}/${ground.tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(parameters)}`;
  };
  const codeOf = ({ location }: Shown): string => new URL(location ?? '').searchParams.get('code') ?? '';
  const redeem = (code: string, more: Record<string, string> = {}): Promise<Answer> =>
    ground.post(tokenPath, {
      grant_type: 'authorization_code',
      client_id: made.application.id,
      code,
      redirect_uri: native,
      code_verifier: verifier,
      ...more,
    });
  const refresh = (token: string, more: Record<string, string> = {}): Promise<Answer> =>
    ground.post(tokenPath, {
      grant_type: 'refresh_token',
      client_id: made.application.id,
      refresh_token: token,
      ...more,
    });
  const begin = async (browser = new Browser(ground.origin), more: Record<string, string> = {}, who = user) =>
    signIn(browser, await browser.visit(authorize(more)), who.userPrincipalName, password);
  const tokens = async (more: Record<string, string> = {}, who = user) => {
    const answer = await redeem(codeOf(await begin(undefined, more, who)));
    assert.equal(answer.status, 200, answer.text);
    return answer.json;
  };
  const permissionsOf = (token: string) => decodeJwt(token).scp;

  test('leads to a code, which gets a token by which the user updates the settings', async () => {
    const end = await begin();
    const target = new URL(end.location ?? '');
    assert.equal(`${target.origin}${target.pathname}`, native);
    assert.equal(target.searchParams.get('state'), 'state');
    const answer = await redeem(codeOf(end), { client_info: '1' });
    assert.equal(answer.status, 200, answer.text);
    const { access_token: token, id_token: idToken, client_info: info, ...rest } = answer.json;
    assert.equal(rest.scope, `${configurationWrite} openid profile`);
    assert.deepEqual(JSON.parse(Buffer.from(info, 'base64url').toString()), { uid: user.id, utid: ground.tenantId });
    const path = `/beta/deviceManagement/derivedCredentials/${ground.server.development?.settingsId}`;
    const update = await call(ground.server, 'PATCH', path, { token, body: { displayName: 'By a user' } });
    assert.equal(update.status, 200, update.text);
    const { idtyp, upn, name, oid, scp, appidacr } = decodeJwt(token);
    assert.deepEqual(
      { idtyp, upn, name, oid, scp, appidacr },
      {
        idtyp: 'user',
        upn: user.userPrincipalName,
        name: user.displayName,
        oid: user.id,
        scp: configurationWrite,
        appidacr: '0',
      },
    );
    const issuer = `${ground.origin}/${ground.tenantId}/v2.0`;
    const keys = createRemoteJWKSet(new URL(`${ground.origin}/${ground.tenantId}/discovery/v2.0/keys`));
    const { payload } = await jwtVerify(idToken, keys, { issuer, audience: made.application.id });
    assert.deepEqual(
      [payload.nonce, payload.oid, payload.tid, payload.preferred_username, payload.ver],
      ['nonce', user.id, ground.tenantId, user.userPrincipalName, '2.0'],
    );
    const audit = await call(ground.server, 'GET', '/beta/deviceManagement/auditEvents');
    const last = audit.json.value.find(({ resources }: { resources: { displayName: string }[] }) =>
      resources.some(({ displayName }) => displayName === 'By a user'),
    );
    assert.equal(last.actor.userPrincipalName, user.userPrincipalName);
  });

  test('an id token is no access token', async () => {
    const { id_token: token } = await tokens();
    assert.equal((await call(ground.server, 'GET', '/beta/deviceManagement', { token })).status, 401);
  });

  test('gives of what is asked what the application may have and the user has', async () => {
    assert.equal(permissionsOf((await tokens({ scope: allOfGraph })).access_token), configurationWrite);
    const both = await ground.user({ scopes: [appsRead, configurationWrite] });
    const all = await tokens({ scope: allOfGraph }, both);
    assert.deepEqual(String(permissionsOf(all.access_token)).split(' ').toSorted(), [appsRead, configurationWrite]);
    assert.equal(all.refresh_token, undefined);
    const one = await tokens({ scope: `https://graph.microsoft.com/${appsRead.toLowerCase()}` }, both);
    assert.equal(permissionsOf(one.access_token), appsRead);
    assert.equal(permissionsOf((await tokens({ scope: 'openid User.Read' }, both)).access_token), undefined);
    const foreign = await call(ground.server, 'GET', authorize({ scope: 'https://vault.azure.net/.default' }), {
      token: null,
    });
    assert.match(foreign.text, /AADSTS500011/);
  });

  test('asks for consent once, tells what for, and audits it', async () => {
    const own = await ground.user({ scopes: [configurationWrite, appsRead] });
    const browser = new Browser(ground.origin);
    const page = await browser.submit(await browser.visit(authorize()), {
      user: own.userPrincipalName,
      password,
      action: 'sign-in',
    });
    assert.match(page.text, /<h1>Permissions requested<\/h1>/);
    assert.match(page.text.replaceAll('<wbr>', ''), new RegExp(`<li><code>${configurationWrite}</code></li>`));
    assert.doesNotMatch(page.text.replaceAll('<wbr>', ''), new RegExp(appsRead));
    const declined = await browser.submit(page, { action: 'decline' });
    const { searchParams } = new URL(declined.location ?? '');
    assert.deepEqual([searchParams.get('error'), searchParams.get('state')], ['access_denied', 'state']);
    assert.deepEqual(
      (await ground.users.update({ tenantId: ground.tenantId, id: own.id }, () => ({}), by())).consents,
      [],
    );

    const again = await browser.visit(authorize());
    assert.ok(codeOf(await browser.submit(again, { action: 'accept' })));
    assert.ok(codeOf(await browser.visit(authorize())));
    const more = await browser.visit(authorize({ scope: allOfGraph }));
    assert.match(more.text.replaceAll('<wbr>', ''), new RegExp(appsRead));
    assert.doesNotMatch(more.text.replaceAll('<wbr>', ''), new RegExp(configurationWrite));
    const audit = await call(ground.server, 'GET', '/beta/deviceManagement/auditEvents');
    const consents = audit.json.value.filter(
      ({ activity, actor }: { activity: string; actor: { userId: string } }) =>
        activity === 'Patch user' && actor.userId === own.id,
    );
    assert.equal(consents.length, 1);
    assert.equal(consents[0].actor.applicationId, made.application.id);
  });

  test('asks nothing of a user whose session and consent are there, unless prompt says so', async () => {
    const browser = new Browser(ground.origin);
    await begin(browser);
    assert.ok(codeOf(await browser.open(authorize({ prompt: 'none' }))));
    assert.match((await browser.visit(authorize({ prompt: 'login' }))).text, /<h1>Sign in<\/h1>/);
    assert.match((await browser.visit(authorize({ prompt: 'consent' }))).text, /<h1>Permissions requested<\/h1>/);
    const choice = await browser.visit(authorize({ prompt: 'select_account' }));
    assert.match(choice.text, /<h1>Choose an account<\/h1>/);
    assert.ok(codeOf(await browser.submit(choice, { action: 'continue' })));
    const nobody = await new Browser(ground.origin).open(authorize({ prompt: 'none' }));
    assert.equal(new URL(nobody.location ?? '').searchParams.get('error'), 'login_required');
  });

  test('tells the application what is wrong as Entra does, by whichever way its user comes back', async () => {
    const told = async (more: Parameters<typeof authorize>[0]): Promise<URLSearchParams> => {
      const { location, text } = await new Browser(ground.origin).open(authorize({ state: 'a b', ...more }));
      if (location !== undefined && location !== null) {
        const { hash, search } = new URL(location);
        return new URLSearchParams(hash === '' ? search : hash.slice(1));
      }
      const form = new URLSearchParams();
      for (const [, name = '', value = ''] of text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
        form.set(name, value);
      }
      return form;
    };
    for (const response_mode of ['query', 'fragment', 'form_post']) {
      const silent = await told({ prompt: 'none', response_mode });
      assert.deepEqual([silent.get('error'), silent.get('state')], ['login_required', 'a b'], response_mode);
      assert.match(silent.get('error_description') ?? '', /^AADSTS50058: .* Trace ID: /, response_mode);
      const wrong = await told({ prompt: 'nonsense', response_mode });
      assert.match(wrong.get('error_description') ?? '', /^AADSTS9002313: The request is malformed: .*prompt/);
    }
  });

  test('lets another user take the place of the one who is signed in', async () => {
    const browser = new Browser(ground.origin);
    await begin(browser);
    const other = await ground.user();
    const choice = await browser.visit(authorize({ prompt: 'select_account' }));
    const page = await browser.submit(choice, { action: 'other' });
    const end = await signIn(browser, page, other.userPrincipalName, password);
    const answer = await redeem(codeOf(end));
    assert.equal(decodeJwt(answer.json.access_token).upn, other.userPrincipalName);
    const next = await redeem(codeOf(await browser.open(authorize({ prompt: 'none' }))));
    assert.equal(decodeJwt(next.json.access_token).upn, other.userPrincipalName);
  });

  test('remembers the hint of who signs in', async () => {
    const page = await new Browser(ground.origin).visit(authorize({ login_hint: 'a"b@example.org' }));
    assert.match(page.text, /value="a&quot;b@example.org"/);
  });

  test('answers in a query, a fragment or a form, as it is asked', async () => {
    const browser = new Browser(ground.origin);
    await begin(browser);
    const fragment = await browser.open(authorize({ response_mode: 'fragment' }));
    assert.match(fragment.location ?? '', /#code=/);
    const form = await browser.open(
      authorize({ response_mode: 'form_post', redirect_uri: 'https://app.example.org/back' }),
    );
    assert.equal(form.status, 200);
    assert.match(form.text, /<form method="post" action="https:\/\/app.example.org\/back">/);
    assert.match(form.text, /<input type="hidden" name="code" value="[\w-]+">/);
    assert.match(String(form.headers['content-security-policy']), /form-action 'self' https:\/\/app\.example\.org;/);
    const [, script = ''] = /<script src="([^"]+)" defer><\/script>/.exec(form.text) ?? [];
    const answer = await browser.open(script);
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
  });

  test('refreshes with a new refresh token each time, for fewer permissions too', async () => {
    const own = await ground.user({ scopes: [configurationWrite, appsRead] });
    const first = await tokens({ scope: `openid offline_access ${allOfGraph}` }, own);
    const second = await refresh(first.refresh_token, { scope: `openid ${appsRead}` });
    assert.equal(second.status, 200, second.text);
    assert.equal(permissionsOf(second.json.access_token), appsRead);
    assert.notEqual(second.json.refresh_token, first.refresh_token);
    const third = await refresh(second.json.refresh_token);
    assert.match(String(permissionsOf(third.json.access_token)), new RegExp(configurationWrite));
    // What is taken from the user is not in the next token.
    await ground.users.update({ tenantId: ground.tenantId, id: own.id }, () => ({ scopes: [appsRead] }), by());
    const fourth = await refresh(third.json.refresh_token);
    assert.equal(permissionsOf(fourth.json.access_token), appsRead);
    await ground.users.update({ tenantId: ground.tenantId, id: own.id }, () => ({ enabled: false }), by());
    const fifth = await refresh(fourth.json.refresh_token);
    assert.deepEqual([fifth.status, fifth.json.error_codes], [400, [50057]]);
  });

  test('gives a device its token when the user has entered the code, and once', async () => {
    const device = await ground.post('/oauth2/v2.0/devicecode', {
      client_id: made.application.id,
      scope: `openid offline_access ${allOfGraph}`,
    });
    assert.equal(device.status, 200, device.text);
    const { device_code: code, user_code: userCode, verification_uri: address, message, ...rest } = device.json;
    assert.deepEqual(rest, { expires_in: 900, interval: 5 });
    assert.ok(message.includes(address) && message.includes(userCode));
    const poll = () =>
      ground.post(tokenPath, { grant_type: deviceGrant, client_id: made.application.id, device_code: code });
    assert.deepEqual((await poll()).json.error, 'authorization_pending');
    const browser = new Browser(ground.origin);
    const input = await browser.visit(address);
    const wrong = await browser.submit(input, { user_code: 'BBBB-BBBB' });
    assert.match(wrong.text, /not known/);
    const confirm = await browser.submit(wrong, { user_code: userCode.toLowerCase().replace('-', ' ') });
    assert.match(confirm.text, /<h1>Is it you\?<\/h1>/);
    assert.match(confirm.text, new RegExp(userCode));
    const page = await browser.submit(confirm, { confirm: 'yes' });
    assert.match((await signIn(browser, page, user.userPrincipalName, password)).text, /<h1>Signed in<\/h1>/);
    const answer = await poll();
    assert.equal(answer.status, 200, answer.text);
    assert.equal(permissionsOf(answer.json.access_token), configurationWrite);
    const refreshed = await refresh(answer.json.refresh_token);
    assert.equal(refreshed.status, 200);
    // Whoever has the code too gets nothing, and neither does anybody any more.
    assert.equal((await poll()).status, 400);
    assert.equal((await refresh(refreshed.json.refresh_token)).status, 400);
  });

  test('tells a device that the user has declined', async () => {
    const device = await ground.post('/oauth2/v2.0/devicecode', { client_id: made.application.id, scope: 'openid' });
    const browser = new Browser(ground.origin);
    const input = await browser.visit(device.json.verification_uri);
    const confirm = await browser.submit(input, { user_code: device.json.user_code });
    const end = await browser.submit(confirm, { abort: 'yes' });
    assert.match(end.text, /<h1>Declined<\/h1>/);
    const answer = await ground.post(tokenPath, {
      grant_type: 'device_code',
      client_id: made.application.id,
      device_code: device.json.device_code,
    });
    assert.deepEqual([answer.json.error, answer.json.error_codes], ['authorization_declined', [65004]]);
  });

  test('an application of the web proves itself to redeem a code', async () => {
    const redirectUri = 'https://app.example.org/back';
    const { client_secret: _none, ...proof } = { client_secret: undefined, redirect_uri: redirectUri };
    const code = async () => codeOf(await begin(undefined, proof));
    const unproven = await redeem(await code(), proof);
    assert.deepEqual([unproven.status, unproven.json.error_codes], [401, [7000218]]);
    const proven = await redeem(await code(), { ...proof, client_secret: made.secret });
    assert.equal(proven.status, 200, proven.text);
    assert.equal(decodeJwt(proven.json.access_token).appidacr, '1');
    const stolen = await refresh(proven.json.refresh_token);
    assert.deepEqual([stolen.status, stolen.json.error_codes], [401, [7000218]]);
    assert.equal((await refresh(proven.json.refresh_token, { client_secret: made.secret })).status, 200);
  });

  test('signs out where the user says so, and leads back to where the application may', async () => {
    const browser = new Browser(ground.origin);
    await begin(browser);
    const base = `${ground.origin}/${ground.tenantId}/oauth2/v2.0/logout`;
    const query = new URLSearchParams({
      client_id: made.application.id,
      post_logout_redirect_uri: 'https://app.example.org/back',
      state: 'bye',
    });
    const page = await browser.visit(`${base}?${query}`);
    assert.match(page.text, /<h1>Sign out<\/h1>/);
    assert.ok(codeOf(await browser.open(authorize({ prompt: 'none' }))));
    const fresh = await browser.visit(`${base}?${query}`);
    const end = await browser.submit(fresh, { logout: 'yes' });
    assert.equal(end.location, 'https://app.example.org/back?state=bye');
    const after_ = await browser.open(authorize({ prompt: 'none' }));
    assert.equal(new URL(after_.location ?? '').searchParams.get('error'), 'login_required');
  });

  test('pages of other origins get tokens where a redirect URI of the application is, and nowhere else', async () => {
    const ask = (origin: string) =>
      ground.post(
        tokenPath,
        { grant_type: 'refresh_token', client_id: made.application.id, refresh_token: 'x' },
        { origin },
      );
    const refused = await ask('https://evil.example');
    assert.equal(refused.headers['access-control-allow-origin'], undefined);
    assert.deepEqual(refused.json.error_codes, [9002326]);
    const preflight = await call(ground.server, 'OPTIONS', `/${ground.tenantId}${tokenPath}`, {
      token: null,
      headers: { origin: 'https://app.example.org', 'access-control-request-method': 'POST' },
    });
    assert.equal(preflight.status, 204);
    assert.match(String(preflight.headers['access-control-allow-methods']), /POST/);
  });
});
