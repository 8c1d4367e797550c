// Passwords and codes of devices that are guessed: how often, and what the answers tell of users.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../sign-in/browser.js';
import { password } from '../sign-in/ground.js';
import { codeOf, openVisit, type Visit } from '../sign-in/visit.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

test('says the same of a user who is not there, is disabled, or has another password', async () => {
  const disabled = await visit.ground.user({ enabled: false });
  const names = ['nobody@example.org', disabled.userPrincipalName, visit.user.userPrincipalName];
  const pages: string[] = [];
  for (const name of names) {
    const browser = new Browser(visit.ground.origin);
    const page = await browser.visit(visit.authorize());
    const given = name === visit.user.userPrincipalName ? 'wrong horse battery' : password;
    const answer = await browser.submit(page, { user: name, password: given, action: 'sign-in' });
    assert.equal(answer.status, 401);
    pages.push(answer.text.replaceAll(name, 'NAME').replace(/name="token" value="[^"]+"/, ''));
  }
  assert.deepEqual(new Set(pages).size, 1);
});

test('bounds wrong passwords of a user from an address, and says when to come back', async () => {
  const own = await visit.ground.user();
  const browser = new Browser(visit.ground.origin);
  const page = await browser.visit(visit.authorize());
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
  assert.ok(codeOf(await visit.begin()));
});

test('bounds wrong codes of devices from an address', async () => {
  const browser = new Browser(visit.ground.origin);
  let page = await browser.visit(`${visit.ground.origin}/${visit.ground.tenantId}/oauth2/deviceauth`);
  const statuses = new Set<number>();
  for (let count = 0; count < 21 && page.status !== 429; count++) {
    page = await browser.submit(page, { user_code: `BBBB-${String.fromCharCode(66 + count)}BBB` });
    statuses.add(page.status);
  }
  assert.ok(statuses.has(429));
});
