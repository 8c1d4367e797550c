// The pages of the sign-in in a frame of another site, with its scripts, in a cache, or telling others where they were.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from '../sign-in/browser.js';
import { openVisit, type Visit } from '../sign-in/visit.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

test('shows no page in a frame, with a script, or to a cache, and tells no other site where it was', async () => {
  const browser = new Browser(visit.ground.origin);
  const pages = [
    await browser.visit(visit.authorize()),
    await visit.open(visit.authorize({ redirect_uri: 'https://evil.example' })),
    await visit.open(`${visit.ground.origin}/${visit.ground.tenantId}/oauth2/deviceauth`),
    await visit.open(
      `${visit.ground.origin}/${visit.ground.tenantId}/oauth2/v2.0/logout?client_id=${visit.made.application.id}`,
    ),
    await browser.submit(await browser.visit(visit.authorize()), { user: 'x', password: 'y', action: 'sign-in' }),
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
  const page = await new Browser(visit.ground.origin).visit(
    visit.authorize({ login_hint: '"><img src=x onerror=alert(1)>', state: '<script>' }),
  );
  assert.match(page.text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/);
  assert.match(page.text, /value="&quot;&gt;&lt;img/);
});
