// What the attacks on tokens share: an issuer with two keys, a stranger's key, and a server that nobody may ever ask.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import {
  answerKeys,
  HandClock,
  type Key,
  type KeyServer,
  makeKey,
  openKeyServer,
  verifierFor,
} from '../identity/issuer.js';

export interface Scene {
  readonly clock: HandClock;
  /** The issuer's keys, of both types. */
  rsa: Key;
  ec: Key;
  /** A key that the issuer does not have. */
  stranger: Key;
  /** Serves the stranger's keys. */
  trap: KeyServer;
  /** Verifies a token as the issuer's. */
  verify(token: string): Promise<unknown>;
}

/** Sets the scene before the tests of a file; fails after them if the trap was asked for anything. */
export function setScene(): Scene {
  const clock = new HandClock();
  let keyServer: KeyServer;
  const verify = (token: string) => verifierFor({ url: keyServer.url }, clock).verify(token);
  const scene = { clock, verify } as Scene;
  before(async () => {
    scene.rsa = await makeKey('RS256');
    scene.ec = await makeKey('ES256');
    scene.stranger = await makeKey('ES256', 'stranger');
    keyServer = await openKeyServer(answerKeys(scene.rsa, scene.ec));
    scene.trap = await openKeyServer(answerKeys(scene.stranger));
  });
  after(async () => {
    assert.equal(scene.trap.requests, 0);
    await Promise.all([keyServer.close(), scene.trap.close()]);
  });
  return scene;
}

export interface TokenParts {
  readonly header: string;
  readonly payload: string;
  readonly signature: string;
}

export function partsOf(token: string): TokenParts {
  const [header = '', payload = '', signature = ''] = token.slice('Bearer '.length).split('.');
  return { header, payload, signature };
}
