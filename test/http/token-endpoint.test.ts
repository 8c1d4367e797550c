// The built-in token endpoint: what it publishes, and the tokens that applications get by themselves.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type CryptoKey, decodeJwt, decodeProtectedHeader, importPKCS8, SignJWT } from 'jose';
import { systemClock } from '../../src/base/index.js';
import {
  allOfGraph,
  appsRead,
  by,
  configurationWrite,
  type Ground,
  type MadeApplication,
  makeCertificate,
  openGround,
} from '../sign-in/ground.js';
import { type Answer, call } from '../support.js';

const tokenPath = '/oauth2/v2.0/token';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

describe('the token endpoint', () => {
  let ground: Ground;
  let made: MadeApplication;
  before(async () => {
    ground = await openGround();
    made = await ground.application();
  });
  after(() => ground.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    call(ground.server, 'GET', path, { token: null, headers });
  const credentials = (more: Record<string, string> = {}) => ({
    grant_type: 'client_credentials',
    client_id: made.application.id,
    client_secret: made.secret,
    scope: allOfGraph,
    ...more,
  });
  const refused = (answer: Answer, status: number, error: string, code: number): void => {
    const { json } = answer;
    assert.deepEqual([answer.status, json.error, json.error_codes], [status, error, [code]], answer.text);
    assert.match(
      json.error_description,
      new RegExp(
        `^AADSTS${code}: .+ Trace ID: ${json.trace_id} Correlation ID: ${json.correlation_id} Timestamp: ${json.timestamp}$`,
      ),
    );
    assert.equal(json.trace_id, answer.headers['request-id']);
    assert.match(json.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    assert.match(json.error_uri, new RegExp(`code=${code}$`));
  };

  test('publishes what a client of OpenID Connect needs, at the origin that was asked', async () => {
    const { tenantId, origin } = ground;
    const port = new URL(origin).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const { status, json, headers } = await get(`/${tenantId}/v2.0/.well-known/openid-configuration`, { host });
      assert.equal(status, 200);
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.equal(json.issuer, `http://${host}/${tenantId}/v2.0`);
      for (const [member, path] of Object.entries({
        authorization_endpoint: '/oauth2/v2.0/authorize',
        token_endpoint: tokenPath,
        jwks_uri: '/discovery/v2.0/keys',
        device_authorization_endpoint: '/oauth2/v2.0/devicecode',
        end_session_endpoint: '/oauth2/v2.0/logout',
      })) {
        assert.equal(json[member], `http://${host}/${tenantId}${path}`);
      }
    }
    const v1 = await get(`/${tenantId}/.well-known/openid-configuration`);
    assert.equal(v1.json.issuer, `https://sts.windows.net/${tenantId}/`);
    assert.equal(v1.json.token_endpoint, `${origin}/${tenantId}/oauth2/token`);
  });

  test('answers for the one tenant of development mode under common and organizations', async () => {
    for (const name of ['common', 'organizations']) {
      const { json } = await get(`/${name}/v2.0/.well-known/openid-configuration`);
      assert.equal(json.issuer, `${ground.origin}/${ground.tenantId}/v2.0`);
      assert.equal(json.token_endpoint, `${ground.origin}/${name}${tokenPath}`);
      const answer = await call(ground.server, 'POST', `/${name}${tokenPath}`, {
        token: null,
        body: new URLSearchParams(credentials()).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      assert.equal(answer.status, 200, answer.text);
    }
  });

  test('knows no other tenant, and no personal accounts', async () => {
    const path = '/v2.0/.well-known/openid-configuration';
    refused(await get(`/01a21a04-0000-7354-8412-e38a959dc291${path}`), 400, 'invalid_tenant', 90002);
    refused(await get(`/contoso.example.org${path}`), 400, 'invalid_tenant', 90002);
    refused(await get(`/consumers${path}`), 400, 'invalid_request', 9002346);
  });

  test('publishes the public keys of its tokens, and nothing else of them', async () => {
    const token = await ground.token(made);
    const { json } = await get(`/${ground.tenantId}/discovery/v2.0/keys`);
    const { kid } = decodeProtectedHeader(token);
    const key = json.keys.find((one: { kid: string }) => one.kid === kid);
    assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
    for (const one of json.keys) assert.ok(!('d' in one));
  });

  test('tells a client which host it is, for its own endpoints alone', async () => {
    const ask = (endpoint: string) =>
      get(`/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`);
    const { json } = await ask(`${ground.origin}/${ground.tenantId}/oauth2/v2.0/authorize`);
    const { host } = new URL(ground.origin);
    assert.deepEqual(json.metadata, [{ preferred_network: host, preferred_cache: host, aliases: [host] }]);
    assert.equal(
      json.tenant_discovery_endpoint,
      `${ground.origin}/${ground.tenantId}/v2.0/.well-known/openid-configuration`,
    );
    refused(await ask('https://login.example.com/common/oauth2/v2.0/authorize'), 400, 'invalid_instance', 50049);
  });

  test('gives an application a token by its secret, in the body or by Basic, with which it updates the settings', async () => {
    const basic = Buffer.from(`${made.application.id}:${encodeURIComponent(made.secret)}`).toString('base64');
    const { client_secret: _secret, client_id: _id, ...without } = credentials();
    for (const answer of [
      await ground.post(tokenPath, credentials()),
      await ground.post(tokenPath, without, { authorization: `Basic ${basic}` }),
      await ground.post(tokenPath, credentials({ client_id: made.application.id.toUpperCase() })),
      await ground.post(tokenPath, credentials({ scope: `${ground.origin}/.default` })),
      await ground.post(tokenPath, credentials({ scope: '00000003-0000-0000-c000-000000000000/.default' })),
    ]) {
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.headers['cache-control'], 'no-store');
      const { access_token: token, ...rest } = answer.json;
      assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 });
      const path = `/beta/deviceManagement/derivedCredentials/${ground.server.development?.settingsId}`;
      const update = await call(ground.server, 'PATCH', path, { token, body: { displayName: answer.text.slice(-9) } });
      assert.equal(update.status, 200, update.text);
    }
  });

  test("gives tokens of Entra's first form, which name no server, so that every listener takes them", async () => {
    const { development, url } = ground.server;
    assert.ok(development && url);
    const token = await ground.token(made);
    const claims = decodeJwt(token);
    const { iat, oid, uti, ...rest } = claims;
    assert.deepEqual(rest, {
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${ground.tenantId}/`,
      nbf: iat,
      exp: Number(iat) + 3599,
      app_displayname: 'Program',
      appid: made.application.id,
      appidacr: '1',
      idtyp: 'app',
      roles: [configurationWrite],
      sub: oid,
      tid: ground.tenantId,
      ver: '1.0',
    });
    assert.match(String(uti), /^[\w-]+$/);
    const ca = await readFile(development.caFile);
    const answer = await call(ground.server, 'GET', `${url}/beta/deviceManagement`, { token, ca });
    assert.equal(answer.status, 200, answer.text);
  });

  test('gives an application what it has at that moment, and one that is disabled nothing', async () => {
    const own = await ground.application({ roles: [appsRead] });
    const place = { tenantId: ground.tenantId, id: own.application.id };
    assert.deepEqual(decodeJwt(await ground.token(own)).roles, [appsRead]);
    await ground.applications.update(place, () => ({ roles: [] }), by());
    assert.equal(decodeJwt(await ground.token(own)).roles, undefined);
    await ground.applications.update(place, () => ({ enabled: false }), by());
    const answer = await ground.post(tokenPath, credentials({ client_id: place.id, client_secret: own.secret }));
    refused(answer, 400, 'unauthorized_client', 700016);
  });

  test('takes each of several secrets until it ends, and says so to those alone who know it', async () => {
    const own = await ground.application();
    const place = { tenantId: ground.tenantId, id: own.application.id };
    const second = await ground.applications.addSecret(place, { end: Date.now() + 60_000 }, by());
    for (const secret of [own.secret, second.secretText]) {
      const answer = await ground.post(tokenPath, credentials({ client_id: place.id, client_secret: secret }));
      assert.equal(answer.status, 200);
    }
    const past = { now: () => systemClock.now() - 2 * 86_400_000 };
    const old = await ground.application({}, past);
    const ask = (secret: string) =>
      ground.post(tokenPath, credentials({ client_id: old.application.id, client_secret: secret }));
    refused(await ask(old.secret), 401, 'invalid_client', 7000222);
    refused(await ask(`${old.secret}x`), 401, 'invalid_client', 7000215);
    refused(await ask(old.application.secrets[0]?.id ?? ''), 401, 'invalid_client', 7000215);
  });

  test("answers the first version's requests in their form", async () => {
    const { scope: _scope, ...form } = credentials();
    const answer = await ground.post('/oauth2/token', { ...form, resource: 'https://graph.microsoft.com' });
    assert.equal(answer.status, 200, answer.text);
    const { access_token: token, expires_on: end, not_before: begin, ...rest } = answer.json;
    assert.deepEqual(rest, {
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      resource: 'https://graph.microsoft.com',
    });
    assert.equal(Number(end) - Number(begin), 3599);
    assert.equal(decodeJwt(token).appid, made.application.id);
    refused(await ground.post('/oauth2/token', form), 400, 'invalid_request', 900144);
    const foreign = await ground.post('/oauth2/token', { ...form, resource: 'https://vault.azure.net' });
    refused(foreign, 400, 'invalid_resource', 500011);
  });

  const wrong: readonly [string, Record<string, string>, number, string, number][] = [
    ['a wrong secret', { client_secret: 'x' }, 401, 'invalid_client', 7000215],
    ['no secret', { client_secret: '' }, 401, 'invalid_client', 7000218],
    [
      'an unknown application',
      { client_id: '01a21a04-0000-7000-8000-000000000000' },
      400,
      'unauthorized_client',
      700016,
    ],
    ['an application that is no UUID', { client_id: "x' OR 1=1" }, 400, 'unauthorized_client', 700016],
    ['no application', { client_id: '' }, 400, 'invalid_request', 900144],
    ['no grant type', { grant_type: '' }, 400, 'invalid_request', 900144],
    ['an unknown grant type', { grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['no scope', { scope: '' }, 400, 'invalid_request', 900144],
    ['single permissions', { scope: configurationWrite }, 400, 'invalid_scope', 1002012],
    ['another resource', { scope: 'https://vault.azure.net/.default' }, 400, 'invalid_resource', 500011],
    ['.default beside others', { scope: `${allOfGraph} ${appsRead}` }, 400, 'invalid_scope', 70011],
    [
      'two proofs',
      { client_assertion: 'a.b.c', client_assertion_type: assertionType },
      400,
      'invalid_request',
      7000217,
    ],
  ];
  for (const [what, form, status, error, code] of wrong) {
    test(`refuses ${what} with AADSTS${code}`, async () => {
      refused(await ground.post(tokenPath, credentials(form)), status, error, code);
    });
  }

  test('refuses bodies that are no form, parameters that are given twice, and other methods', async () => {
    const send = (method: string, body: string | undefined, type: string) =>
      call(ground.server, method, `/${ground.tenantId}${tokenPath}`, {
        token: null,
        ...(body !== undefined && { body }),
        headers: { 'content-type': type },
      });
    const form = 'application/x-www-form-urlencoded';
    refused(await send('POST', '{}', 'application/json'), 400, 'invalid_request', 9002313);
    refused(await send('POST', '', form), 400, 'invalid_request', 900144);
    const twice = `${new URLSearchParams(credentials())}&client_id=${made.application.id}`;
    refused(await send('POST', twice, form), 400, 'invalid_request', 9002313);
    const answer = await send('GET', undefined, form);
    refused(answer, 405, 'invalid_request', 900561);
    assert.equal(answer.headers.allow, 'POST');
    const host = await get(`/${ground.tenantId}/v2.0/.well-known/openid-configuration`, { host: 'evil.example' });
    assert.equal(host.status, 400);
    assert.match(host.text, /evil\.example/);
  });

  test('leaves addresses that are not its own to Graph', async () => {
    assert.equal((await get('/beta/oauth2/v2.0/token')).status, 401);
    assert.equal((await get(`/${ground.tenantId}/nothing`)).status, 401);
  });

  describe('with a certificate', () => {
    let key: CryptoKey;
    let rsKey: CryptoKey;
    let pem: string;
    let sha1: string;
    let sha256: string;
    before(async () => {
      const certificate = await makeCertificate();
      pem = certificate.cert;
      key = await importPKCS8(certificate.key, 'PS256');
      rsKey = await importPKCS8(certificate.key, 'RS256');
      const place = { tenantId: ground.tenantId, id: made.application.id };
      const added = await ground.applications.addCertificate(place, { pem }, by());
      sha1 = added.certificate.thumbprint;
      sha256 = added.certificate.thumbprintSha256;
    });

    const audience = () => `${ground.origin}/${ground.tenantId}${tokenPath}`;
    let ids = 0;
    const claims = (changes: Record<string, unknown> = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const { id } = made.application;
      return { iss: id, sub: id, aud: audience(), jti: `jti-${++ids}`, nbf: now, exp: now + 600, ...changes };
    };
    const sign = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, by_: CryptoKey = key) =>
      new SignJWT(claims(changes)).setProtectedHeader({ alg: 'PS256', 'x5t#S256': sha256, ...header }).sign(by_);
    const ask = (assertion: string, more: Record<string, string> = {}, path = tokenPath) => {
      const { client_secret: _secret, ...form } = credentials();
      return ground.post(path, { ...form, client_assertion: assertion, client_assertion_type: assertionType, ...more });
    };

    test('an application proves itself by an assertion of either algorithm and thumbprint', async () => {
      for (const assertion of [
        await sign(),
        await sign({}, { alg: 'RS256', 'x5t#S256': undefined, x5t: sha1 }, rsKey),
        await sign({}, { 'x5t#S256': undefined }),
        await sign({ aud: `${ground.origin}/${ground.tenantId}/v2.0` }),
      ]) {
        const answer = await ask(assertion);
        assert.equal(answer.status, 200, answer.text);
        assert.equal(decodeJwt(answer.json.access_token).appidacr, '2');
      }
      const v1 = await sign({ aud: `${ground.origin}/${ground.tenantId}/oauth2/token` });
      const answer = await ask(v1, { resource: 'https://graph.microsoft.com' }, '/oauth2/token');
      assert.equal(answer.status, 200, answer.text);
    });

    test('the key of no other certificate counts, nor a certificate that the header brings along', async () => {
      const stranger = await makeCertificate();
      const strangerKey = await importPKCS8(stranger.key, 'PS256');
      const raw = new X509Certificate(stranger.cert).raw.toString('base64');
      refused(await ask(await sign({}, {}, strangerKey)), 401, 'invalid_client', 700027);
      const brought = await sign({}, { 'x5t#S256': undefined, x5c: [raw] }, strangerKey);
      refused(await ask(brought), 401, 'invalid_client', 700027);
      refused(await ask(await sign({}, { 'x5t#S256': sha1 })), 401, 'invalid_client', 700027);
    });

    test('an assertion is for this endpoint, for a day at most, and signed asymmetrically', async () => {
      const now = Math.floor(Date.now() / 1000);
      const elsewhere = await sign({ aud: 'https://login.microsoftonline.com/common/oauth2/v2.0/token' });
      refused(await ask(elsewhere), 401, 'invalid_client', 700023);
      // Whoever else it is for could present it here.
      const shared = await sign({ aud: ['https://elsewhere.example/token', audience()] });
      refused(await ask(shared), 401, 'invalid_client', 700023);
      assert.equal((await ask(await sign({ aud: [audience()] }))).status, 200);
      refused(await ask(await sign({ exp: now - 60, nbf: now - 600 })), 401, 'invalid_client', 700024);
      refused(await ask(await sign({ exp: now + 2 * 86_400 })), 401, 'invalid_client', 700024);
      refused(await ask(await sign({ nbf: now + 600, exp: now + 900 })), 401, 'invalid_client', 700024);
      refused(await ask(await sign({ exp: undefined })), 401, 'invalid_client', 50027);
      refused(await ask(await sign({ jti: undefined })), 401, 'invalid_client', 50027);
      refused(await ask(await sign({ iss: 'somebody' })), 401, 'invalid_client', 50027);
      const hmac = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(pem));
      refused(await ask(hmac), 401, 'invalid_client', 50027);
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims())).toString('base64url')}.`;
      refused(await ask(none), 401, 'invalid_client', 50027);
    });

    test('a certificate that is taken away counts no more', async () => {
      const own = await ground.application();
      const place = { tenantId: ground.tenantId, id: own.application.id };
      const { certificate } = await ground.applications.addCertificate(place, { pem }, by());
      const assertion = () => sign({ iss: place.id, sub: place.id });
      assert.equal((await ask(await assertion(), { client_id: place.id })).status, 200);
      await ground.applications.removeCertificate(place, certificate.id, by());
      refused(await ask(await assertion(), { client_id: place.id }), 401, 'invalid_client', 700027);
    });
  });
});
