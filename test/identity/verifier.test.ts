// What a good token says, and each reason for which one is refused.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { graphAudiences, mintToken, personalAccountsTenant, tokenIssuer } from '../../src/identity/index.js';
import {
  claimsAt,
  compact,
  HandClock,
  issuerName,
  type Key,
  makeKey,
  refusal,
  sign,
  tenantId,
  verifierFor,
} from './issuer.js';

const clock = new HandClock();
let key: Key;
let keys: { jwks: { keys: Key['jwk'][] } };

before(async () => {
  key = await makeKey();
  keys = { jwks: { keys: [key.jwk] } };
});

const callerOf = async (changes: Record<string, unknown>) =>
  verifierFor(keys, clock).verify(await sign(key, claimsAt(clock, changes)));

describe('a token that holds', () => {
  for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
    it(`is accepted when signed by ${algorithm}`, async () => {
      const signer = await makeKey(algorithm);
      const verifier = verifierFor({ jwks: { keys: [signer.jwk] } }, clock);
      const caller = await verifier.verify(await sign(signer, claimsAt(clock)));
      assert.equal(caller.tenantId, tenantId);
    });
  }

  it('tells the caller as Entra writes it in v1 and v2', async () => {
    const v1 = await callerOf({
      upn: 'kai@example.com',
      name: 'Kai',
      appid: 'app',
      app_displayname: 'Graph Explorer',
      ver: '1.0',
    });
    assert.deepEqual(v1, {
      tenantId,
      kind: 'delegated',
      permissions: new Set(['DeviceManagementConfiguration.ReadWrite.All']),
      personal: false,
      ofDirectory: false,
      userId: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
      userPrincipalName: 'kai@example.com',
      displayName: 'Kai',
      applicationId: 'app',
      applicationDisplayName: 'Graph Explorer',
    });
    const v2 = await callerOf({ oid: undefined, preferred_username: 'kai@example.com', azp: 'app', ver: '2.0' });
    assert.equal(v2.userId, 'subject');
    assert.equal(v2.userPrincipalName, 'kai@example.com');
    assert.equal(v2.applicationId, 'app');
  });

  it('is accepted for each audience of Graph, also as one of several', async () => {
    for (const aud of [...graphAudiences, ['https://other.example', graphAudiences[2]]]) await callerOf({ aud });
  });

  it('is accepted with the scheme in any case', async () => {
    const token = (await sign(key, claimsAt(clock))).slice('Bearer '.length);
    for (const scheme of ['bearer', 'BEARER', 'bEaReR']) await verifierFor(keys, clock).verify(`${scheme} ${token}`);
  });

  it('is accepted without a kid, and from a set with several keys of one kid', async () => {
    const twin = await makeKey('ES256', key.jwk.kid);
    const verifier = verifierFor({ jwks: { keys: [twin.jwk, key.jwk] } }, clock);
    await verifier.verify(await sign(key, claimsAt(clock)));
    await verifier.verify(await sign(key, claimsAt(clock), { kid: undefined } as object));
  });

  it('tells the tenant in lower case', async () => {
    assert.equal((await callerOf({ tid: tenantId.toUpperCase() })).tenantId, tenantId);
  });

  it('lets a template issuer speak for the tenant in its own name alone', async () => {
    const template = verifierFor(keys, clock, { issuer: tokenIssuer });
    assert.equal((await template.verify(await sign(key, claimsAt(clock)))).tenantId, tenantId);
    const other = '0f0f0f0f-1111-4222-8333-444444444444';
    for (const changes of [{ tid: other }, { tid: undefined }, { iss: tokenIssuer, tid: '{tenantid}' }]) {
      await assert.rejects(template.verify(await sign(key, claimsAt(clock, changes))), refusal('tokenIssuer'));
    }
  });

  it('counts as delegated with both scp and roles, and as an application with roles alone', async () => {
    const both = await callerOf({ scp: 'A B', roles: ['C'] });
    assert.deepEqual([both.kind, [...both.permissions]], ['delegated', ['A', 'B']]);
    const application = await callerOf({ scp: undefined, roles: ['C'] });
    assert.deepEqual([application.kind, [...application.permissions]], ['application', ['C']]);
  });

  it('gives no permissions to one who has neither scp nor roles', async () => {
    const neither = { scp: undefined, roles: undefined };
    for (const [changes, kind] of [
      [{ ...neither, idtyp: 'app' }, 'application'],
      [{ ...neither, idtyp: 'user' }, 'delegated'],
      [{ ...neither }, 'delegated'],
      [{ ...neither, oid: 'same', sub: 'same' }, 'application'],
      [{ scp: '', roles: ['C'] }, 'delegated'],
      [{ scp: undefined, roles: ['C'], idtyp: 'user' }, 'delegated'],
    ] as const) {
      const caller = await callerOf(changes);
      assert.deepEqual([caller.kind, caller.permissions.size], [kind, 0], JSON.stringify(changes));
    }
  });

  it('tells a personal account by its tenant or its identity provider', async () => {
    const iss = tokenIssuer.replace('{tenantid}', personalAccountsTenant);
    const template = verifierFor(keys, clock, { issuer: tokenIssuer });
    const personal = await template.verify(await sign(key, claimsAt(clock, { tid: personalAccountsTenant, iss })));
    assert.equal(personal.personal, true);
    assert.equal((await callerOf({ idp: 'live.com' })).personal, true);
  });

  it('is what mintToken makes', async () => {
    const now = Math.floor(clock.now() / 1000);
    const grant = {
      audience: graphAudiences[0],
      tenantId,
      objectId: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
      applicationId: 'app',
      applicationDisplayName: 'Offshoot',
      issuedAt: now,
      expiresAt: now + 60,
      tokenId: 'uti',
    } as const;
    const signingKey = { kid: key.jwk.kid, algorithm: 'ES256', privateKey: key.privateKey } as const;
    const verifier = verifierFor(keys, clock, { issuer: tokenIssuer });
    const user = { kind: 'delegated', permissions: ['A', 'B'], userPrincipalName: 'kai@x', applicationProof: 'none' };
    const delegated = await verifier.verify(`Bearer ${await mintToken({ ...grant, ...user } as never, signingKey)}`);
    assert.deepEqual([delegated.kind, [...delegated.permissions]], ['delegated', ['A', 'B']]);
    assert.equal(delegated.userPrincipalName, 'kai@x');
    const daemon = { kind: 'application', permissions: [], applicationProof: 'secret' };
    const application = await verifier.verify(
      `Bearer ${await mintToken({ ...grant, ...daemon } as never, signingKey)}`,
    );
    assert.deepEqual([application.kind, application.permissions.size], ['application', 0]);
    assert.equal(application.userPrincipalName, undefined);
  });
});

