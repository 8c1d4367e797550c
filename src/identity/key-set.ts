// An issuer's public keys: read, kept, and refreshed without delaying anyone whose key is known.
import { setTimeout as delay } from 'node:timers/promises';
import type { CryptoKey, JWK } from 'jose';
import { importJWK } from 'jose/key/import';
import type { Clock } from '../base/index.js';
import { type KeySource, readKeyFile } from './key-source.js';

/** The signature algorithms that are accepted, and how a token's header names them (RFC 7518 section 3.1, RFC 8037). */
export const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type Algorithm = (typeof algorithms)[number];

export interface VerificationKey {
  readonly kid: string | undefined;
  /** The issuer that it is for, where its set serves several, as Entra's do; `{tenantid}` in it stands for any tenant. */
  readonly issuer: string | undefined;
  readonly algorithm: Algorithm;
  readonly key: CryptoKey;
}

export interface KeySetOptions {
  readonly clock: Clock;
  /** Seconds that pass between the starts of two reads, whatever is asked for. */
  readonly cooldown: number;
  /** Told of each read that failed; the keys that are known stay in force. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * The keys in force. `keys` is replaced, never changed, so that its identity tells whether the keys changed. They are
 * read when first asked for, when a `kid` is unknown, and in the background when they are old; never more often than
 * the cooldown, and callers who wait at the same moment wait for the same read.
 */
export class KeySet {
  readonly #source: KeySource;
  readonly #options: KeySetOptions;
  #keys: readonly VerificationKey[] | undefined;
  #text: string | undefined;
  #tokenIssuer: string | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  #startedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(source: KeySource, options: KeySetOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Undefined as long as no read has succeeded. */
  get keys(): readonly VerificationKey[] | undefined {
    return this.#keys;
  }

  /** The `iss` of the issuer's tokens as it was last published; undefined where its source does not tell. */
  get tokenIssuer(): string | undefined {
    return this.#tokenIssuer;
  }

  /** Whether what the source says could still make known an issuer that is not known. */
  get mayNameIssuer(): boolean {
    return this.#source.namesIssuer && this.#keys === undefined;
  }

