// Attacks on JSON Web Tokens, each by the way it is known (RFC 8725).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { CompactEncrypt, exportSPKI, type JWTHeaderParameters } from 'jose';
import {
  answerKeys,
  claimsAt,
  compact,
  encode,
  HandClock,
  type Key,
  type KeyServer,
  makeKey,
  openKeyServer,
  refusal,
  sign,
  verifierFor,
} from './issuer.js';

const clock = new HandClock();
let rsa: Key;
let ec: Key;
let stranger: Key;
let keyServer: KeyServer;
/** Serves the stranger's keys; nobody may ever ask it. */
let trap: KeyServer;

before(async () => {
  rsa = await makeKey('RS256');
  ec = await makeKey('ES256');
  stranger = await makeKey('ES256', 'stranger');
  keyServer = await openKeyServer(answerKeys(rsa, ec));
  trap = await openKeyServer(answerKeys(stranger));
});

after(async () => {
  assert.equal(trap.requests, 0);
  await Promise.all([keyServer.close(), trap.close()]);
});

const verify = (token: string) => verifierFor({ url: keyServer.url }, clock).verify(token);

describe('the algorithm', () => {
  for (const alg of [
    'none',
    'None',
    'NONE',
    'nOnE',
    'none\u0000',
    '',
    'HS256',
    'hs256',
    'RS1',
    'RS384',
    'ES256K',
    'dir',
  ]) {
    it(`${JSON.stringify(alg)} is never accepted, with a signature or without`, async () => {
      const { signature } = await partsOf(await sign(rsa, claimsAt(clock)));
      for (const given of ['', signature]) {
        const token = compact({ alg, kid: rsa.jwk.kid }, claimsAt(clock), given);
        await assert.rejects(verify(token), refusal('tokenAlgorithm'));
      }
    });
  }

  it('that is no text, or missing, is never accepted', async () => {
    for (const alg of [undefined, null, 1, ['RS256'], { toString: 'RS256' }]) {
      await assert.rejects(verify(compact({ alg }, claimsAt(clock), 'AA')), refusal('tokenAlgorithm'));
    }
  });

  it('HMAC keyed with the public key in any of its forms is no signature, under any name', async () => {
    const secrets = [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), rsa.jwk.n ?? '', ''];
    for (const secret of secrets.flatMap((text) => [text, text.trim()])) {
      for (const [alg, name] of [
        ['HS256', 'tokenAlgorithm'],
        ['RS256', 'tokenSignature'],
      ] as const) {
        const unsigned = `${encode({ alg, kid: rsa.jwk.kid })}.${encode(claimsAt(clock))}`;
        const signature = createHmac('sha256', secret || 'x')
          .update(unsigned)
          .digest('base64url');
        await assert.rejects(verify(`Bearer ${unsigned}.${signature}`), refusal(name));
      }
    }
  });

  it('must suit the type of the key that kid names', async () => {
    await assert.rejects(verify(await sign(ec, claimsAt(clock), { kid: rsa.jwk.kid })), refusal('tokenAlgorithm'));
    await assert.rejects(verify(await sign(rsa, claimsAt(clock), { kid: ec.jwk.kid })), refusal('tokenAlgorithm'));
  });

  it('must be the one that the key is for', async () => {
    const bound = { jwks: { keys: [{ ...rsa.jwk, alg: 'RS256' }] } };
    const pss = { ...rsa, algorithm: 'PS256' };
    const { payload } = await partsOf(await sign(rsa, claimsAt(clock)));
    const token = `Bearer ${encode({ alg: pss.algorithm, kid: rsa.jwk.kid })}.${payload}.AAAA`;
    await assert.rejects(verifierFor(bound, clock).verify(token), refusal('tokenAlgorithm'));
  });
});

