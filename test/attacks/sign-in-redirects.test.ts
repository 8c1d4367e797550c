// Nobody who signs in is sent to where the application is not registered, nor is a code, an error or the end of a session.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openVisit, type Visit } from '../sign-in/visit.js';

let visit: Visit;
before(async () => {
  visit = await openVisit();
});
after(() => visit.close());

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
      const page = await visit.open(visit.authorize({ redirect_uri: uri }));
      assert.deepEqual([page.status, page.location], [400, undefined]);
      assert.match(page.text, /AADSTS50011/);
      assert.ok(!page.text.includes('evil.example'), page.text);
    });
  }

  test('while any port of the loopback address will do', async () => {
    const page = await visit.open(visit.authorize({ redirect_uri: 'http://localhost:50123/back' }));
    assert.equal(page.status, 303);
  });

  test('nor where an application or what it asks for is named twice, of which each reader could take another', async () => {
    const own = visit.made.application.id;
    for (const [name, value] of [
      ['client_id', own],
      ['client_id', '01a21a04-0000-7000-8000-000000000000'],
      ['redirect_uri', 'https://evil.example/'],
    ]) {
      const page = await visit.open(`${visit.authorize()}&${name}=${value}`);
      assert.deepEqual([page.status, page.location], [400, undefined], name);
    }
    const scopes = await visit.open(`${visit.authorize()}&scope=openid`);
    assert.match(scopes.location ?? scopes.text, /error=invalid_(request|scope)|AADSTS9002313/);
  });

  test('nor does an error, or the end of a session, lead elsewhere', async () => {
    const wrong = await visit.open(visit.authorize({ redirect_uri: 'https://evil.example/', response_type: 'none' }));
    assert.equal(wrong.location, undefined);
    const unknown = await visit.open(visit.authorize({ client_id: '01a21a04-0000-7000-8000-000000000000' }));
    assert.deepEqual([unknown.status, unknown.location], [400, undefined]);
    assert.match(unknown.text, /AADSTS700016/);
    const query = new URLSearchParams({
      client_id: visit.made.application.id,
      post_logout_redirect_uri: 'https://evil.example/',
    });
    const end = await visit.open(`${visit.ground.origin}/${visit.ground.tenantId}/oauth2/v2.0/logout?${query}`);
    assert.deepEqual([end.status, end.location], [400, undefined]);
  });
});