  /** The keys in force, after a read if they do not know `kid`; undefined where no read has succeeded yet. */
  async keysFor(kid: string | undefined): Promise<readonly VerificationKey[] | undefined> {
    if (knows(this.#keys, kid)) {
      if (this.#secondsSince(this.#readAt) >= this.#source.maximumAge) void this.refresh();
    } else if (this.#source.hasChanged) {
      await this.#readSince(this.#options.clock.now(), kid);
    } else {
      await this.refresh();
    }
    return this.#keys;
  }

  /** Of our own keys: another server may have made one a moment ago, so that a read is waited for that began since. */
  async #readSince(asked: number, kid: string | undefined): Promise<void> {
    const { cooldown = 0, hasChanged } = this.#source;
    // The second read at the latest began since; a clock that stands still, or goes back, must not hold anybody up.
    for (let reads = 0; reads < 3; reads++) {
      const wait = Math.min(cooldown, cooldown - this.#secondsSince(this.#startedAt));
      if (wait > 0 && this.#reading === undefined && !hasChanged?.()) await delay(wait * 1000 + 1);
      await this.refresh();
      if (knows(this.#keys, kid) || this.#startedAt >= asked) return;
    }
  }

  /** Ends when the read that runs, or may start now, has ended; never rejects. */
  refresh(): Promise<void> {
    const { cooldown = this.#options.cooldown, hasChanged } = this.#source;
    if (this.#reading === undefined && (this.#secondsSince(this.#startedAt) >= cooldown || hasChanged?.())) {
      this.#startedAt = this.#options.clock.now();
      this.#reading = this.#read()
        .catch(this.#options.onFailure)
        .finally(() => {
          this.#reading = undefined;
        });
    }
    return this.#reading ?? Promise.resolve();
  }

  async #read(): Promise<void> {
    const { keys: text, tokenIssuer } = await this.#source.read();
    if (text !== this.#text || tokenIssuer !== this.#tokenIssuer) {
      this.#keys = await readSomeKeys(text);
      this.#text = text;
      this.#tokenIssuer = tokenIssuer;
    }
    this.#readAt = this.#options.clock.now();
  }

  #secondsSince(time: number): number {
    return (this.#options.clock.now() - time) / 1000;
  }
}

/** Rejects when the file cannot be read, is no key set, or has no key that could verify a token. */
export async function checkKeySetFile(file: string): Promise<void> {
  await readSomeKeys(await readKeyFile(file));
}

/** A key as it is published; Entra says of each for which issuer it is. */
type PublishedKey = JWK & { readonly issuer?: unknown };

/** An issuer that has no key at all has published by mistake, so that what was known stays in force. */
async function readSomeKeys(text: string): Promise<readonly VerificationKey[]> {
  const keys = await readKeys(text);
  if (keys.length === 0) throw new Error('The key set has no key that could verify a token.');
  return keys;
}

function knows(keys: readonly VerificationKey[] | undefined, kid: string | undefined): boolean {
  return keys?.some((key) => kid === undefined || key.kid === kid) ?? false;
}

/**
 * The keys of a JSON Web Key Set (RFC 7517 section 5) that can verify a signature. Keys for another use, of a type or size
 * that is not accepted, symmetric and private ones are left out: an issuer may well publish keys for encryption.
 * A text that is no key set is an error.
 */
async function readKeys(text: string): Promise<readonly VerificationKey[]> {
  const set: unknown = JSON.parse(text);
  if (!isObject(set) || !Array.isArray(set.keys) || !set.keys.every(isObject)) {
    throw new Error('The text is not a JSON Web Key Set: an object whose "keys" are objects is expected.');
  }
  const imports = set.keys.filter(isForSignatures).flatMap((jwk) => {
    const { alg } = jwk;
    return algorithmsOf(jwk)
      .filter((algorithm) => alg === undefined || alg === algorithm)
      .map((algorithm) => importKey(jwk, algorithm));
  });
  return (await Promise.all(imports)).filter((key) => key !== undefined);
}

function isForSignatures(jwk: PublishedKey): boolean {
  const { use, key_ops: operations, kid, issuer, d } = jwk;
  return (
    (use === undefined || use === 'sig') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify'))) &&
    (kid === undefined || typeof kid === 'string') &&
    (issuer === undefined || typeof issuer === 'string') &&
    d === undefined
  );
}

/** An RSA key that does not say its algorithm serves both; each needs its own import. */
function algorithmsOf(jwk: JWK): readonly Algorithm[] {
  if (jwk.kty === 'RSA') return ['RS256', 'PS256'];
  if (jwk.kty === 'EC' && jwk.crv === 'P-256') return ['ES256'];
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519') return ['EdDSA'];
  return [];
}

async function importKey(jwk: PublishedKey, algorithm: Algorithm): Promise<VerificationKey | undefined> {
  // The numbers alone: nothing else that a set says of a key, such as a certificate, has a say.
  const { kty, n, e, crv, x, y, kid } = jwk;
  const issuer = typeof jwk.issuer === 'string' ? jwk.issuer : undefined;
  const numbers = kty === 'RSA' ? { kty, n, e } : kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x };
  try {
    const key = await importJWK(numbers as JWK, algorithm);
    // jose refuses to verify with RSA keys under 2048 bits (RFC 7518 section 3.3): such a key is none.
    if (key instanceof Uint8Array || isShort(key)) return undefined;
    return { kid, issuer, algorithm, key };
  } catch {
    return undefined;
  }
}

function isShort(key: CryptoKey): boolean {
  const { modulusLength } = key.algorithm as { modulusLength?: number };
  return modulusLength !== undefined && modulusLength < 2048;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
