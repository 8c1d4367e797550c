// Two tenants, and every address of the token endpoint below the one, asked with all that the other gives its applications and
// users. The addresses are those of the endpoint's own table: one that is added is asked too, or does not compile here.
import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeJwt, importPKCS8, SignJWT } from 'jose';
import { newId, systemClock } from '../../src/base/index.js';
import { changeTenant } from '../../src/service/index.js';
import { methodsAt, type Place, signInAddresses } from '../../src/sign-in/addresses.js';
import { Browser, signIn } from '../sign-in/browser.js';
import { by, configurationWrite, deviceGrant, makeCertificate, password } from '../sign-in/ground.js';
import { codeOf, native, openVisit, tokenPath, type Visit, web } from '../sign-in/visit.js';
import { type Answer, call } from '../support.js';

/** All that a tenant's people and programs have to show, or the same of nobody's. */
interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  assertion(audience: string): Promise<string>;
  readonly code: string;
  readonly refreshToken: string;
  /** One that nobody has confirmed yet, and one that somebody has. */
  readonly deviceCodes: readonly string[];
  readonly userCode: string;
  readonly idToken: string;
  readonly accessToken: string;
  readonly session: string;
  readonly interaction: string;
  readonly xsrf: string;
  readonly user: string;
}

let visit: Visit;
/** The tenant that is asked, its application, and what signs the endpoint's cookies. */
let ours: string;
let ownClientId: string;
let cookieKey: string;
let theirs: Credentials;
let nobodys: Credentials;

const random = (length: number): string => randomBytes(64).toString('base64url').slice(0, length);

function prover(key: string, clientId: string): Credentials['assertion'] {
  return async (audience) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), nbf: now, exp: now + 600 };
    const header = { alg: 'PS256', 'x5t#S256': thumbprint };
    return new SignJWT(claims).setProtectedHeader(header).sign(await importPKCS8(key, 'PS256'));
  };
}

let thumbprint: string;

/** Cookies as the endpoint has signed them, of the names that they have in either tenant. */
function cookiesOf({ session, interaction }: Credentials): string {
  const named = [ours, visit.ground.tenantId].map((tenant) => [`offshoot-session-${tenant.slice(0, 8)}`, session]);
  const brief = ['interaction', 'resume'].map((name) => [`offshoot-${name}`, interaction]);
  return [...named, ...brief]
    .map(([name, value]) => `${name}=${value}; ${name}.sig=${signatureOf(`${name}=${value}`)}`)
    .join('; ');
}

const signatureOf = (text: string): string => createHmac('sha1', cookieKey).update(text).digest('base64url');

type Fields = Readonly<Record<string, string>>;
type Send = (form?: Fields, query?: Fields) => Promise<Answer>;
type Ask = (given: Credentials, send: Send, path: string) => Promise<Answer>[];

const grants: Ask = (given, send, path) => {
  const audience = `${visit.ground.origin}/${ours}${path}`;
  const target: Fields = path === '/oauth2/token' ? { resource: 'https://graph.microsoft.com' } : {};
  const own: Fields = path === '/oauth2/token' ? target : { scope: 'https://graph.microsoft.com/.default' };
  const proofs: Promise<Fields>[] = [
    Promise.resolve({ client_secret: given.secret }),
    given.assertion(audience).then((assertion) => ({
      client_assertion: assertion,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })),
    Promise.resolve({}),
  ];
  const shown: Fields[] = [
    { grant_type: 'client_credentials', ...own },
    { grant_type: 'authorization_code', code: given.code, redirect_uri: native, code_verifier: 'x'.repeat(43) },
    { grant_type: 'refresh_token', refresh_token: given.refreshToken },
    ...given.deviceCodes.map((code) => ({ grant_type: deviceGrant, device_code: code })),
  ];
  // By the application that has them, and by one of the tenant that is asked, which proves itself by what is not its own.
  return [given.clientId, ownClientId].flatMap((clientId) =>
    shown.flatMap((form) =>
      proofs.map(async (proof) => send({ ...target, client_id: clientId, ...form, ...(await proof) })),
    ),
  );
};

/** The addresses that ask for nothing that is a tenant's. */
const openToAll: Ask = () => [];

