// Tokens that prove nothing: 401, with a challenge, whatever was asked for.
import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { exportSPKI, SignJWT } from 'jose';
import { compact, makeKey, sign } from '../identity/issuer.js';
import { assertRefusal } from './refusals.js';
import { leastSettings } from './session.js';
import { openTenants, type Tenants } from './tenants.js';

let tenants: Tenants;
let tenant: string;
let settings: string;
let good: string;
before(async () => {
  tenants = await openTenants();
  tenant = await tenants.keep('active');
  good = await tenants.token(tenant, {
    scp: 'DeviceManagementConfiguration.ReadWrite.All DeviceManagementApps.Read.All',
  });
  const created = await tenants.send('POST', 'derivedCredentials', { token: good, body: leastSettings });
  assert.equal(created.status, 201, created.text);
  settings = `derivedCredentials/${created.json.id}`;
});
after(() => tenants.close());

const state = async (): Promise<string> => {
  const answers = await Promise.all(
    [settings, 'auditEvents?$count=true'].map((path) => tenants.send('GET', path, { token: good })),
  );
  return answers.map(({ status, text }) => `${status} ${text}`).join('\n');
};

/** That the header is refused with this text, for a read, a change, and a path that does not exist, and changes nothing. */
async function assertUnauthorized(
  authorization: string | undefined,
  message: string | RegExp,
  given = true,
): Promise<void> {
  const before = await state();
  for (const [method, path] of [
    ['GET', settings],
    ['PATCH', settings],
    ['DELETE', settings],
    ['POST', 'nope'],
    ['GET', '/v1.0/me'],
  ] as const) {
    const body = method === 'PATCH' || method === 'POST' ? { displayName: 'taken' } : undefined;
    const answer = await tenants.send(method, path, { token: null, headers: { authorization }, body });
    assertRefusal(answer, {
      status: 401,
      code: 'InvalidAuthenticationToken',
      message,
      headers: {
        'www-authenticate': `Bearer realm="", client_id="00000003-0000-0000-c000-000000000000"${given ? ', error="invalid_token"' : ''}`,
      },
    });
    for (const part of authorization?.split(/[ .]/) ?? []) {
      assert.ok(part.length < 10 || !answer.text.includes(part), 'nothing of a token is sent back');
    }
  }
  assert.equal(await state(), before);
}

const failure = 'Access token validation failure.';
const malformed = 'IDX14100: JWT is not well formed, or the Authorization header is not a single bearer token.';
const expired = 'Lifetime validation failed, the token is expired.';
const early = 'Lifetime validation failed, the token is not yet valid.';
const noIssuer = `${failure} Invalid issuer.`;
const noAudience = `${failure} Invalid audience.`;
const noSignature = `${failure} The signature is invalid.`;
const noAlgorithm = `${failure} The signing algorithm is not allowed.`;
const noKey = `${failure} Signing key is invalid.`;
const noClaim = (claim: string) => `${failure} The claim '${claim}' is missing or malformed.`;
const noTenant = `${failure} The tenant is not known here.`;

describe('an Authorization header', () => {
  test('that is missing or empty is refused', async () => {
    for (const header of [undefined, '', 'Bearer', 'bearer ', 'Bearer   ']) {
      await assertUnauthorized(header, 'Access token is empty.', false);
    }
  });
  test('that is no single bearer token is refused', async () => {
    for (const header of [
      'Basic YTpi',
      'Digest username="a"',
      'Bearer a',
      'Bearer a.b',
      'Bearer a.b.c',
      'Bearer a.b.c.d.e',
      `Bearer ${good} ${good}`,
      `Bearer ${good}, Bearer ${good}`,
      `Bearer ${good},${good}`,
      `Bearer "${good}"`,
      `Bearer\t${good}`,
      `Token ${good}`,
      good,
      `Bearer ${good}=`,
      `Bearer ${'a'.repeat(17_000)}.b.c`,
    ]) {
      await assertUnauthorized(header, malformed);
    }
  });
  test('is not looked for anywhere else', async () => {
    for (const headers of [
      { cookie: `access_token=${good}` },
      { 'x-ms-token': good },
      { 'proxy-authorization': `Bearer ${good}` },
    ]) {
      const answer = await tenants.send('GET', settings, { token: null, headers });
      assert.equal(answer.status, 401);
    }
    assert.equal((await tenants.send('GET', `${settings}?access_token=${good}`, { token: null })).status, 401);
  });
});

