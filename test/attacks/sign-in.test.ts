// The pages of sign-in and what comes of them, under attack: redirects, forms of other sites, frames, replay, guessing, leaks.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { User } from '../../src/plan/index.js';
import { Browser, type Shown, signIn } from '../sign-in/browser.js';
import {
  allOfGraph,
  by,
  configurationWrite,
  type Ground,
  type MadeApplication,
  openGround,
  password,
} from '../sign-in/ground.js';
import { type Answer, call } from '../support.js';

const tokenPath = '/oauth2/v2.0/token';
const web = 'https://app.example.org/back';
const native = 'http://localhost/back';

describe('sign-in', () => {
  let ground: Ground;
  let made: MadeApplication;
  let user: User;
  let verifier: string;
  let challenge: string;
  before(async () => {
    ground = await openGround();
    made = await ground.application({ displayName: '<script>alert(1)</script>', redirectUris: [web, native] });
    user = await ground.user();
    verifier = randomBytes(32).toString('base64url');
    challenge = createHash('sha256').update(verifier).digest('base64url');
  });
  after(() => ground.close());

  const authorize = (more: Record<string, string | undefined> = {}): string => {
    const parameters = {
      client_id: made.application.id,
      response_type: 'code',
      redirect_uri: native,
      scope: `openid offline_access ${configurationWrite}`,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 'state',
      ...more,
    };
    const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${ground.origin}/${ground.tenantId}/oauth2/v2.0/authorize?${new URLSearchParams(given)}`;
  };
  const open = (url: string, browser = new Browser(ground.origin)): Promise<Shown> => browser.open(url);
  const begin = async (browser = new Browser(ground.origin)): Promise<Shown> =>
    signIn(browser, await browser.visit(authorize()), user.userPrincipalName, password);
  const codeOf = ({ location }: Shown): string => new URL(location ?? '').searchParams.get('code') ?? '';
  const redeem = (code: string, more: Record<string, string | undefined> = {}): Promise<Answer> => {
    const form = {
      grant_type: 'authorization_code',
      client_id: made.application.id,
      code,
      redirect_uri: native,
      code_verifier: verifier,
      ...more,
    };
    const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return ground.post(tokenPath, Object.fromEntries(given));
  };
  const refresh = (token: string): Promise<Answer> =>
    ground.post(tokenPath, { grant_type: 'refresh_token', client_id: made.application.id, refresh_token: token });
  const codesOf = ({ status, json }: Answer) => [status, json.error_codes];

  describe('leads nowhere but to where the application is registered', () => {
    for (const uri of [
      'https://evil.example/',
      'https://app.example.org/',
      'https://app.example.org/back/',
      'https://app.example.org/back?next=https://evil.example',
      'https://app.example.org/back#fragment',
      'https://app.example.org:8443/back',
      'https://app.example.org.evil.example/back',
      'https://evil.example/https://app.example.org/back',
      'https://app.example.org@evil.example/back',
      'https://APP.example.org/back',
      'https://app.example.org/x/../back',
      'http://app.example.org/back',
      'http://localhost:1234/other',
      'http://localhost.evil.example:1234/back',
      'http://localhost:1234@evil.example/back',
      'http://127.0.0.1:1234/back',
      '//evil.example/back',
      '/back',
      'javascript:alert(1)',
      'data:text/html,hi',
    ]) {
      test(uri, async () => {
        const page = await open(authorize({ redirect_uri: uri }));
        assert.deepEqual([page.status, page.location], [400, undefined]);
        assert.match(page.text, /AADSTS50011/);
        assert.ok(!page.text.includes('evil.example'), page.text);
      });
    }

    test('while any port of the loopback address will do', async () => {
      const page = await open(authorize({ redirect_uri: 'http://localhost:50123/back' }));
      assert.equal(page.status, 303);
    });

    test('nor does an error, or the end of a session, lead elsewhere', async () => {
      const wrong = await open(authorize({ redirect_uri: 'https://evil.example/', response_type: 'none' }));
      assert.equal(wrong.location, undefined);
      const unknown = await open(authorize({ client_id: '01a21a04-0000-7000-8000-000000000000' }));
      assert.deepEqual([unknown.status, unknown.location], [400, undefined]);
      assert.match(unknown.text, /AADSTS700016/);
      const query = new URLSearchParams({
        client_id: made.application.id,
        post_logout_redirect_uri: 'https://evil.example/',
      });
      const end = await open(`${ground.origin}/${ground.tenantId}/oauth2/v2.0/logout?${query}`);
      assert.deepEqual([end.status, end.location], [400, undefined]);
    });
  });

  describe('lets nobody else fill in its forms', () => {
    const page = async () => {
      const browser = new Browser(ground.origin);
      return { browser, page: await browser.visit(authorize()) };
    };
    const fields = (token: string) => ({ token, user: user.userPrincipalName, password, action: 'sign-in' });
    const tokenOf = ({ text }: Shown) => /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';

    test('a form without the token of its page, or with that of another', async () => {
      const [one, other] = [await page(), await page()];
      for (const token of ['', 'x', tokenOf(other.page)]) {
        const answer = await one.browser.send(one.page.url, fields(token));
        assert.deepEqual([answer.status, answer.location], [400, undefined]);
      }
    });

    test('a form of another origin, though it had the token', async () => {
      const { browser, page: own } = await page();
      const foreign: readonly Record<string, string>[] = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
      ];
      for (const headers of foreign) {
        const answer = await browser.send(own.url, fields(tokenOf(own)), headers);
        assert.deepEqual([answer.status, answer.location], [400, undefined]);
      }
      assert.equal((await browser.send(own.url, fields(tokenOf(own)))).status, 303);
    });

    test('a form out of a browser that did not begin it, since its cookie is the browser’s own', async () => {
      const { page: own } = await page();
      const answer = await new Browser(ground.origin).send(own.url, fields(tokenOf(own)));
      assert.deepEqual([answer.status, answer.location], [400, undefined]);
    });

    test('consent, which another site cannot give', async () => {
      const browser = new Browser(ground.origin);
      const fresh = await ground.user();
      const first = await browser.visit(authorize());
      const consent = await browser.submit(first, { user: fresh.userPrincipalName, password, action: 'sign-in' });
      assert.match(consent.text, /<h1>Permissions requested<\/h1>/);
      const forged = await browser.send(consent.url, { action: 'accept' }, { origin: 'https://evil.example' });
      assert.equal(forged.status, 400);
      const kept = await ground.store.findUser(ground.tenantId, fresh.id);
      assert.deepEqual(kept?.consents, []);
    });

    test('the code of a device, which a link fills in for nobody', async () => {
      const device = await ground.post('/oauth2/v2.0/devicecode', { client_id: made.application.id, scope: 'openid' });
      const { verification_uri: address, user_code: userCode } = device.json;
      const browser = new Browser(ground.origin);
      const shown = await browser.visit(`${address}?user_code=${userCode}`);
      assert.match(shown.text, /<h1>Enter the code<\/h1>/);
      assert.ok(!shown.text.includes(userCode));
      const forged = await browser.send(address, { user_code: userCode, confirm: 'yes', xsrf: 'x' });
      assert.equal(forged.status, 400);
      assert.doesNotMatch(forged.text, /<h1>Sign in<\/h1>/);
    });
  });

  test('shows no page in a frame, with a script, or to a cache, and tells no other site where it was', async () => {
    const browser = new Browser(ground.origin);
    const pages = [
      await browser.visit(authorize()),
      await open(authorize({ redirect_uri: 'https://evil.example' })),
      await open(`${ground.origin}/${ground.tenantId}/oauth2/deviceauth`),
      await open(`${ground.origin}/${ground.tenantId}/oauth2/v2.0/logout?client_id=${made.application.id}`),
      await browser.submit(await browser.visit(authorize()), { user: 'x', password: 'y', action: 'sign-in' }),
    ];
    for (const { headers, text } of pages) {
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /base-uri 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['content-type'], 'text/html; charset=utf-8');
      assert.doesNotMatch(text, /<script>|\son\w+=/i);
    }
  });

  test('writes what others have written as text', async () => {
    const page = await new Browser(ground.origin).visit(
      authorize({ login_hint: '"><img src=x onerror=alert(1)>', state: '<script>' }),
    );
    assert.match(page.text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
    assert.match(page.text, /value="&quot;&gt;&lt;img/);
  });

  test('takes a code once, and takes back what came of it when it comes again', async () => {
    const code = codeOf(await begin());
    const first = await redeem(code);
    assert.equal(first.status, 200, first.text);
    assert.deepEqual(codesOf(await redeem(code)), [400, [54005]]);
    assert.equal((await refresh(first.json.refresh_token)).status, 400);
  });

  test('gives one of many who redeem a code at once a token, and no refresh token that holds', async () => {
    const code = codeOf(await begin());
    const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(code)));
    const given = answers.filter(({ status }) => status === 200);
    assert.ok(given.length <= 1, `${given.length} were given tokens`);
    for (const { json } of given) assert.equal((await refresh(json.refresh_token)).status, 400);
  });

  test('asks for PKCE, with S256 and the verifier of the challenge', async () => {
    for (const [more, what] of [
      [{ code_challenge: undefined, code_challenge_method: undefined }, /PKCE/],
      [{ code_challenge_method: 'plain' }, /code_challenge_method/],
      [{ code_challenge_method: undefined }, /code_challenge_method/],
      [{ code_challenge: 'short' }, /code_challenge/],
    ] as const) {
      const { location } = await open(authorize(more));
      const { searchParams } = new URL(location ?? '');
      assert.equal(searchParams.get('error'), 'invalid_request');
      assert.match(searchParams.get('error_description') ?? '', what);
    }
    const code = codeOf(await begin());
    assert.deepEqual(codesOf(await redeem(code, { code_verifier: undefined })), [400, [501481]]);
    assert.deepEqual(codesOf(await redeem(code, { code_verifier: 'x'.repeat(43) })), [400, [501481]]);
    assert.deepEqual(codesOf(await redeem(code, { redirect_uri: web, client_secret: made.secret })), [400, [50011]]);
    assert.equal((await redeem(code)).status, 200);
  });

  test("takes no code or refresh token of another application's, or tenant's", async () => {
    const other = await ground.application({ redirectUris: [native] });
    const code = codeOf(await begin());
    assert.deepEqual(codesOf(await redeem(code, { client_id: other.application.id })), [400, [70008]]);
    const { refresh_token: token } = (await redeem(code)).json;
    const form = { grant_type: 'refresh_token', client_id: other.application.id, refresh_token: token };
    assert.deepEqual(codesOf(await ground.post(tokenPath, form)), [400, [70000]]);
  });

  test('takes a refresh token once, and back all that came of the sign-in when it comes again', async () => {
    const first = (await redeem(codeOf(await begin()))).json.refresh_token;
    const second = (await refresh(first)).json.refresh_token;
    assert.deepEqual(codesOf(await refresh(first)), [400, [50173]]);
    assert.equal((await refresh(second)).status, 400);
    const third = (await redeem(codeOf(await begin()))).json.refresh_token;
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(third)));
    const given = answers.filter(({ status }) => status === 200);
    assert.ok(given.length <= 1, `${given.length} were given tokens`);
    for (const { json } of given) assert.equal((await refresh(json.refresh_token)).status, 400);
  });

  test('ends sessions and takes back refresh tokens when the password is another one', async () => {
    const own = await ground.user();
    const browser = new Browser(ground.origin);
    const end = await signIn(browser, await browser.visit(authorize()), own.userPrincipalName, password);
    const { refresh_token: token } = (await redeem(codeOf(end))).json;
    assert.ok(codeOf(await browser.open(authorize({ prompt: 'none' }))));
    const place = { tenantId: ground.tenantId, id: own.id };
    await ground.users.update(place, () => ({}), by(), { password: 'another battery staple' });
    assert.deepEqual(codesOf(await refresh(token)), [400, [50173]]);
    const { location } = await browser.open(authorize({ prompt: 'none' }));
    assert.equal(new URL(location ?? '').searchParams.get('error'), 'login_required');
  });

  test('says the same of a user who is not there, is disabled, or has another password', async () => {
    const disabled = await ground.user({ enabled: false });
    const names = ['nobody@example.org', disabled.userPrincipalName, user.userPrincipalName];
    const pages: string[] = [];
    for (const name of names) {
      const browser = new Browser(ground.origin);
      const page = await browser.visit(authorize());
      const given = name === user.userPrincipalName ? 'wrong horse battery' : password;
      const answer = await browser.submit(page, { user: name, password: given, action: 'sign-in' });
      assert.equal(answer.status, 401);
      pages.push(answer.text.replaceAll(name, 'NAME').replace(/name="token" value="[^"]+"/, ''));
    }
    assert.deepEqual(new Set(pages).size, 1);
  });

  test('bounds wrong passwords of a user from an address, and says when to come back', async () => {
    const own = await ground.user();
    const browser = new Browser(ground.origin);
    const page = await browser.visit(authorize());
    const tries = (given: string) =>
      browser.submit(page, { user: own.userPrincipalName, password: given, action: 'sign-in' });
    const answers = await Promise.all(Array.from({ length: 12 }, () => tries('wrong horse battery')));
    const statuses = answers.map(({ status }) => status).toSorted();
    assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429]);
    const right = await tries(password);
    assert.equal(right.status, 429);
    assert.match(String(right.headers['retry-after']), /^\d+$/);
    assert.match(right.text, /AADSTS50053/);
    // Others are not locked out with him.
    assert.ok(codeOf(await begin()));
  });

  test('bounds wrong codes of devices from an address', async () => {
    const browser = new Browser(ground.origin);
    let page = await browser.visit(`${ground.origin}/${ground.tenantId}/oauth2/deviceauth`);
    const statuses = new Set<number>();
    for (let count = 0; count < 21 && page.status !== 429; count++) {
      page = await browser.submit(page, { user_code: `BBBB-${String.fromCharCode(66 + count)}BBB` });
      statuses.add(page.status);
    }
    assert.ok(statuses.has(429));
  });

  test('has no secret, code, token or password in its answers, in the audit, or in the store', async () => {
    const browser = new Browser(ground.origin);
    const code = codeOf(await begin(browser));
    const { access_token: token, refresh_token: refreshToken } = (await redeem(code)).json;
    const wrong = await ground.post(tokenPath, {
      grant_type: 'client_credentials',
      client_id: made.application.id,
      client_secret: `${made.secret}-wrong`,
      scope: allOfGraph,
    });
    assert.ok(!wrong.text.includes(made.secret));
    const audit = await call(ground.server, 'GET', '/beta/deviceManagement/auditEvents');
    const pending = codeOf(await browser.open(authorize({ prompt: 'none' })));
    const cookies = browser
      .cookiesFor('/')
      .split('; ')
      .map((cookie) => cookie.replace(/^[^=]+=/, ''));
    const kept = JSON.stringify(await ground.records());
    for (const secret of [code, pending, token, refreshToken, made.secret, password, ...cookies]) {
      assert.ok(secret.length > 20);
      assert.ok(!audit.text.includes(secret));
      assert.ok(!kept.includes(secret), `${secret} is in the store`);
    }
  });
});
