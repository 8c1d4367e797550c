// Tokens that are made for something else, shown as access tokens (RFC 8725, section 2.8; RFC 9068, section 5).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTenants, type Tenants } from '../http/tenants.js';
import { sign } from '../identity/issuer.js';

let tenants: Tenants;
let tenant: string;
before(async () => {
  tenants = await openTenants();
  tenant = await tenants.keep('active');
});
after(() => tenants.close());

async function shown(changes: Record<string, unknown>, header: object = {}): Promise<number> {
  const token = (await sign(tenants.key, tenants.claims(tenant, changes), header)).slice('Bearer '.length);
  return (await tenants.send('GET', 'derivedCredentials', { token })).status;
}

const client = 'de8bc8b5-d9f9-48b1-a8ad-b748da725064';

describe('an id token', () => {
  for (const [what, changes] of [
    ['for a client', { aud: client, nonce: 'n-0S6_WzA2Mj', scp: undefined }],
    ['for a client, with scopes', { aud: client }],
    ['for a client and Graph', { aud: [client, 'https://graph.microsoft.com'], at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' }],
    ['with the hash of a code', { c_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng' }],
    ['that says so, as Keycloak’s', { typ: 'ID' }],
    ['for Graph, with no permission', { scp: undefined, nonce: 'n' }],
  ] as const) {
    test(`${what} opens nothing`, async () => {
      const status = await shown(changes);
      assert.equal(status, 'nonce' in changes && !('aud' in changes) ? 403 : 401);
    });
  }
});

describe('a token of another use', () => {
  for (const typ of [
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'application/dpop+jwt',
    'token-introspection+jwt',
    'JWE',
    '',
  ]) {
    test(`whose header says ${JSON.stringify(typ)} opens nothing`, async () => {
      assert.equal(await shown({}, { typ }), 401);
    });
  }
  for (const typ of ['Refresh', 'Offline', 'Serialized-ID', 'Action-Token', 'DPoP', 1, null, {}]) {
    test(`that says ${JSON.stringify(typ)} opens nothing`, async () => {
      assert.equal(await shown({ typ }), 401);
    });
  }
  test('that is bound to a key of its bearer is no bearer token', async () => {
    for (const cnf of [{ jkt: 'AAAA' }, { 'x5t#S256': 'AAAA' }, { jwk: {} }, 'x']) {
      assert.equal(await shown({ cnf }), 401);
    }
  });
});

test('an access token says so, in the ways that there are', async () => {
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined]) {
    assert.equal(await shown({}, { typ }), 200, typ);
  }
  assert.equal(await shown({ typ: 'Bearer' }), 200);
  assert.equal(await shown({ nonce: 'of an older Keycloak' }), 200);
});