/** What is asked at each place besides what every address is asked. */
const asks: Readonly<Record<Place, Ask>> = {
  discovery: openToAll,
  discoveryV1: openToAll,
  instance: (_given, send) => [
    send(undefined, {
      'api-version': '1.1',
      authorization_endpoint: `${visit.ground.origin}/${ours}/oauth2/v2.0/authorize`,
    }),
  ],
  keys: openToAll,
  script: openToAll,
  token: grants,
  tokenV1: grants,
  deviceCode: ({ clientId, secret }, send) => [
    send({ client_id: clientId, scope: 'openid' }),
    send({ client_id: clientId, client_secret: secret, scope: 'openid' }),
    send({ client_id: ownClientId, client_secret: secret, scope: 'openid' }),
  ],
  authorize: ({ clientId, idToken, user }, send) =>
    [
      { client_id: clientId },
      { client_id: ownClientId },
      { client_id: ownClientId, prompt: 'none' },
      { client_id: ownClientId, prompt: 'select_account' },
      { client_id: ownClientId, prompt: 'none', id_token_hint: idToken, login_hint: user },
    ].map((of: object) => {
      const { searchParams } = new URL(visit.authorize());
      return send(undefined, { ...Object.fromEntries(searchParams), ...of });
    }),
  device: ({ userCode, xsrf }, send) => [
    send({ user_code: userCode, xsrf }),
    send({ user_code: userCode, xsrf, confirm: 'yes' }),
  ],
  logout: ({ clientId, idToken }, send) =>
    [{ client_id: clientId }, { id_token_hint: idToken }, { client_id: ownClientId, id_token_hint: idToken }].map(
      (of: object) => send(undefined, { ...of, post_logout_redirect_uri: native, state: 'state' }),
    ),
  logoutConfirm: ({ xsrf }, send) => [send({ xsrf, logout: 'yes' })],
  page: ({ interaction, user }, send) =>
    ['sign-in', 'accept', 'continue', 'decline'].map((action) =>
      send({ token: formToken(interaction), user, password, action }),
    ),
};

const formToken = (uid: string): string => createHmac('sha256', cookieKey).update(`form ${uid}`).digest('base64url');

/** The code, typed into a page of the tenant that is asked. */
async function enterCode(userCode: string): Promise<Answer> {
  const browser = new Browser(visit.ground.origin);
  const page = await browser.visit(`${visit.ground.origin}/${ours}/oauth2/deviceauth`);
  return browser.submit(page, { user_code: userCode });
}

/** The user, with the password, at a sign-in of the tenant that is asked. */
async function signInAs(user: string): Promise<Answer> {
  const browser = new Browser(visit.ground.origin);
  const asked = visit.authorize({ client_id: ownClientId }).replace(visit.ground.tenantId, ours);
  return browser.submit(await browser.visit(asked), { user, password, action: 'sign-in' });
}

/** Everything that the address is asked, in an order that is always the same. */
async function answersTo(
  { path: template, place, method }: { path: string; place: Place; method: string },
  given: Credentials,
): Promise<unknown[]> {
  const path = template.replace('{interaction}', given.interaction);
  const sender =
    (headers: Fields): Send =>
    (form = {}, query = {}) => {
      const asked = new URLSearchParams(query).toString();
      return call(visit.ground.server, method, `/${ours}${path}${asked && `?${asked}`}`, {
        token: null,
        headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(method === 'POST' && { body: new URLSearchParams(form).toString() }),
      });
    };
  const cookie = { cookie: cookiesOf(given) };
  const basic = Buffer.from(`${given.clientId}:${given.secret}`).toString('base64');
  const told: unknown[] = [];
  const shown: Fields[] = [
    {},
    cookie,
    { authorization: `Bearer ${given.accessToken}` },
    { authorization: `Basic ${basic}` },
  ];
  for (const headers of shown) {
    told.push(tell(await sender(headers)(), given));
  }
  for (const headers of [{}, cookie]) {
    for (const answer of asks[place](given, sender(headers), path)) told.push(tell(await answer, given));
  }
  return told;
}