describe('the header', () => {
  it('with an extension that must be understood is refused', async () => {
    for (const crit of [['exp'], ['http://example.com/x'], ['b64'], [], 'alg', null]) {
      const { payload, signature } = await partsOf(await sign(ec, claimsAt(clock)));
      const header = encode({ alg: 'ES256', kid: ec.jwk.kid, crit, b64: true, exp: 1 });
      await assert.rejects(verify(`Bearer ${header}.${payload}.${signature}`), refusal('tokenMalformed'));
    }
    const b64 = await sign(ec, claimsAt(clock), { b64: true, crit: ['b64'] } as Partial<JWTHeaderParameters>);
    await assert.rejects(verify(b64), refusal('tokenMalformed'));
  });

  it('cannot bring its own key, nor the address of one', async () => {
    const bait = { jku: trap.url, x5u: trap.url, jwk: stranger.jwk, x5c: ['MIIB'], 'x5t#S256': 'AAAA' };
    for (const kid of ['stranger', trap.url, 'key-ES256', undefined]) {
      const forged = await sign(stranger, claimsAt(clock), { ...bait, kid } as object);
      await assert.rejects(
        verify(forged),
        refusal(kid === 'stranger' || kid === trap.url ? 'tokenKey' : 'tokenSignature'),
      );
    }
    // What is not used does no harm either.
    await verify(await sign(ec, claimsAt(clock), { jku: trap.url, x5u: trap.url, jwk: stranger.jwk } as object));
  });

  it('names a key by kid, and kid is only compared', async () => {
    for (const kid of [
      '../../../../dev/null',
      'file:///etc/passwd',
      '/proc/self/environ',
      "x' UNION SELECT 'secret'--",
      '__proto__',
      'constructor',
      'key-ES256\u0000',
      'KEY-ES256',
      '',
      'k'.repeat(10_000),
    ]) {
      await assert.rejects(
        verify(await sign(stranger, claimsAt(clock), { kid })),
        refusal('tokenKey'),
        kid.slice(0, 40),
      );
    }
  });

  it('with a kid that is no text is refused', async () => {
    for (const kid of [null, 1, ['key-ES256'], { kid: 'key-ES256' }]) {
      await assert.rejects(verify(await sign(ec, claimsAt(clock), { kid } as object)), refusal('tokenMalformed'));
    }
  });

  it('with two kids is read as one token, not as two', async () => {
    const header = Buffer.from('{"alg":"ES256","kid":"key-ES256","kid":"stranger"}').toString('base64url');
    const { payload, signature } = await partsOf(await sign(stranger, claimsAt(clock)));
    await assert.rejects(verify(`Bearer ${header}.${payload}.${signature}`), refusal('tokenKey'));
  });
});

describe('a token in a token', () => {
  it('is refused, encrypted with our public key or signed', async () => {
    const inner = (await sign(stranger, claimsAt(clock))).slice('Bearer '.length);
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(inner))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: rsa.jwk.kid, cty: 'JWT' })
      .encrypt(rsa.jwk);
    await assert.rejects(verify(`Bearer ${encrypted}`), refusal('tokenMalformed'));
    const nested = `Bearer ${encode({ alg: 'ES256', kid: ec.jwk.kid, cty: 'JWT' })}.${Buffer.from(inner).toString('base64url')}.AA`;
    await assert.rejects(verify(nested), refusal('tokenMalformed'));
  });

  it('that is unsigned inside an encrypted one is refused (all that it takes is the public key)', async () => {
    const inner = `${encode({ alg: 'none' })}.${encode(claimsAt(clock))}.`;
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(inner))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', cty: 'JWT' })
      .encrypt(rsa.jwk);
    await assert.rejects(verify(`Bearer ${encrypted}`), refusal('tokenMalformed'));
  });
});

describe('a signature', () => {
  it('of zeros, of another length or in the DER form is refused', async () => {
    const { header, payload, signature } = await partsOf(await sign(ec, claimsAt(clock)));
    const raw = Buffer.from(signature, 'base64url');
    for (const bytes of [
      Buffer.alloc(64),
      Buffer.alloc(0),
      raw.subarray(0, 63),
      Buffer.concat([raw, Buffer.alloc(1)]),
      Buffer.from('3006020100020100', 'hex'),
    ]) {
      const token = `Bearer ${header}.${payload}.${bytes.toString('base64url')}`;
      await assert.rejects(verify(token), refusal('tokenSignature'));
    }
  });
});

async function partsOf(token: string): Promise<{ header: string; payload: string; signature: string }> {
  const [header = '', payload = '', signature = ''] = token.slice('Bearer '.length).split('.');
  return { header, payload, signature };
}
