// Development tokens: one key per store, and tokens that say what they were asked to say.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { type GraphError, isUuid, newId, systemClock } from '../../src/base/index.js';
import { parseLifetime } from '../../src/cli/lifetime.js';
import { type DevelopmentKey, developmentUser, openSigningKey } from '../../src/development/signing-key.js';
import { developmentTenantId } from '../../src/development/tenant.js';
import { createVerifier, graphAudiences } from '../../src/identity/index.js';
import { openTemporaryStore, type TemporaryStore } from './temporary-store.js';

const tenantId = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const options = { clock: systemClock, newId };
const user = { tenantId, kind: 'delegated', permissions: ['A.Read.All', 'B'], lifetime: 3600 } as const;

let temporary: TemporaryStore;
let key: DevelopmentKey;
before(async () => {
  temporary = await openTemporaryStore();
  key = await openSigningKey(temporary.store, options);
});
after(() => temporary.close());

const verify = async (token: string, from = key) =>
  createVerifier({
    issuers: [from.issuer],
    audiences: graphAudiences,
    clock: systemClock,
    clockTolerance: 0,
    cooldown: 30,
  }).verify(`Bearer ${token}`);

describe('the signing key', () => {
  it('is the same for all who open it, also at the same moment', async () => {
    const fresh = await openTemporaryStore();
    try {
      const keys = await Promise.all(Array.from({ length: 5 }, () => openSigningKey(fresh.store, options)));
      assert.equal(new Set(keys.map(({ signingKey }) => signingKey.kid)).size, 1);
      for (const { mint } of keys) await verify(await mint(user), keys[0]);
      await assert.rejects(verify(await key.mint(user), keys[0]), { refusal: 'tokenKey' });
    } finally {
      await fresh.close();
    }
  });

  it('is published without its private part', () => {
    assert.doesNotMatch(JSON.stringify(key.issuer), /"d"/);
  });
});

describe('a development token', () => {
  it('is delegated, of one user per name and tenant', async () => {
    const caller = await verify(await key.mint(user));
    assert.deepEqual(
      [caller.kind, caller.tenantId, [...caller.permissions]],
      ['delegated', tenantId, user.permissions],
    );
    assert.equal(caller.userPrincipalName, developmentUser);
    assert.ok(isUuid(caller.userId ?? ''));
    const named = await verify(await key.mint({ ...user, userPrincipalName: 'Kai@example.com' }));
    const again = await verify(await key.mint({ ...user, userPrincipalName: 'kai@example.com' }));
    assert.equal(named.userId, again.userId);
    assert.notEqual(named.userId, caller.userId);
  });

  it('is an application’s, with any roles or none', async () => {
    for (const permissions of [[], ['Anything at all']]) {
      const caller = await verify(await key.mint({ ...user, kind: 'application', permissions }));
      assert.deepEqual([caller.kind, [...caller.permissions]], ['application', permissions]);
      assert.equal(caller.userPrincipalName, undefined);
    }
  });

  it('has the form of Entra’s v1 tokens', async () => {
    const token = await key.mint(user);
    assert.deepEqual(decodeProtectedHeader(token), { typ: 'JWT', alg: 'ES256', kid: key.signingKey.kid });
    const { iss, aud, ver, scp, upn, unique_name, appidacr, idtyp } = decodeJwt(token);
    assert.deepEqual(
      { iss, aud, ver, scp, upn, unique_name, appidacr, idtyp },
      {
        iss: `https://sts.windows.net/${tenantId}/`,
        aud: 'https://graph.microsoft.com',
        ver: '1.0',
        scp: 'A.Read.All B',
        upn: developmentUser,
        unique_name: developmentUser,
        appidacr: '0',
        idtyp: 'user',
      },
    );
  });

  it('of the past has expired, and is refused for that', async () => {
    const past = verify(await key.mint({ ...user, lifetime: -3600 }));
    await assert.rejects(past, (error: GraphError) => error.refusal === 'tokenExpired');
  });
});

it('the tenant of a store has one id, whoever asks', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => developmentTenantId(temporary.store, newId)));
  assert.equal(new Set(ids).size, 1);
  assert.ok(isUuid(ids[0] ?? ''));
});

it('a lifetime is a whole number of seconds, minutes, hours or days, past or to come', () => {
  const lifetimes = { '90s': 90, '30m': 1800, '1h': 3600, '-1h': -3600, '2d': 172_800, '0s': 0, '-10s': -10 };
  for (const [text, seconds] of Object.entries(lifetimes)) assert.equal(parseLifetime(text), seconds);
  for (const text of ['', '1', 'h', '1.5h', '1 h', '+1h', '--1h', '1w', '1H', '1h30m', '9999999999d', '1h\n']) {
    assert.equal(parseLifetime(text), undefined, text);
  }
});