/** An answer without ids and times. Nothing that tells more of the other tenant than was said may be in it. */
function tell({ status, headers, text }: Answer, given: Credentials): unknown {
  for (const secret of [visit.user.id, visit.user.displayName, 'alert(1)', theirs.session]) {
    assert.ok(secret === given.user || !text.includes(secret), text);
  }
  assert.ok(status < 500, text);
  const { location, 'content-type': type, 'www-authenticate': challenge, 'set-cookie': cookies } = headers;
  return { status, type, challenge, location: plain(location ?? ''), cookies: cookies?.map(plain), text: plain(text) };
}

function plain(text: string): string {
  return [theirs, nobodys]
    .flatMap(({ clientId, user, interaction, userCode }) => [clientId, user, interaction, userCode])
    .reduce((rest, id) => rest.replaceAll(id, '{id}').replaceAll(encodeURIComponent(id), '{id}'), text)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '{id}')
    .replace(/\d{4}-\d\d-\d\d[T +]\d\d(?::|%3A)\d\d(?::|%3A)\d\d(\.\d+)?Z/g, '{time}')
    .replace(/expires=[^;]+/g, 'expires={time}')
    .replace(/(value="|=|\/|'|nonce-)[\w-]{21,}/g, '$1{id}');
}

/** What is kept of sign-ins, theirs whole, of ours that which gives anybody anything; and all of both directories. */
async function state(): Promise<unknown> {
  const { store, tenantId } = visit.ground;
  const rows = ((await visit.ground.records()) as unknown[][]).map((row) => row.map(String));
  const given = ['AuthorizationCode', 'AccessToken', 'RefreshToken', 'Grant', 'DeviceCode'];
  const kept = rows.filter(([tenant, kind = '']) => tenant === tenantId || given.includes(kind));
  const directories = [ours, tenantId].map(async (tenant) => [
    await store.listApplications(tenant),
    await store.listUsers(tenant),
  ]);
  return [kept.map((row) => row.join()).toSorted(), await Promise.all(directories)];
}

const poll = (code: string) =>
  visit.ground.post(tokenPath, { grant_type: deviceGrant, client_id: visit.made.application.id, device_code: code });

before(async () => {
  visit = await openVisit();
  const { ground, made, user } = visit;
  ours = newId();
  const tenant = { displayName: 'Ours', license: 'active' } as const;
  await changeTenant(ground.store, ours, () => tenant, { clock: systemClock, by: by() });
  const draft = { displayName: 'Own', scopes: [configurationWrite], redirectUris: [native, web] };
  ownClientId = (await ground.applications.create(ours, draft, by())).application.id;
  const place = { tenantId: ground.tenantId, id: made.application.id };
  const [certificate, other] = [await makeCertificate(), await makeCertificate()];
  const kept = await ground.applications.addCertificate(place, { pem: certificate.cert }, by());
  thumbprint = kept.certificate.thumbprintSha256;

  const browser = new Browser(ground.origin);
  const given = (await visit.redeem(codeOf(await visit.begin(browser)))).json;
  const device = async (): Promise<Answer['json']> =>
    (await ground.post('/oauth2/v2.0/devicecode', { client_id: place.id, scope: 'openid' })).json;
  const [pending, confirmed] = [await device(), await device()];
  const typed = await browser.submit(await browser.visit(confirmed.verification_uri), {
    user_code: confirmed.user_code,
  });
  const end = await browser.submit(typed, { confirm: 'yes' });
  assert.match(end.text, /<h1>Signed in<\/h1>/);
  const left = await browser.visit(`${ground.origin}/${ground.tenantId}/oauth2/v2.0/logout`);
  const { location } = await browser.open(visit.authorize({ prompt: 'login' }));
  cookieKey = (await ground.store.findSecret('sign-in-cookie-key')) ?? assert.fail('no key signs cookies');
  theirs = {
    clientId: place.id,
    secret: made.secret,
    assertion: prover(certificate.key, place.id),
    code: codeOf(await browser.open(visit.authorize({ prompt: 'none' }))),
    refreshToken: given.refresh_token,
    deviceCodes: [pending.device_code, confirmed.device_code],
    userCode: pending.user_code,
    idToken: given.id_token,
    accessToken: given.access_token,
    session: /offshoot-session-\w+=([^;]+)/.exec(browser.cookiesFor('/'))?.[1] ?? '',
    interaction: location?.split('/').at(-1) ?? '',
    xsrf: /name="xsrf" value="([^"]+)"/.exec(left.text)?.[1] ?? '',
    user: user.userPrincipalName,
  };
  const key = await importPKCS8(other.key, 'RS256');
  const nobody = randomUUID();
  nobodys = {
    clientId: nobody,
    secret: random(theirs.secret.length),
    assertion: prover(other.key, nobody),
    code: random(theirs.code.length),
    refreshToken: random(theirs.refreshToken.length),
    deviceCodes: theirs.deviceCodes.map(({ length }) => random(length)),
    userCode: theirs.userCode.startsWith('BBBB') ? 'CCCC-BBBB' : 'BBBB-CCCC',
    idToken: await new SignJWT({ ...decodeJwt(theirs.idToken), aud: nobody })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(key),
    accessToken: await new SignJWT(decodeJwt(theirs.accessToken)).setProtectedHeader({ alg: 'RS256' }).sign(key),
    session: random(theirs.session.length),
    interaction: random(theirs.interaction.length),
    xsrf: random(theirs.xsrf.length),
    user: 'nobody@example.org',
  };
  for (const value of Object.values(theirs)) assert.ok(value.length > 0);
});
after(() => visit.close());

