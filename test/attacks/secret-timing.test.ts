// Passwords and secrets told apart by time: whoever is asked about, the same work is done, and no comparison ends early.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { after, before, describe, mock, test } from 'node:test';
import { Browser } from '../sign-in/browser.js';
import { allOfGraph, by, password } from '../sign-in/ground.js';
import { codeOf, codesOf, openVisit, tokenPath, type Visit } from '../sign-in/visit.js';

/** What was asked of `node:crypto` by all that runs here, the server too: its work is counted, since clocks tell little of it. */
const scrypts: string[] = [];
const compared: (readonly [number, number])[] = [];

let visit: Visit;
before(async () => {
  visit = await openVisit();
  const { scrypt, timingSafeEqual } = crypto;
  mock.method(crypto, 'scrypt', (...given: Parameters<typeof scrypt>) => {
    const [, salt, length, { N, r, p }] = given;
    scrypts.push(JSON.stringify({ N, r, p, salt: (salt as Buffer).length, length }));
    scrypt(...given);
  });
  mock.method(crypto, 'timingSafeEqual', (one: Buffer, other: Buffer) => {
    compared.push([one.length, other.length]);
    return timingSafeEqual(one, other);
  });
  syncBuiltinESMExports();
});
after(async () => {
  mock.restoreAll();
  syncBuiltinESMExports();
  await visit.close();
});

/** What `crypto` was asked for meanwhile. */
async function workOf(
  act: () => Promise<unknown>,
): Promise<{ scrypts: string[]; compared: (readonly [number, number])[] }> {
  scrypts.length = 0;
  compared.length = 0;
  await act();
  return { scrypts: [...scrypts], compared: [...compared] };
}

describe('a password', () => {
  const attempt = async (user: string, given: string) => {
    const browser = new Browser(visit.ground.origin);
    const page = await browser.visit(visit.authorize());
    let status = 0;
    const work = await workOf(async () => {
      status = (await browser.submit(page, { user, password: given, action: 'sign-in' })).status;
    });
    return { status, work };
  };

  test('costs the same work of a user who is not there, is disabled, has none or has another, and of one who is let in', async () => {
    const { ground } = visit;
    const [right, disabled, without] = await Promise.all([
      ground.user(),
      ground.user({ enabled: false }),
      ground.user(),
    ]);
    await ground.users.update({ tenantId: ground.tenantId, id: without.id }, () => ({}), by(), { password: null });
    const letIn = await attempt(right.userPrincipalName, password);
    assert.equal(letIn.status, 200);
    assert.deepEqual(letIn.work.scrypts, ['{"N":32768,"r":8,"p":3,"salt":16,"length":32}']);
    const wrong = await attempt(right.userPrincipalName, 'wrong horse battery staple');
    assert.deepEqual(wrong.work.scrypts, letIn.work.scrypts);
    for (const [user, given] of [
      ['nobody@example.org', password],
      ['', password],
      ['nobody@example.org', ''],
      ["' OR 1=1 --", password],
      [disabled.userPrincipalName, password],
      [disabled.userPrincipalName, 'wrong horse battery staple'],
      [without.userPrincipalName, password],
      [right.userPrincipalName, password.slice(0, -1)],
      [right.userPrincipalName, 'x'.repeat(1024)],
    ] as const) {
      const { status, work } = await attempt(user, given);
      assert.equal(status, 401, user);
      assert.deepEqual(work, wrong.work, `${user}: ${given}`);
    }
  });

  test('is compared whole, as hashes of one length', async () => {
    for (const given of ['', 'x', password.slice(0, -1), `${password}x`]) {
      const { work } = await attempt(visit.user.userPrincipalName, given);
      for (const [one, other] of work.compared) assert.equal(one, other);
    }
  });
});

describe('a secret of an application', () => {
  const ask = async (clientId: string, secret: string) => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret, scope: allOfGraph };
    let codes: unknown;
    const { compared } = await workOf(async () => {
      codes = codesOf(await visit.ground.post(tokenPath, form));
    });
    return { codes, compared };
  };

  test('is compared with each that the application has, as hashes of one length, whatever of it is right', async () => {
    const { ground } = visit;
    const { application, secret } = await ground.application();
    const place = { tenantId: ground.tenantId, id: application.id };
    const { secretText = '' } = await ground.applications.addSecret(place, { end: Date.now() + 86_400_000 }, by());
    const right = await ask(application.id, secret);
    assert.deepEqual(right.codes, [200, undefined]);
    assert.equal(right.compared.length, 2);
    for (const [one, other] of right.compared) assert.equal(one, other);
    assert.deepEqual(await ask(application.id, secretText), right);
    for (const guess of [
      'x',
      secret.slice(0, 3),
      secret.slice(0, -1),
      `${secret.slice(0, -1)}!`,
      `!${secret.slice(1)}`,
      `${secret}x`,
      'x'.repeat(1000),
    ]) {
      const answer = await ask(application.id, guess);
      assert.deepEqual(answer, { codes: [401, [7000215]], compared: right.compared }, guess);
    }
  });
});

test('codes, refresh tokens and codes of devices are looked up by their hashes, so that no comparison ends early', async () => {
  const { refresh_token: token } = (await visit.redeem(codeOf(await visit.begin()))).json;
  const code = codeOf(await visit.begin());
  const device = { client_id: visit.made.application.id, scope: 'openid' };
  const { device_code: deviceCode, user_code: userCode } = (await visit.ground.post('/oauth2/v2.0/devicecode', device))
    .json;
  const kept = JSON.stringify(await visit.ground.records());
  for (const text of [token, code, deviceCode, userCode]) {
    for (const part of [text, text.slice(0, 12), text.slice(-12)]) {
      assert.ok(part.length >= 9);
      assert.ok(!kept.includes(part), part);
    }
  }
});