describe('a header that holds no token', () => {
  it('is missing, or empty', async () => {
    for (const header of [undefined, '', ' ', 'Bearer', 'Bearer ', 'bearer   ']) {
      await assert.rejects(verifierFor(keys, clock).verify(header), refusal('tokenMissing'), String(header));
    }
  });

  it('is malformed when it is anything but one compact JWS of up to 16 KB', async () => {
    const good = await sign(key, claimsAt(clock));
    const token = good.slice('Bearer '.length);
    const [header, payload, signature] = token.split('.');
    for (const header of [
      token,
      `Basic ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${token} `,
      `Bearer\t${token}`,
      `Bearer ${token}.`,
      `Bearer x`,
      `Bearer ..`,
      `Bearer ${encode5(token)}`,
      `Bearer ${'A'.repeat(17_000)}`,
      `Bearer ${token}${'A'.repeat(17_000)}`,
      `Bearer ${'.'.repeat(15_000)}`,
    ]) {
      await assert.rejects(verifierFor(keys, clock).verify(header), refusal('tokenMalformed'), header.slice(0, 40));
    }
    const verifier = verifierFor(keys, clock);
    await assert.rejects(verifier.verify(`Bearer bm8.${payload}.${signature}`), refusal('tokenMalformed'));
    await assert.rejects(verifier.verify(`Bearer ${header}.bm8.${signature}`), refusal('tokenMalformed'));
    await assert.rejects(verifier.verify(`Bearer W10.${payload}.${signature}`), refusal('tokenMalformed'));
    await assert.rejects(verifier.verify(`Bearer ${header}.W10.${signature}`), refusal('tokenMalformed'));
  });
});