describe('a token', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const claims: readonly (readonly [string, () => Record<string, unknown>, string])[] = [
    ['that has expired', () => ({ exp: now() - 61 }), expired],
    ['that is not yet valid', () => ({ nbf: now() + 120 }), early],
    ['that was issued in the future', () => ({ iat: now() + 120 }), early],
    ['without an expiry', () => ({ exp: undefined }), noClaim('exp')],
    ['whose expiry is a text', () => ({ exp: '9999999999' }), noClaim('exp')],
    ['of another issuer', () => ({ iss: 'https://evil.example/' }), noIssuer],
    ['of the issuer of another tenant', () => ({ iss: `https://sts.windows.net/${randomUUID()}/` }), noIssuer],
    ['without an issuer', () => ({ iss: undefined }), noIssuer],
    ['for another audience', () => ({ aud: 'https://management.azure.com' }), noAudience],
    [
      'for an audience that only begins like Graph',
      () => ({ aud: 'https://graph.microsoft.com.evil.example' }),
      noAudience,
    ],
    ['without an audience', () => ({ aud: undefined }), noAudience],
    ['without a tenant', () => ({ tid: undefined }), noIssuer],
    // A text and a list of texts are both read: issuers write a single role as a text.
    ['whose roles are a number', () => ({ scp: undefined, roles: 7 }), noClaim('roles')],
    ['whose roles are not all texts', () => ({ scp: undefined, roles: ['a', 7] }), noClaim('roles')],
    ['whose scopes are an object', () => ({ scp: { all: true } }), noClaim('scp')],
  ];
  for (const [name, changes, message] of claims) {
    test(`${name} is refused`, async () => {
      await assertUnauthorized(`Bearer ${await tenants.token(tenant, changes())}`, message);
    });
  }

  test('of a tenant that is not known is refused: rule 9', async () => {
    await assertUnauthorized(`Bearer ${await tenants.token(randomUUID())}`, noTenant);
  });

  test('without a signature is refused, whatever it calls its algorithm', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', 'HS256', 'RS1', 'ES256K', undefined, null, 7]) {
      await assertUnauthorized(compact({ alg, typ: 'JWT' }, tenants.claims(tenant)), noAlgorithm);
    }
    await assertUnauthorized(compact({ alg: 'ES256', kid: tenants.key.jwk.kid }, tenants.claims(tenant)), noSignature);
  });

  test('signed with the public key as an HMAC secret is refused', async () => {
    const pem = await exportSPKI(tenants.key.publicKey);
    for (const secret of [pem, JSON.stringify(tenants.key.jwk)]) {
      const unsigned = compact({ alg: 'HS256', kid: tenants.key.jwk.kid }, tenants.claims(tenant)).slice(0, -1);
      const signature = createHmac('sha256', secret).update(unsigned.slice('Bearer '.length)).digest('base64url');
      await assertUnauthorized(`${unsigned}.${signature}`, noAlgorithm);
    }
  });

  test('that was changed after it was signed is refused', async () => {
    const [header = '', payload = '', signature = ''] = good.split('.');
    const claims = {
      ...JSON.parse(Buffer.from(payload, 'base64url').toString()),
      scp: 'DeviceManagementApps.ReadWrite.All',
    };
    const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
    await assertUnauthorized(`Bearer ${header}.${forged}.${signature}`, noSignature);
    const other = signature.startsWith('A') ? 'B' : 'A';
    await assertUnauthorized(`Bearer ${header}.${payload}.${other}${signature.slice(1)}`, noSignature);
    await assertUnauthorized(`Bearer ${header}.${payload}.`, noSignature);
  });

  test('signed by another key is refused, also when it brings that key', async () => {
    const stranger = await makeKey('ES256', tenants.key.jwk.kid);
    const claims = tenants.claims(tenant);
    await assertUnauthorized(await sign(stranger, claims), noSignature);
    await assertUnauthorized(await sign(stranger, claims, { jwk: stranger.jwk }), noSignature);
    await assertUnauthorized(await sign(stranger, claims, { kid: 'unknown', jku: 'http://127.0.0.1:1/' }), noKey);
    const rsa = await makeKey('RS256', tenants.key.jwk.kid);
    await assertUnauthorized(await sign(rsa, claims), noAlgorithm);
  });

  test('with an extension that must be understood is refused', async () => {
    const token = await new SignJWT(tenants.claims(tenant))
      .setProtectedHeader({ alg: 'ES256', kid: tenants.key.jwk.kid, crit: ['b64'], b64: true })
      .sign(tenants.key.privateKey);
    await assertUnauthorized(`Bearer ${token}`, malformed);
  });

  test('that is good opens the door', async () => {
    assert.equal((await tenants.send('GET', settings, { token: good })).status, 200);
  });
});
