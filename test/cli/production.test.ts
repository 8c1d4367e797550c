// `offshoot serve` in production mode: an issuer of its own, certificates or a proxy, and nothing of development.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { makeAuthority, makeServerCertificate } from '../../src/development/certificates.js';
import { createServer } from '../../src/index.js';
import { makeTestAuthority } from '../http/certificates.js';
import { type Answer, call } from '../support.js';
import { development, offshoot, serve, temporaryFolder, within } from './program.js';

const tenantId = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const publicUrl = 'https://graph.example.org';
const settingsPath = '/beta/deviceManagement/derivedCredentials';

/** An identity provider: its key set as JSON, and tokens. `iss` may name the tenant by its placeholder. */
async function makeProvider(iss: string) {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: iss, alg: 'RS256', use: 'sig' }] });
  const token = (claims: Record<string, unknown> = {}): Promise<string> =>
    new SignJWT({ tid: tenantId, oid: tenantId, scp: 'DeviceManagementConfiguration.ReadWrite.All', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: iss })
      .setIssuer(iss.replace('{tenantid}', tenantId))
      .setAudience('https://graph.microsoft.com')
      .setSubject('subject')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  return { iss, keySet, token };
}

/** A folder with a store for production and one tenant, and a provider whose keys are in a file. */
async function prepare(t: TestContext) {
  const folder = await temporaryFolder(t);
  const data = join(folder, 'data');
  assert.equal((await offshoot('tenant', 'add', tenantId, '--data', data)).code, 0);
  const provider = await makeProvider('https://idp.example.org/{tenantid}/');
  const jwks = join(folder, 'keys.json');
  await writeFile(jwks, provider.keySet);
  const args = ['--issuer', provider.iss, '--jwks', jwks, '--public-url', publicUrl, '--data', data];
  return { folder, data, provider, args };
}