describe('a token is refused', () => {
  const now = Math.floor(clock.now() / 1000);
  for (const [name, changes] of [
    ['tokenExpired', { exp: now - 61 }],
    ['tokenExpired', { exp: 0 }],
    ['tokenNotYetValid', { nbf: now + 61 }],
    ['tokenNotYetValid', { iat: now + 62 }],
    ['tokenAudience', { aud: 'https://graph.windows.net' }],
    ['tokenAudience', { aud: '0b0b0b0b-0000-4000-8000-000000000000', nonce: 'an id token', scp: undefined }],
    ['tokenAudience', { aud: [] }],
    ['tokenAudience', { aud: undefined }],
    ['tokenAudience', { aud: { 'https://graph.microsoft.com': 1 } }],
    ['tokenIssuer', { iss: 'https://evil.example/' }],
    ['tokenIssuer', { iss: issuerName.slice(0, -1) }],
    ['tokenIssuer', { iss: `https://login.microsoftonline.com/${tenantId}/v2.0` }],
    ['tokenIssuer', { iss: [issuerName] }],
    ['tokenIssuer', { iss: undefined }],
    ['tokenClaims', { exp: undefined }],
    ['tokenClaims', { exp: '9999999999' }],
    ['tokenClaims', { nbf: '0' }],
    ['tokenClaims', { iat: 'now' }],
    ['tokenClaims', { tid: 'contoso.onmicrosoft.com' }],
    ['tokenClaims', { tid: [tenantId] }],
    ['tokenTenant', { tid: '0f0f0f0f-1111-4222-8333-444444444444' }],
    ['tokenClaims', { scp: { A: true } }],
    ['tokenClaims', { scp: ['A', null] }],
    ['tokenClaims', { roles: 1 }],
    ['tokenClaims', { roles: ['A', 1] }],
    ['tokenNotAccess', { typ: 'ID' }],
    ['tokenNotAccess', { typ: 'Refresh' }],
    ['tokenNotAccess', { typ: 1 }],
    ['tokenNotAccess', { at_hash: 'AAAA' }],
    ['tokenNotAccess', { cnf: { jkt: 'AAAA' } }],
    ['tokenClaims', { upn: { $ne: 1 } }],
  ] as const) {
    it(`by ${name} for ${JSON.stringify(changes, (_, value) => (value === undefined ? 'missing' : value))}`, async () => {
      await assert.rejects(callerOf(changes), refusal(name));
    });
  }

  it('by the clock only when the tolerance is used up', async () => {
    await callerOf({ exp: now - 59, nbf: now - 3600, iat: now - 3600 });
    await callerOf({ nbf: now + 59, iat: now + 59 });
  });

  it('for its signature before its claims are believed', async () => {
    const expired = (await sign(key, claimsAt(clock, { exp: now - 3600 }))).split('.');
    const [header, payload] = (await sign(key, claimsAt(clock, { exp: now - 3600, scp: 'All' }))).split('.');
    const spliced = `${header}.${payload}.${expired[2]}`;
    await assert.rejects(verifierFor(keys, clock).verify(spliced), refusal('tokenSignature'));
    await assert.rejects(verifierFor(keys, clock).verify(`${header}.${payload}.`), refusal('tokenSignature'));
  });

  it('when it is signed by the key of another issuer', async () => {
    const stranger = await makeKey('ES256', key.jwk.kid);
    await assert.rejects(
      verifierFor(keys, clock).verify(await sign(stranger, claimsAt(clock))),
      refusal('tokenSignature'),
    );
  });
});

describe('a token that was verified a moment ago', () => {
  it('is refused once it has expired', async () => {
    const verifier = verifierFor(keys, clock);
    const token = await sign(key, claimsAt(clock, { exp: Math.floor(clock.now() / 1000) - 55 }));
    await verifier.verify(token);
    clock.advance(4);
    await verifier.verify(token);
    clock.advance(2);
    await assert.rejects(verifier.verify(token), refusal('tokenExpired'));
  });

  it('does not vouch for one that differs in a single character', async () => {
    const verifier = verifierFor(keys, clock);
    const good = await sign(key, claimsAt(clock));
    await verifier.verify(good);
    const [header, , signature] = good.split('.');
    const [, payload] = compact({}, claimsAt(clock, { scp: 'Other' })).split('.');
    await assert.rejects(verifier.verify(`${header}.${payload}.${signature}`), refusal('tokenSignature'));
    await verifier.verify(good);
  });

  it('is not mixed up with others', async () => {
    const verifier = verifierFor(keys, clock);
    const tokens = await Promise.all(
      Array.from({ length: 300 }, (_, i) => sign(key, claimsAt(clock, { oid: `${i}` }))),
    );
    for (let round = 0; round < 3; round += 1) {
      const callers = await Promise.all(tokens.map((token) => verifier.verify(token)));
      assert.deepEqual(
        callers.map(({ userId }) => userId),
        tokens.map((_, i) => `${i}`),
      );
    }
  });
});

/** A token as a JWE in its compact form: five parts. */
function encode5(token: string): string {
  const [header] = token.split('.');
  return [header, 'a', 'b', 'c', 'd'].join('.');
}
