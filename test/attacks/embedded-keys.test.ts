// Tokens that bring their own key, or the address of one, and tokens inside tokens (RFC 8725, sections 2.7 and 3.10).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CompactEncrypt, type JWTHeaderParameters } from 'jose';
import { claimsAt, encode, refusal, sign } from '../identity/issuer.js';
import { partsOf, setScene } from './tokens.js';

const scene = setScene();

describe('the header of a token', () => {
  it('with an extension that must be understood is refused', async () => {
    for (const crit of [['exp'], ['http://example.com/x'], ['b64'], [], 'alg', null]) {
      const { payload, signature } = partsOf(await sign(scene.ec, claimsAt(scene.clock)));
      const header = encode({ alg: 'ES256', kid: scene.ec.jwk.kid, crit, b64: true, exp: 1 });
      await assert.rejects(scene.verify(`Bearer ${header}.${payload}.${signature}`), refusal('tokenMalformed'));
    }
    const b64 = await sign(scene.ec, claimsAt(scene.clock), {
      b64: true,
      crit: ['b64'],
    } as Partial<JWTHeaderParameters>);
    await assert.rejects(scene.verify(b64), refusal('tokenMalformed'));
  });

  it('cannot bring its own key, nor the address of one', async () => {
    const bait = {
      jku: scene.trap.url,
      x5u: scene.trap.url,
      jwk: scene.stranger.jwk,
      x5c: ['MIIB'],
      'x5t#S256': 'AAAA',
    };
    for (const kid of ['stranger', scene.trap.url, 'key-ES256', undefined]) {
      const forged = await sign(scene.stranger, claimsAt(scene.clock), { ...bait, kid } as object);
      await assert.rejects(
        scene.verify(forged),
        refusal(kid === 'stranger' || kid === scene.trap.url ? 'tokenKey' : 'tokenSignature'),
      );
    }
    // What is not used does no harm either.
    await scene.verify(
      await sign(scene.ec, claimsAt(scene.clock), {
        jku: scene.trap.url,
        x5u: scene.trap.url,
        jwk: scene.stranger.jwk,
      } as object),
    );
  });
});

describe('a token in a token', () => {
  it('is refused, encrypted with our public key or signed', async () => {
    const inner = (await sign(scene.stranger, claimsAt(scene.clock))).slice('Bearer '.length);
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(inner))
      .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: scene.rsa.jwk.kid, cty: 'JWT' })
      .encrypt(scene.rsa.jwk);
    await assert.rejects(scene.verify(`Bearer ${encrypted}`), refusal('tokenMalformed'));
    const nested = `Bearer ${encode({ alg: 'ES256', kid: scene.ec.jwk.kid, cty: 'JWT' })}.${Buffer.from(inner).toString('base64url')}.AA`;
    await assert.rejects(scene.verify(nested), refusal('tokenMalformed'));
  });

  it('that is unsigned inside an encrypted one is refused (all that it takes is the public key)', async () => {
    const inner = `${encode({ alg: 'none' })}.${encode(claimsAt(scene.clock))}.`;
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(inner))
      .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A128CBC-HS256', cty: 'JWT' })
      .encrypt(scene.rsa.jwk);
    await assert.rejects(scene.verify(`Bearer ${encrypted}`), refusal('tokenMalformed'));
  });
});
