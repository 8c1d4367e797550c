// Tokens whose algorithm is none, or another than their key is for (RFC 8725, sections 2.1 and 3.1).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { exportSPKI } from 'jose';
import { claimsAt, compact, encode, refusal, sign, verifierFor } from '../identity/issuer.js';
import { partsOf, setScene } from './tokens.js';

const scene = setScene();

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
      const { signature } = partsOf(await sign(scene.rsa, claimsAt(scene.clock)));
      for (const given of ['', signature]) {
        const token = compact({ alg, kid: scene.rsa.jwk.kid }, claimsAt(scene.clock), given);
        await assert.rejects(scene.verify(token), refusal('tokenAlgorithm'));
      }
    });
  }

  it('that is no text, or missing, is never accepted', async () => {
    for (const alg of [undefined, null, 1, ['RS256'], { toString: 'RS256' }]) {
      await assert.rejects(scene.verify(compact({ alg }, claimsAt(scene.clock), 'AA')), refusal('tokenAlgorithm'));
    }
  });

  it('HMAC keyed with the public key in any of its forms is no signature, under any name', async () => {
    const secrets = [await exportSPKI(scene.rsa.publicKey), JSON.stringify(scene.rsa.jwk), scene.rsa.jwk.n ?? '', ''];
    for (const secret of secrets.flatMap((text) => [text, text.trim()])) {
      for (const [alg, name] of [
        ['HS256', 'tokenAlgorithm'],
        ['RS256', 'tokenSignature'],
      ] as const) {
        const unsigned = `${encode({ alg, kid: scene.rsa.jwk.kid })}.${encode(claimsAt(scene.clock))}`;
        const signature = createHmac('sha256', secret || 'x')
          .update(unsigned)
          .digest('base64url');
        await assert.rejects(scene.verify(`Bearer ${unsigned}.${signature}`), refusal(name));
      }
    }
  });

  it('must suit the type of the key that kid names', async () => {
    await assert.rejects(
      scene.verify(await sign(scene.ec, claimsAt(scene.clock), { kid: scene.rsa.jwk.kid })),
      refusal('tokenAlgorithm'),
    );
    await assert.rejects(
      scene.verify(await sign(scene.rsa, claimsAt(scene.clock), { kid: scene.ec.jwk.kid })),
      refusal('tokenAlgorithm'),
    );
  });

  it('must be the one that the key is for', async () => {
    const bound = { jwks: { keys: [{ ...scene.rsa.jwk, alg: 'RS256' }] } };
    const pss = { ...scene.rsa, algorithm: 'PS256' };
    const { payload } = partsOf(await sign(scene.rsa, claimsAt(scene.clock)));
    const token = `Bearer ${encode({ alg: pss.algorithm, kid: scene.rsa.jwk.kid })}.${payload}.AAAA`;
    await assert.rejects(verifierFor(bound, scene.clock).verify(token), refusal('tokenAlgorithm'));
  });
});

describe('a signature', () => {
  it('of zeros, of another length or in the DER form is refused', async () => {
    const { header, payload, signature } = partsOf(await sign(scene.ec, claimsAt(scene.clock)));
    const raw = Buffer.from(signature, 'base64url');
    for (const bytes of [
      Buffer.alloc(64),
      Buffer.alloc(0),
      raw.subarray(0, 63),
      Buffer.concat([raw, Buffer.alloc(1)]),
      Buffer.from('3006020100020100', 'hex'),
    ]) {
      const token = `Bearer ${header}.${payload}.${bytes.toString('base64url')}`;
      await assert.rejects(scene.verify(token), refusal('tokenSignature'));
    }
  });
});
