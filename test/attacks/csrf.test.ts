// Forms of the sign-in that other sites fill in: another origin, another page’s token, another browser, consent, device codes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Browser, type Shown } from '../sign-in/browser.js';
import { password } from '../sign-in/ground.js';
import { openVisit, type Visit } from '../sign-in/visit.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

describe('lets nobody else fill in its forms', () => {
  const page = async () => {
    const browser = new Browser(visit.ground.origin);
    return { browser, page: await browser.visit(visit.authorize()) };
  };
  const fields = (token: string) => ({ token, user: visit.user.userPrincipalName, password, action: 'sign-in' });
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
    const answer = await new Browser(visit.ground.origin).send(own.url, fields(tokenOf(own)));
    assert.deepEqual([answer.status, answer.location], [400, undefined]);
  });

  test('consent, which another site cannot give', async () => {
    const browser = new Browser(visit.ground.origin);
    const fresh = await visit.ground.user();
    const first = await browser.visit(visit.authorize());
    const consent = await browser.submit(first, { user: fresh.userPrincipalName, password, action: 'sign-in' });
    assert.match(consent.text, /<h1>Permissions requested<\/h1>/);
    const forged = await browser.send(consent.url, { action: 'accept' }, { origin: 'https://evil.example' });
    assert.equal(forged.status, 400);
    const kept = await visit.ground.store.findUser(visit.ground.tenantId, fresh.id);
    assert.deepEqual(kept?.consents, []);
  });

  test('the code of a device, which a link fills in for nobody', async () => {
    const device = await visit.ground.post('/oauth2/v2.0/devicecode', {
      client_id: visit.made.application.id,
      scope: 'openid',
    });
    const { verification_uri: address, user_code: userCode } = device.json;
    const browser = new Browser(visit.ground.origin);
    const shown = await browser.visit(`${address}?user_code=${userCode}`);
    assert.match(shown.text, /<h1>Enter the code<\/h1>/);
    assert.ok(!shown.text.includes(userCode));
    const forged = await browser.send(address, { user_code: userCode, confirm: 'yes', xsrf: 'x' });
    assert.equal(forged.status, 400);
    assert.doesNotMatch(forged.text, /<h1>Sign in<\/h1>/);
  });
});
