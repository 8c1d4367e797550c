// Key sets: when they are read, what of them is used, and what happens when their source misbehaves.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { exportJWK } from 'jose';
import type { Verifier } from '../../src/identity/index.js';
import {
  answerKeys,
  claimsAt,
  failures,
  HandClock,
  type Key,
  type KeyServer,
  makeKey,
  openKeyServer,
  refusal,
  sign,
  until,
  verifierFor,
} from './issuer.js';

let clock: HandClock;
let first: Key;
let second: Key;
let keyServer: KeyServer;
let verifier: Verifier;

before(async () => {
  first = await makeKey('ES256', 'first');
  second = await makeKey('ES256', 'second');
});
beforeEach(async () => {
  clock = new HandClock();
  failures.length = 0;
  keyServer = await openKeyServer(answerKeys(first));
  verifier = verifierFor({ url: keyServer.url }, clock);
});
afterEach(() => keyServer.close());

const tokenBy = (key: Key, changes?: Record<string, unknown>) => sign(key, claimsAt(clock, changes));

describe('a key set at a URL', () => {
  it('is fetched when first needed, once for all who ask at the same moment', async () => {
    assert.equal(keyServer.requests, 0);
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => tokenBy(first, { oid: `${i}` })));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    assert.equal(keyServer.requests, 1);
  });

  it('is fetched again for an unknown kid, so that a new key is accepted at once', async () => {
    await verifier.verify(await tokenBy(first));
    keyServer.answer = answerKeys(first, second);
    clock.advance(31);
    await verifier.verify(await tokenBy(second));
    assert.equal(keyServer.requests, 2);
  });

  it('drops a key that its issuer has taken back, also for tokens that were accepted a moment ago', async () => {
    keyServer.answer = answerKeys(first, second);
    const token = await tokenBy(second);
    await verifier.verify(token);
    keyServer.answer = answerKeys(first);
    clock.advance(31);
    const stranger = await makeKey('ES256', 'unknown');
    await assert.rejects(verifier.verify(await tokenBy(stranger)), refusal('tokenKey'));
    await assert.rejects(verifier.verify(token), refusal('tokenKey'));
  });

  it('is fetched in the background when it is old, while callers go on', async () => {
    await verifier.verify(await tokenBy(first));
    let release: () => void = () => undefined;
    keyServer.answer = (request, response) => {
      release = () => answerKeys(second)(request, response);
    };
    clock.advance(601);
    await verifier.verify(await tokenBy(first));
    await until(() => keyServer.requests === 2);
    await verifier.verify(await tokenBy(first, { oid: 'x' }));
    release();
    const token = await tokenBy(second);
    await verifier.verify(token);
    assert.equal(keyServer.requests, 2);
  });

  it('stays in force while fetching it fails, in every way it can', async () => {
    const known = await tokenBy(first, { exp: Math.floor(clock.now() / 1000) + 86_400 });
    await verifier.verify(known);
    const stranger = await makeKey('ES256', 'unknown');
    const ways: KeyServer['answer'][] = [
      (_, response) => response.writeHead(404).end('{"keys":[]}'),
      (_, response) => response.writeHead(500).end(),
      (_, response) => response.writeHead(204).end(),
      (_, response) => response.end('<html>'),
      (_, response) => response.end('[]'),
      (_, response) => response.end('{"keys":{}}'),
      (_, response) => response.end('{"keys":[1]}'),
      (_, response) => response.end('{"Keys":[]}'),
      (_, response) => response.end('{"keys":[]}'),
      (_, response) => response.destroy(),
      (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy()),
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify({ keys: [] }))),
      (_, response) => response.end(JSON.stringify({ keys: [], padding: 'x'.repeat(1024 * 1024) })),
    ];
    for (const [index, way] of ways.entries()) {
      keyServer.answer = way;
      clock.advance(601);
      await verifier.verify(known);
      await until(() => failures.length === index + 1);
      await assert.rejects(verifier.verify(await tokenBy(stranger)), refusal('tokenKey'));
    }
    await keyServer.close();
    clock.advance(601);
    await verifier.verify(known);
    await until(() => failures.length === ways.length + 1);
    await verifier.verify(await tokenBy(first));
  });

  it('that was never reached is our trouble, not the token’s: 503, then served when it is back', async () => {
    keyServer.answer = (_, response) => response.writeHead(503).end();
    const token = await tokenBy(first);
    await assert.rejects(verifier.verify(token), refusal('keysUnavailable'));
    await assert.rejects(verifier.verify(token), refusal('keysUnavailable'));
    assert.equal(keyServer.requests, 1);
    keyServer.answer = answerKeys(first);
    clock.advance(31);
    await verifier.verify(token);
  });
});

describe('the keys of a set', () => {
  it('that are private, symmetric, short, for encryption or malformed are left out, and the others serve', async () => {
    const { publicKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const bad = [
      { ...(await exportJWK(second.privateKey)), kid: 'second' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'second', alg: 'HS256' },
      { ...(await exportJWK(short)), kid: 'second' },
      { ...second.jwk, use: 'enc' },
      { ...second.jwk, key_ops: ['sign'] },
      { ...second.jwk, alg: 'ES384' },
      { ...second.jwk, kid: 7 },
      { ...second.jwk, x: 'AAAA' },
      { ...second.jwk, crv: 'P-384' },
      { kid: 'second' },
      { kty: 'constructor', kid: 'second' },
      { kty: 'RSA', n: {}, e: 3, kid: 'second' },
    ];
    keyServer.answer = (_, response) => response.end(JSON.stringify({ keys: [...bad, first.jwk] }));
    await verifier.verify(await tokenBy(first));
    await assert.rejects(verifier.verify(await tokenBy(second)), refusal('tokenKey'));
    await assert.rejects(
      verifier.verify(await sign(second, claimsAt(clock), { kid: undefined } as object)),
      refusal('tokenSignature'),
    );
  });

  it('serve both RSA algorithms when they name none', async () => {
    const rsa = await makeKey('RS256');
    const both = verifierFor({ jwks: { keys: [{ ...rsa.jwk, use: 'sig', x5c: ['not read'] }] } }, clock);
    await both.verify(await tokenBy(rsa));
    const pss = { ...(await makeKey('PS256')) };
    await verifierFor({ jwks: { keys: [pss.jwk] } }, clock).verify(await tokenBy(pss));
  });
});

describe('a key set in a file', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'offshoot-keys-'));
    file = join(folder, 'keys.json');
  });
  after(() => rm(folder, { recursive: true }));

  const write = (...keys: readonly Key[]) => writeFile(file, JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));

  it('is read again when a kid is unknown and when it is old', async () => {
    await write(first);
    const fromFile = verifierFor({ file }, clock);
    await fromFile.verify(await tokenBy(first));
    await write(second);
    await assert.rejects(fromFile.verify(await tokenBy(second)), refusal('tokenKey'));
    clock.advance(31);
    await fromFile.verify(await tokenBy(second));
    await assert.rejects(fromFile.verify(await tokenBy(first)), refusal('tokenKey'));
  });

  it('stays in force when the file is damaged or gone', async () => {
    await write(first);
    const fromFile = verifierFor({ file }, clock);
    await fromFile.verify(await tokenBy(first));
    await writeFile(file, '{"keys":');
    clock.advance(61);
    await fromFile.verify(await tokenBy(first));
    await until(() => failures.length === 1);
    await rm(file);
    clock.advance(61);
    await fromFile.verify(await tokenBy(first));
    await until(() => failures.length === 2);
  });
});