describe('offshoot serve in production mode', () => {
  test('serves plain http for a proxy in front, with the public URL in what it answers', async (t) => {
    const { data, provider, args } = await prepare(t);
    const { ready } = await serve(t, '--plain-http', '--http-port', '0', ...args);
    assert.deepEqual(Object.keys(ready), ['plainUrl']);
    const token = await provider.token();
    const send = (method: string, path: string, body?: unknown, host = 'graph.example.org'): Promise<Answer> =>
      call(ready, method, path, { token, body, headers: { host } });

    const created = await send('POST', settingsPath, { displayName: 'real', issuer: 'entrustDatacard' });
    assert.equal(created.status, 201, created.text);
    assert.ok(created.headers.location?.startsWith(`${publicUrl}${settingsPath}`), created.headers.location);
    assert.ok(created.json['@odata.context'].startsWith(`${publicUrl}/beta/$metadata#`));
    assert.match(created.headers['strict-transport-security'] ?? '', /^max-age=\d{7,}/);
    const updated = await send('PATCH', `${settingsPath}/${created.json.id}`, { issuer: 'xTec' });
    assert.deepEqual([updated.status, updated.json.issuer], [200, 'xTec']);
    assert.deepEqual((await send('GET', settingsPath)).json.value.length, 1, 'no samples');
    assert.deepEqual((await send('GET', '/beta/deviceManagement/deviceConfigurations')).json.value, []);

    const { port, host } = new URL(ready.plainUrl);
    for (const foreign of [host, `localhost:${port}`, 'localhost', 'graph.example.org:444', 'evil.example']) {
      const refused = await send('GET', settingsPath, undefined, foreign);
      assert.equal(refused.status, 400, foreign);
      assert.equal(refused.json.error.target, 'Host');
      assert.doesNotMatch(refused.text, /real/);
    }
    assert.deepEqual(
      (await readdir(data)).filter((file) => file.endsWith('.pem')),
      [],
    );
  });

  test('answers to further hosts that --allow-host names, still with the public URL', async (t) => {
    const { provider, args } = await prepare(t);
    const more = ['--allow-host', 'inside.example.org:8080', '--allow-host', '10.1.2.3'];
    const { ready } = await serve(t, '--plain-http', '--http-port', '0', ...args, ...more);
    const token = await provider.token();
    for (const [host, status] of [
      ['inside.example.org:8080', 200],
      ['INSIDE.example.org:8080', 200],
      ['10.1.2.3', 200],
      ['graph.example.org', 200],
      ['graph.example.org:443', 200],
      ['graph.example.org:80', 400],
      ['inside.example.org', 400],
      ['10.1.2.3:8080', 400],
    ] as const) {
      const answer = await call(ready, 'GET', '/beta/deviceManagement', { token, headers: { host } });
      assert.equal(answer.status, status, host);
      if (status === 200) assert.ok(answer.json['@odata.context'].startsWith(publicUrl));
    }
  });

  test("takes only its issuers' tokens, each verified with its own key set", async (t) => {
    const { folder, provider, args } = await prepare(t);
    const other = await makeProvider('https://sts.example.org/');
    const authority = await makeAuthority(Date.now());
    const { certificate: cert, key } = await makeServerCertificate(authority, Date.now());
    const keys = createHttpsServer({ cert, key }, (_, response) =>
      response.setHeader('content-type', 'application/json').end(other.keySet),
    );
    await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
    t.after(() => keys.close());
    const ca = join(folder, 'issuers.pem');
    await writeFile(ca, authority.certificate);
    const jwks = `https://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
    const second = JSON.stringify({ issuer: other.iss, jwks, tenants: [tenantId] });
    const more = ['--issuer', second, '--issuer-ca', ca];
    const { ready } = await serve(t, '--plain-http', '--http-port', '0', ...args, ...more);
    const status = async (token: string): Promise<number> =>
      (await call(ready, 'GET', settingsPath, { token, headers: { host: 'graph.example.org' } })).status;

    assert.equal(await status(await provider.token()), 200);
    assert.equal(await status(await other.token()), 200);
    const stranger = await makeProvider(provider.iss);
    assert.equal(await status(await stranger.token()), 401, 'the right names, another key');
    assert.equal(await status(await (await makeProvider('https://evil.example/')).token()), 401);
    const developer = await createServer();
    t.after(() => developer.close());
    assert.equal(await status((await developer.development?.token({ tenantId })) ?? ''), 401);
  });

  test('names a key set that cannot be had and ends with exit code 1', async (t) => {
    const { folder, args } = await prepare(t);
    const cannot = (reason: string) =>
      new RegExp(`^offshoot: The key set '.*' of https://more.example/{tenantid}/ cannot be used: .*${reason}.*\n$`);
    await writeFile(join(folder, 'text.json'), 'this is not JSON');
    await writeFile(join(folder, 'object.json'), '{}');
    await writeFile(join(folder, 'empty.json'), '{"keys":[]}');
    for (const [jwks, sentence] of [
      [join(folder, 'no.json'), cannot('no such file')],
      [join(folder, 'text.json'), cannot('JSON')],
      [join(folder, 'object.json'), cannot('not a JSON Web Key Set')],
      [join(folder, 'empty.json'), cannot('no key')],
    ] as const) {
      const more = ['--issuer', 'https://more.example/{tenantid}/', '--jwks', jwks];
      const { code, stderr } = await offshoot('serve', '--plain-http', '--http-port', '0', ...args, ...more);
      assert.match(stderr, sentence);
      assert.equal(code, 1);
    }
  });

  test('speaks https with certificate files', async (t) => {
    const { folder, provider, args } = await prepare(t);
    const authority = await createServer();
    t.after(() => authority.close());
    assert.ok(authority.development);
    const ca = await readFile(authority.development.caFile);
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await writeFile(cert, authority.development.certificate.cert);
    await writeFile(key, authority.development.certificate.key);
    // The name in the certificate; a client asks for the name that it puts into Host.
    const host = ['--allow-host', 'localhost'];
    const { ready, stop } = await serve(t, '--port', '0', '--tls-cert', cert, '--tls-key', key, ...host, ...args);
    assert.deepEqual(Object.keys(ready), ['url']);
    const address = `https://localhost:${new URL(ready.url).port}${settingsPath}`;
    const options = { token: await provider.token(), headers: { host: 'localhost' } };
    const answer = await call(ready, 'GET', address, { ...options, ca });
    assert.equal(answer.status, 200, answer.text);
    for (const [path, token, status] of [
      [settingsPath, options.token, 200],
      [settingsPath, null, 401],
      ['/beta/nothing', options.token, 400],
      ['/beta/$metadata', null, 200],
      ['/beta/$batch', options.token, 405],
    ] as const) {
      const told = await call(ready, 'GET', new URL(path, address).href, { ...options, token, ca });
      assert.equal(told.status, status, path);
      assert.equal(told.headers['strict-transport-security'], 'max-age=31536000', path);
    }
    await assert.rejects(call(ready, 'GET', address, options), /certificate/, 'the file is what it shows');
    assert.deepEqual(await stop(), { code: 0, signal: null });

    const missing = await offshoot(
      'serve',
      '--port',
      '0',
      '--tls-cert',
      cert,
      '--tls-key',
      join(folder, 'no.pem'),
      ...args,
    );
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /^offshoot: .*no\.pem.*\n$/);
    const broken = await offshoot('serve', '--port', '0', '--tls-cert', cert, '--tls-key', cert, ...args);
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /^offshoot: .*cert\.pem.*\n$/);
  });

  test('refuses a store made for development, and development mode one made for production', async (t) => {
    const { folder, data, args } = await prepare(t);
    const forDevelopment = join(folder, 'development');
    const { stop } = await serve(t, ...development(forDevelopment));
    await stop();
    const production = await offshoot('serve', '--plain-http', '--http-port', '0', ...args, '--data', forDevelopment);
    assert.equal(production.code, 1);
    assert.match(
      production.stderr,
      /^offshoot: The store '.*' was made for development and cannot be used for production\.\n$/,
    );

    const dev = await offshoot('serve', ...development(data));
    assert.equal(dev.code, 1);
    assert.match(
      dev.stderr,
      /^offshoot: The store '.*' was made for production and cannot be used for development\.\n$/,
    );
    assert.ok(!(await readdir(data)).includes('ca.pem'));
  });

  test('tells people where it is, and no secrets', async (t) => {
    const { args } = await prepare(t);
    const { ready, stderr, stop } = await serve(t, '--plain-http', '--http-port', '0', ...args);
    const bad = await call(ready, 'GET', settingsPath, {
      token: 'eyJ.secret.token',
      headers: { host: 'graph.example.org' },
    });
    assert.equal(bad.status, 401);
    await stop();
    assert.match(stderr(), /"outcome":"tokenMalformed"/);
    assert.doesNotMatch(stderr(), /secret|eyJ/);
  });
});

test('SIGHUP makes the server read its certificates again, and log a pair that is wrong', async (t) => {
  const { folder, args } = await prepare(t);
  const authority = await makeTestAuthority('ours');
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const write = async (pair: { cert: string; key: string }) => {
    await writeFile(cert, pair.cert);
    await writeFile(key, pair.key);
  };
  const first = await authority.issue('first');
  await write(first);
  const { child, stderr, stop } = await serve(t, '--port', '0', '--tls-cert', cert, '--tls-key', key, ...args);
  assert.match(stderr(), /"certificateRead",.*"expires":"20/);
  await write({ ...first, key: (await authority.issue('other')).key });
  child.kill('SIGHUP');
  await within(10_000, async () => stderr().includes('"certificateFailed"'));
  await write(await authority.issue('second'));
  child.kill('SIGHUP');
  await within(10_000, async () => stderr().includes('"certificateReplaced"'));
  assert.doesNotMatch(stderr(), /PRIVATE KEY/);
  assert.deepEqual(await stop(), { code: 0, signal: null });
});
