// An issuer for the tests: real keys, real tokens, a key set served over loopback, and a clock that is moved by hand.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';
import type { GraphError, RefusalName } from '../../src/base/index.js';
import { createVerifier, graphAudiences, type Issuer, type Verifier } from '../../src/identity/index.js';

export const tenantId = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
export const issuerName = `https://sts.windows.net/${tenantId}/`;

export interface Key {
  readonly algorithm: string;
  readonly jwk: JWK & { readonly kid: string };
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export async function makeKey(algorithm = 'ES256', kid = `key-${algorithm}`): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  return { algorithm, jwk: { ...(await exportJWK(publicKey)), kid }, publicKey, privateKey };
}

export class HandClock {
  time = Date.parse('2026-03-01T12:00:00Z');
  now(): number {
    return this.time;
  }
  advance(seconds: number): void {
    this.time += seconds * 1000;
  }
}

/** The claims of a usable delegated token; what is given replaces them, `undefined` removes one. */
export function claimsAt(clock: HandClock, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(clock.now() / 1000);
  const claims: Record<string, unknown> = {
    aud: graphAudiences[0],
    iss: issuerName,
    iat: now,
    nbf: now,
    exp: now + 3600,
    tid: tenantId,
    scp: 'DeviceManagementConfiguration.ReadWrite.All',
    oid: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
    sub: 'subject',
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

export async function sign(key: Key, claims: object, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
  const protectedHeader = { alg: key.algorithm, kid: key.jwk.kid, typ: 'JWT', ...header };
  return `Bearer ${await new SignJWT({ ...claims }).setProtectedHeader(protectedHeader).sign(key.privateKey)}`;
}

/** A token put together by hand, so that it may be anything. */
export function compact(header: object, claims: object, signature = ''): string {
  return `Bearer ${encode(header)}.${encode(claims)}.${signature}`;
}

export function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export const failures: { issuer: string; error: unknown }[] = [];

export function verifierFor(
  keys: Issuer['keys'],
  clock: HandClock,
  options: { issuer?: string; cooldown?: number; clockTolerance?: number } = {},
): Verifier {
  return createVerifier({
    issuers: [{ issuer: options.issuer ?? issuerName, keys }],
    audiences: graphAudiences,
    reach: { allowLoopbackHttp: true },
    clock,
    clockTolerance: options.clockTolerance ?? 60,
    cooldown: options.cooldown ?? 30,
    onKeySetFailure: (issuer, error) => failures.push({ issuer, error }),
  });
}

/** For assert.rejects: the refusal of that name. */
export function refusal(name: RefusalName): (error: GraphError) => boolean {
  return (error) => {
    if (error.refusal === name) return true;
    throw new Error(`refused with ${error.refusal ?? error.stack}, not with ${name}`);
  };
}

export interface KeyServer {
  readonly url: string;
  /** How many requests have come. */
  requests: number;
  /** What answers them. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** A key set endpoint on 127.0.0.1. */
export async function openKeyServer(answer: KeyServer['answer']): Promise<KeyServer> {
  const server: Server = createServer((request, response) => {
    keyServer.requests += 1;
    keyServer.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${port}/keys`,
    requests: 0,
    answer,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return keyServer;
}

export function answerKeys(...keys: readonly Key[]): KeyServer['answer'] {
  return (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }));
  };
}

/** Waits for what the verifier does in the background. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(condition());
}
