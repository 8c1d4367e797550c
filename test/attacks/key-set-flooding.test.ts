// Tokens by the thousand that name keys or issuers which nobody has, to make the server ask its issuers without end.
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
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
  verifierFor,
} from '../identity/issuer.js';

let clock: HandClock;
let first: Key;
let keyServer: KeyServer;
let verifier: Verifier;

before(async () => {
  first = await makeKey('ES256', 'first');
});
beforeEach(async () => {
  clock = new HandClock();
  failures.length = 0;
  keyServer = await openKeyServer(answerKeys(first));
  verifier = verifierFor({ url: keyServer.url }, clock);
});
afterEach(() => keyServer.close());

const tokenBy = (key: Key, changes?: Record<string, unknown>) => sign(key, claimsAt(clock, changes));

describe('a key set', () => {
  it('is fetched no more often than the cooldown allows, however many kids are unknown', async () => {
    const stranger = await makeKey();
    await verifier.verify(await tokenBy(first));
    for (let second = 0; second < 100; second += 1) {
      clock.advance(1);
      const kids = Array.from({ length: 10 }, (_, i) => `kid-${second}-${i}`);
      const flood = kids.map(async (kid) => verifier.verify(await sign(stranger, claimsAt(clock), { kid })));
      for (const { status } of await Promise.allSettled(flood)) assert.equal(status, 'rejected');
    }
    assert.equal(keyServer.requests, 1 + 3);
  });

  it('is fetched once for a thousand unknown kids of one moment', async () => {
    const stranger = await makeKey();
    const kids = Array.from({ length: 1000 }, (_, i) => `kid-${i}`);
    const tokens = await Promise.all(kids.map((kid) => sign(stranger, claimsAt(clock), { kid })));
    await Promise.all(tokens.map((token) => assert.rejects(verifier.verify(token), refusal('tokenKey'))));
    assert.equal(keyServer.requests, 1);
  });

  it('is not fetched for the tokens of issuers that nobody knows, nor for what is no token', async () => {
    const stranger = await makeKey();
    for (const iss of ['https://evil.example', keyServer.url, '']) {
      await assert.rejects(verifier.verify(await sign(stranger, claimsAt(clock, { iss }))), refusal('tokenIssuer'));
    }
    await assert.rejects(verifier.verify('Bearer a.b.c'), refusal('tokenMalformed'));
    assert.equal(keyServer.requests, 0);
  });

  it('is there for those whose key is known while the flood goes on', async () => {
    const good = await tokenBy(first);
    await verifier.verify(good);
    keyServer.answer = () => undefined;
    clock.advance(31);
    const stranger = await makeKey('ES256', 'unknown');
    const waiting = verifier.verify(await tokenBy(stranger)).catch(() => 'refused');
    await verifier.verify(await tokenBy(first, { oid: 'another' }));
    await verifier.verify(good);
    assert.equal(await waiting, 'refused');
  });
});
