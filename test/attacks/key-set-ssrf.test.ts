// Key sets by which an issuer, or who stands in its place, would make the server ask somebody else, or wait, or fill its memory.
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { createVerifier, graphAudiences, type Verifier } from '../../src/identity/index.js';
import {
  answerKeys,
  claimsAt,
  failures,
  HandClock,
  issuerName,
  type Key,
  type KeyServer,
  makeKey,
  openKeyServer,
  refusal,
  sign,
  until,
  verifierFor,
} from '../identity/issuer.js';

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
  it('is not looked for where a redirect points', async () => {
    const elsewhere = await openKeyServer(answerKeys(first));
    try {
      for (const [status, location] of [
        [301, elsewhere.url],
        [302, elsewhere.url],
        [307, 'file:///etc/passwd'],
        [308, 'http://169.254.169.254/latest/meta-data/'],
      ] as const) {
        keyServer.answer = (_, response) =>
          response.writeHead(status, { location }).end(JSON.stringify({ keys: [first.jwk] }));
        await assert.rejects(verifier.verify(await tokenBy(first)), refusal('keysUnavailable'));
        clock.advance(31);
      }
      assert.equal(elsewhere.requests, 0);
    } finally {
      await elsewhere.close();
    }
  });

  it('that never ends is given up at 1 MB', async () => {
    let sent = 0;
    keyServer.answer = (_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 0x20);
      const pump = (): void => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', pump);
            return;
          }
        }
      };
      response.on('error', () => undefined);
      pump();
    };
    await assert.rejects(verifier.verify(await tokenBy(first)), refusal('keysUnavailable'));
    assert.match(String(failures[0]?.error), /larger than/);
    assert.ok(sent < 64 * 1024 * 1024);
  });

  it('that is slow is given up, while callers with known keys go on', async () => {
    await verifier.verify(await tokenBy(first));
    keyServer.answer = (_, response) => {
      response.write('{"keys":[');
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    };
    clock.advance(31);
    let isOver = false;
    const waiting = assert.rejects(verifier.verify(await tokenBy(second)), refusal('tokenKey')).finally(() => {
      isOver = true;
    });
    await until(() => keyServer.requests === 2);
    await verifier.verify(await tokenBy(first, { oid: 'x' }));
    assert.equal(isOver, false, 'the slow key set is still waited for');
    await waiting;
  });

  it('must be https, or in development http to a loopback address', () => {
    for (const url of [
      'http://keys.example/keys',
      'http://127.0.0.1.example/keys',
      'http://localhost.example/keys',
      'http://169.254.169.254/latest',
      'http://[::ffff:127.0.0.1]/keys',
      'http://0.0.0.0/keys',
      'file:///etc/passwd',
      'data:application/json,{"keys":[]}',
      'ftp://127.0.0.1/keys',
      'https://user:secret@keys.example/keys',
      'https://127.0.0.1@keys.example/keys',
      'keys.json',
    ]) {
      assert.throws(() => verifierFor({ url }, clock), Error, url);
    }
    const loopback = ['http://[::1]:1/keys', 'http://localhost:1/', 'http://127.1:1/'];
    for (const url of ['https://keys.example/keys', ...loopback]) verifierFor({ url }, clock);
    const issuers = loopback.map((url) => ({ issuer: issuerName, keys: { url } }));
    const production = { audiences: graphAudiences, clock, clockTolerance: 60, cooldown: 30 };
    for (const issuer of issuers) assert.throws(() => createVerifier({ ...production, issuers: [issuer] }), /https/);
  });
});