test('every address with what another tenant gave is answered as with what nobody was given, and changes nothing', async () => {
  const before = await state();
  let asked = 0;
  for (const { path, place } of signInAddresses) {
    for (const method of methodsAt(place)) {
      const address = { path, place, method };
      const [one, other] = [await answersTo(address, theirs), await answersTo(address, nobodys)];
      for (const [index, answer] of one.entries())
        assert.deepEqual(answer, other[index], `${method} ${path}, ${index}`);
      asked += one.length;
    }
  }
  assert.ok(asked > 200, `${asked} requests`);
  assert.deepEqual(await state(), before);
});

test('the pages take no user, and no code of a device, of another tenant', async () => {
  const before = await state();
  for (const ask of [({ user }: Credentials) => signInAs(user), ({ userCode }: Credentials) => enterCode(userCode)]) {
    const other = await ask(nobodys);
    assert.ok(other.status === 401 || other.status === 400, other.text);
    assert.deepEqual(tell(await ask(theirs), theirs), tell(other, nobodys));
  }
  assert.deepEqual(await state(), before);
});

test('all that it was is what its own tenant takes still', async () => {
  const { ground } = visit;
  const [pending = '', confirmed = ''] = theirs.deviceCodes;
  assert.equal((await visit.redeem(theirs.code)).status, 200);
  assert.equal((await visit.refresh(theirs.refreshToken)).status, 200);
  assert.equal((await poll(pending)).json.error, 'authorization_pending');
  assert.equal((await poll(confirmed)).status, 200);
  const asked = {
    grant_type: 'client_credentials',
    client_id: theirs.clientId,
    scope: 'https://graph.microsoft.com/.default',
  };
  assert.equal((await ground.post(tokenPath, { ...asked, client_secret: theirs.secret })).status, 200);
  const assertion = {
    client_assertion: await theirs.assertion(`${ground.origin}/${ground.tenantId}${tokenPath}`),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  };
  assert.equal((await ground.post(tokenPath, { ...asked, ...assertion })).status, 200);
  const cookie = { cookie: cookiesOf(theirs) };
  const silent = await call(ground.server, 'GET', visit.authorize({ prompt: 'none' }), {
    token: null,
    headers: cookie,
  });
  assert.ok(new URL(silent.headers.location ?? '').searchParams.has('code'), silent.headers.location);
  const page = await call(ground.server, 'GET', `/${ground.tenantId}/sign-in/${theirs.interaction}`, {
    token: null,
    headers: cookie,
  });
  assert.match(page.text, /<h1>Sign in<\/h1>/);
  const browser = new Browser(ground.origin);
  const typed = await browser.submit(await browser.visit(`${ground.origin}/${ground.tenantId}/oauth2/deviceauth`), {
    user_code: theirs.userCode,
  });
  const end = await signIn(browser, await browser.submit(typed, { confirm: 'yes' }), theirs.user, password);
  assert.match(end.text, /<h1>Signed in<\/h1>/);
});
