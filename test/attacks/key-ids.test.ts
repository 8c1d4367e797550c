// Tokens that name their key by what is no name: paths, SQL, and what is huge.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { claimsAt, refusal, sign } from '../identity/issuer.js';
import { partsOf, setScene } from './tokens.js';

const scene = setScene();

describe('the kid of a token', () => {
  it('is compared with the names of keys, and nothing else is done with it', async () => {
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
        scene.verify(await sign(scene.stranger, claimsAt(scene.clock), { kid })),
        refusal('tokenKey'),
        kid.slice(0, 40),
      );
    }
  });

  it('is a text, or the token is refused', async () => {
    for (const kid of [null, 1, ['key-ES256'], { kid: 'key-ES256' }]) {
      await assert.rejects(
        scene.verify(await sign(scene.ec, claimsAt(scene.clock), { kid } as object)),
        refusal('tokenMalformed'),
      );
    }
  });

  it('is the last of two, for everybody who reads it', async () => {
    const header = Buffer.from('{"alg":"ES256","kid":"key-ES256","kid":"stranger"}').toString('base64url');
    const { payload, signature } = partsOf(await sign(scene.stranger, claimsAt(scene.clock)));
    await assert.rejects(scene.verify(`Bearer ${header}.${payload}.${signature}`), refusal('tokenKey'));
  });
});
