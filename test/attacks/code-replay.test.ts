// Codes and refresh tokens of a sign-in that come twice, from elsewhere, without PKCE or after the password; and where they leak.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId, systemClock } from '../../src/base/index.js';
import { changeTenant } from '../../src/service/index.js';
import { Browser, signIn } from '../sign-in/browser.js';
import { allOfGraph, by, configurationWrite, password } from '../sign-in/ground.js';
import { codeOf, codesOf, native, openVisit, tokenPath, type Visit, web } from '../sign-in/visit.js';
import { call } from '../support.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

test('takes a code once, and takes back what came of it when it comes again', async () => {
  const code = codeOf(await visit.begin());
  const first = await visit.redeem(code);
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(codesOf(await visit.redeem(code)), [400, [54005]]);
  assert.equal((await visit.refresh(first.json.refresh_token)).status, 400);
});

test('gives one of many who redeem a code at once a token, and no refresh token that holds', async () => {
  const code = codeOf(await visit.begin());
  const answers = await Promise.all(Array.from({ length: 8 }, () => visit.redeem(code)));
  const given = answers.filter(({ status }) => status === 200);
  assert.ok(given.length <= 1, `${given.length} were given tokens`);
  for (const { json } of given) assert.equal((await visit.refresh(json.refresh_token)).status, 400);
});

test('asks for PKCE, with S256 and the verifier of the challenge', async () => {
  for (const [more, what] of [
    [{ code_challenge: undefined, code_challenge_method: undefined }, /PKCE/],
    [{ code_challenge_method: 'plain' }, /code_challenge_method/],
    [{ code_challenge_method: undefined }, /code_challenge_method/],
    [{ code_challenge: 'short' }, /code_challenge/],
  ] as const) {
    const { location } = await visit.open(visit.authorize(more));
    const { searchParams } = new URL(location ?? '');
    assert.equal(searchParams.get('error'), 'invalid_request');
    assert.match(searchParams.get('error_description') ?? '', what);
  }
  const code = codeOf(await visit.begin());
  assert.deepEqual(codesOf(await visit.redeem(code, { code_verifier: undefined })), [400, [501481]]);
  assert.deepEqual(codesOf(await visit.redeem(code, { code_verifier: 'x'.repeat(43) })), [400, [501481]]);
  assert.deepEqual(codesOf(await visit.redeem(code, { redirect_uri: web, client_secret: visit.made.secret })), [
    400,
    [50011],
  ]);
  assert.equal((await visit.redeem(code)).status, 200);
});

test("takes no code or refresh token of another application's, or tenant's", async () => {
  const other = await visit.ground.application({ redirectUris: [native] });
  const code = codeOf(await visit.begin());
  assert.deepEqual(codesOf(await visit.redeem(code, { client_id: other.application.id })), [400, [70008]]);
  const { refresh_token: token } = (await visit.redeem(code)).json;
  const form = { grant_type: 'refresh_token', client_id: other.application.id, refresh_token: token };
  assert.deepEqual(codesOf(await visit.ground.post(tokenPath, form)), [400, [70000]]);

  const elsewhere = newId();
  const tenant = { displayName: 'Elsewhere', license: 'active' } as const;
  await changeTenant(visit.ground.store, elsewhere, () => tenant, { clock: systemClock, by: by() });
  const draft = { displayName: 'Program', scopes: [configurationWrite], redirectUris: [native] };
  const { application: theirs } = await visit.ground.applications.create(elsewhere, draft, by());
  const there = (given: Record<string, string>) =>
    call(visit.ground.server, 'POST', `/${elsewhere}${tokenPath}`, {
      token: null,
      body: new URLSearchParams(given).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  assert.deepEqual(codesOf(await there({ ...form, client_id: visit.made.application.id })), [400, [700016]]);
  assert.deepEqual(codesOf(await there({ ...form, client_id: theirs.id })), [400, [70000]]);
  const again = { grant_type: 'authorization_code', code: codeOf(await visit.begin()), redirect_uri: native };
  const stolen = { ...again, client_id: theirs.id, code_verifier: 'x'.repeat(43) };
  assert.deepEqual(codesOf(await there(stolen)), [400, [70008]]);
  // It was not used up there.
  assert.equal((await visit.redeem(again.code)).status, 200);
});

test('takes a refresh token once, and back all that came of the sign-in when it comes again', async () => {
  const first = (await visit.redeem(codeOf(await visit.begin()))).json.refresh_token;
  const second = (await visit.refresh(first)).json.refresh_token;
  assert.deepEqual(codesOf(await visit.refresh(first)), [400, [50173]]);
  assert.equal((await visit.refresh(second)).status, 400);
  const third = (await visit.redeem(codeOf(await visit.begin()))).json.refresh_token;
  const answers = await Promise.all(Array.from({ length: 6 }, () => visit.refresh(third)));
  const given = answers.filter(({ status }) => status === 200);
  assert.ok(given.length <= 1, `${given.length} were given tokens`);
  for (const { json } of given) assert.equal((await visit.refresh(json.refresh_token)).status, 400);
});

test('ends sessions and takes back refresh tokens when the password is another one', async () => {
  const own = await visit.ground.user();
  const browser = new Browser(visit.ground.origin);
  const end = await signIn(browser, await browser.visit(visit.authorize()), own.userPrincipalName, password);
  const { refresh_token: token } = (await visit.redeem(codeOf(end))).json;
  assert.ok(codeOf(await browser.open(visit.authorize({ prompt: 'none' }))));
  const place = { tenantId: visit.ground.tenantId, id: own.id };
  await visit.ground.users.update(place, () => ({}), by(), { password: 'another battery staple' });
  assert.deepEqual(codesOf(await visit.refresh(token)), [400, [50173]]);
  const { location } = await browser.open(visit.authorize({ prompt: 'none' }));
  assert.equal(new URL(location ?? '').searchParams.get('error'), 'login_required');
});

test('has no secret, code, token or password in its answers, in the audit, or in the store', async () => {
  const browser = new Browser(visit.ground.origin);
  const code = codeOf(await visit.begin(browser));
  const { access_token: token, refresh_token: refreshToken } = (await visit.redeem(code)).json;
  const wrong = await visit.ground.post(tokenPath, {
    grant_type: 'client_credentials',
    client_id: visit.made.application.id,
    client_secret: `${visit.made.secret}-wrong`,
    scope: allOfGraph,
  });
  assert.ok(!wrong.text.includes(visit.made.secret));
  const audit = await call(visit.ground.server, 'GET', '/beta/deviceManagement/auditEvents');
  const pending = codeOf(await browser.open(visit.authorize({ prompt: 'none' })));
  const cookies = browser
    .cookiesFor('/')
    .split('; ')
    .map((cookie) => cookie.replace(/^[^=]+=/, ''));
  const kept = JSON.stringify(await visit.ground.records());
  for (const secret of [code, pending, token, refreshToken, visit.made.secret, password, ...cookies]) {
    assert.ok(secret.length > 20);
    assert.ok(!audit.text.includes(secret));
    assert.ok(!kept.includes(secret), `${secret} is in the store`);
  }
});
