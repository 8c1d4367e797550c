// What no sign-in means in every parameter of every address of the token endpoint: NUL, SQL, half characters, and far too much.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser } from '../sign-in/browser.js';
import { allOfGraph, password } from '../sign-in/ground.js';
import { openVisit, type Visit } from '../sign-in/visit.js';
import { type Answer, call } from '../support.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

/** As it is percent-encoded. */
const payloads: Readonly<Record<string, string>> = {
  NUL: 'a%00b',
  'NUL alone': '%00',
  SQL: encodeURIComponent("'); DROP TABLE sign_in_records;--"),
  'half a surrogate pair': '%ED%A0%80',
  'no UTF-8': '%FF%FE',
  'another order': '%E2%80%AE%0D%0A%1B%5B2J',
  '4 KB': 'x'.repeat(4096),
};

const pages = ['authorize', 'devicecode', 'logout', 'token'] as const;
const parameters = [
  'client_id',
  'scope',
  'state',
  'nonce',
  'login_hint',
  'ui_locales',
  'acr_values',
  'claims',
  'claims_locales',
  'display',
  'prompt',
  'max_age',
  'code_challenge',
  'response_mode',
  'redirect_uri',
  'post_logout_redirect_uri',
  'id_token_hint',
  'logout_hint',
  'code',
  'code_verifier',
  'refresh_token',
  'device_code',
  'user_code',
  'client_secret',
  'client_assertion',
  'resource',
  'anything',
];

describe('in every parameter of every address', () => {
  const sensible = (name: string): Record<string, string> => ({
    client_id: visit.made.application.id,
    ...(name === 'token' && { client_secret: visit.made.secret, grant_type: 'client_credentials', scope: allOfGraph }),
    ...(name === 'devicecode' && { scope: 'openid' }),
  });
  const ask = async (page: (typeof pages)[number], parameter: string, payload: string): Promise<Answer> => {
    if (page === 'authorize') {
      const url = new URL(visit.authorize());
      url.searchParams.delete(parameter);
      return new Browser(visit.ground.origin).visit(`${url}&${parameter}=${payload}`);
    }
    const form = new URLSearchParams(sensible(page));
    form.delete(parameter);
    const text = `${form}&${parameter}=${payload}`;
    if (page === 'logout') {
      return new Browser(visit.ground.origin).visit(
        `${visit.ground.origin}/${visit.ground.tenantId}/oauth2/v2.0/logout?${text}`,
      );
    }
    return call(visit.ground.server, 'POST', `/${visit.ground.tenantId}/oauth2/v2.0/${page}`, {
      token: null,
      body: text,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  };

  for (const [name, payload] of Object.entries(payloads)) {
    test(`${name} is answered, and is no fault`, async () => {
      for (const page of pages) {
        for (const parameter of parameters) {
          const { status, text } = await ask(page, parameter, payload);
          assert.ok(status < 500, `${page} ${parameter}: ${status} ${text.slice(0, 300)}`);
          if (name.startsWith('NUL')) assert.equal(status, 400, `${page} ${parameter}`);
        }
      }
    });
  }
});

test('no form of a page takes it either', async () => {
  const browser = new Browser(visit.ground.origin);
  const page = await browser.visit(visit.authorize());
  for (const field of ['user', 'password', 'token', 'action', 'anything']) {
    const form = { user: visit.user.userPrincipalName, password, action: 'sign-in', [field]: 'a\0' };
    assert.equal((await browser.submit(page, form)).status, 400, field);
  }
  const device = await browser.visit(`${visit.ground.origin}/${visit.ground.tenantId}/oauth2/deviceauth`);
  assert.equal((await browser.submit(device, { user_code: '\0' })).status, 400);
});

test('a page that is asked in another way than it takes is refused for that, and a form without its session as one that has expired', async () => {
  const { ground } = visit;
  const post = (path: string) =>
    call(ground.server, 'POST', `/${ground.tenantId}${path}`, {
      token: null,
      body: 'user_code=AAAA-BBBB',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  for (const path of ['/oauth2/v2.0/authorize', '/oauth2/v2.0/logout', '/oauth2/v2.0/logout/success']) {
    const { status, headers } = await post(path);
    assert.deepEqual([status, headers.allow], [405, 'GET'], path);
  }
  for (const path of ['/oauth2/deviceauth', '/oauth2/v2.0/logout/confirm']) {
    const { status, text } = await post(path);
    assert.equal(status, 400, path);
    assert.match(text, /AADSTS9002313/);
  }
});
