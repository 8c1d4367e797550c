// A cache in front that keeps an answer for somebody else: each says that it is for nobody's store, and by whom it was asked.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTenants, type Tenants } from '../http/tenants.js';
import { call } from '../support.js';
import { everyAddress } from './every-address.js';

let tenants: Tenants;
/** A token of one tenant, and one of another. */
let ours: string;
let theirs: string;
before(async () => {
  tenants = await openTenants();
  const scp = 'DeviceManagementConfiguration.ReadWrite.All DeviceManagementApps.Read.All';
  ours = await tenants.token(await tenants.keep('active'), { scp });
  theirs = await tenants.token(await tenants.keep('active'), { scp });
});
after(() => tenants.close());

const host = { host: 'offshoot.example.org' };
const isPublic = (path: string): boolean => /^\/beta\/?(\$metadata|openapi\.json)?$/.test(path);

describe('every answer', () => {
  test('to a caller is kept by no cache, whatever became of the request', async () => {
    let answered = 0;
    for (const { method, path } of await everyAddress(tenants.plainUrl, host)) {
      const target = `/beta${path.replace(/\{[^}]+\}/g, 'x')}`;
      if (isPublic(target)) continue;
      for (const token of [ours, null]) {
        const { headers } = await tenants.send(method, target, { token, ...(/^P/.test(method) && { body: {} }) });
        assert.equal(headers['cache-control'], 'no-store', `${method} ${target}`);
        const vary = String(headers.vary).split(', ');
        for (const name of ['Authorization', 'Accept', 'Prefer']) assert.ok(vary.includes(name), `${target}: ${vary}`);
        for (const name of ['expires', 'age', 'last-modified', 'pragma']) assert.equal(headers[name], undefined);
        answered++;
      }
    }
    assert.ok(answered > 500, `${answered}`);
  });

  test('without a caller is the same for everybody, and asked after each time', async () => {
    for (const path of ['/beta', '/beta/$metadata', '/beta/openapi.json']) {
      const answers = await Promise.all([ours, theirs, null].map((token) => tenants.send('GET', path, { token })));
      assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
      for (const { headers } of answers) assert.equal(headers['cache-control'], 'no-cache');
    }
  });

  test('that says that nothing has changed says it to those alone who may know', async () => {
    const { json } = await tenants.send('POST', 'derivedCredentials', {
      token: ours,
      body: { displayName: 'x', issuer: 'xTec' },
    });
    const path = `derivedCredentials/${json.id}`;
    const { headers } = await tenants.send('GET', path, { token: ours });
    const conditional = { 'if-none-match': String(headers.etag) };
    assert.equal((await tenants.send('GET', path, { token: ours, headers: conditional })).status, 304);
    assert.equal((await tenants.send('GET', path, { token: theirs, headers: conditional })).status, 404);
    assert.equal((await tenants.send('GET', path, { token: null, headers: conditional })).status, 401);
    assert.equal((await tenants.send('GET', path, { token: theirs, headers: { 'if-none-match': '*' } })).status, 404);
  });

  test('depends on nothing that caches leave out of their keys', async () => {
    const path = '/beta/deviceManagement/derivedCredentials';
    const { text } = await tenants.send('GET', path, { token: ours });
    for (const headers of [
      { 'x-forwarded-host': 'evil.example' },
      { 'x-original-url': '/beta/me' },
      { 'x-http-method-override': 'POST' },
      { cookie: 'tenant=x' },
      { 'accept-language': 'xx' },
      { 'user-agent': 'x' },
      { 'x-tenant': 'x' },
      { range: 'bytes=0-1' },
    ]) {
      // biome-ignore format: a list
      const answer = await tenants.send('GET', path, { token: ours, headers });
      assert.deepEqual([answer.status, answer.text], [200, text], JSON.stringify(headers));
    }
  });
});

describe('a path that looks like what caches keep', () => {
  for (const suffix of [
    '.css',
    '.js',
    '.png',
    '/x.css',
    '/..%2fx.css',
    ';x.css',
    '%3bx.css',
    '%3fx.css',
    '%23x.css',
    '%00.css',
    '/.css',
    '%2f.css',
  ]) {
    test(`…${suffix} is no other name of the object`, async () => {
      const { json } = await tenants.send('GET', 'derivedCredentials', { token: ours });
      for (const path of [
        '/beta/deviceManagement/derivedCredentials',
        `/beta/deviceManagement/derivedCredentials/${json.value[0].id}`,
        '/beta/me',
      ]) {
        const { status, headers, text } = await call({ plainUrl: tenants.plainUrl }, 'GET', `${path}${suffix}`, {
          token: ours,
          headers: host,
        });
        assert.ok(status === 400 || status === 404, `${path}${suffix}: ${status}`);
        assert.equal(headers['cache-control'], 'no-store');
        assert.ok(!text.includes('xTec'));
      }
    });
  }
});
