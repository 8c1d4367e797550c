// The keys that sign tokens: in files, or in the store; several at a time, so that one can follow another without a pause.
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { type Clock, readNamedFile, reasonOf } from '../base/index.js';
import type { Secrets } from '../store/index.js';
import { type SealingSecret, seal, unseal } from './sealed.js';

/** A private key of RSA as a JWK with its `kid`. */
export type SigningJwk = JWK & { readonly kid: string };

export interface SigningKeys {
  /** Those in force, the one that signs first; half a minute old at most. Makes the first one where there is none. */
  current(): Promise<readonly SigningJwk[]>;
  /** Those that there are at this moment; none may be. */
  existing(): Promise<readonly SigningJwk[]>;
  /** Whether `current` has answered a key that `existing` did not know. */
  hasChanged(): boolean;
}

/** RS256 alone, as Entra signs: every client of OpenID Connect takes it. */
const algorithm = 'RS256';
const leastBits = 2048;
/** How long a reading holds, in milliseconds. */
const maximumAge = 30_000;
/** How many keys of the store are in force, the newest ones. */
const inForce = 3;
const prefix = 'sign-in-key-';

/** Keys in a folder, `*.pem`: the last by name signs, all are published. Refuses a folder without any, and a key that is not RSA. */
export function keysInFolder(folder: string, clock: Clock): SigningKeys {
  const read = async (): Promise<readonly SigningJwk[]> => {
    const found = await readdir(folder).catch((error: unknown) => {
      throw new Error(`The folder '${folder}' cannot be read: ${reasonOf(error)}.`, { cause: error });
    });
    const names = found.filter((name) => name.endsWith('.pem')).toSorted();
    if (names.length === 0) throw new Error(`There is no key (*.pem) in '${folder}'.`);
    const keys = names.map(async (name) => {
      const file = join(folder, name);
      return jwkOf(keyIn(await readNamedFile(file), file));
    });
    return (await Promise.all(keys)).toReversed();
  };
  return remembering(clock, read, read);
}

/** How keys are kept in a store: as they are, as a development store keeps its others, or under secrets of which the first encrypts. */
export type Keeping = 'plain' | { readonly secrets: readonly [SealingSecret, ...SealingSecret[]] };

/** Keys in the store, shared by all servers of it. */
export function keysInStore(store: Secrets, keeping: Keeping, clock: Clock): SigningKeys {
  const existing = () => readKept(store, keeping);
  const current = async (): Promise<readonly SigningJwk[]> => {
    const kept = await existing();
    return kept.length > 0 ? kept : [await addKey(store, keeping)];
  };
  return remembering(clock, current, existing);
}

/** Makes another key, which signs from then on; servers that run take it within half a minute. Answers its `kid`. */
export async function rotateKey(store: Secrets, keeping: Keeping): Promise<string> {
  return (await addKey(store, keeping)).kid;
}

/** One reading at a time, and none more often than it is worth. */
function remembering(
  clock: Clock,
  read: () => Promise<readonly SigningJwk[]>,
  existing: () => Promise<readonly SigningJwk[]>,
): SigningKeys {
  let told: ReadonlySet<string> = new Set();
  let known: { readonly keys: readonly SigningJwk[]; readonly at: number } | undefined;
  let reading: Promise<readonly SigningJwk[]> | undefined;
  const readAnew = async (): Promise<readonly SigningJwk[]> => {
    try {
      const keys = await read();
      known = { keys, at: clock.now() };
      return keys;
    } catch (error) {
      // What held goes on to hold while a file is being written.
      if (known) return known.keys;
      throw error;
    } finally {
      reading = undefined;
    }
  };
  return {
    async current() {
      if (known && clock.now() - known.at < maximumAge) return known.keys;
      reading ??= readAnew();
      return reading;
    },
    async existing() {
      const keys = await existing();
      told = new Set(keys.map(({ kid }) => kid));
      return keys;
    },
    hasChanged: () => known?.keys.some(({ kid }) => !told.has(kid)) ?? false,
  };
}

async function readKept(store: Secrets, keeping: Keeping): Promise<readonly SigningJwk[]> {
  const keys: SigningJwk[] = [];
  for (let number = 1; ; number++) {
    const name = `${prefix}${number}`;
    const kept = await store.findSecret(name);
    if (kept === undefined) return keys.slice(-inForce).toReversed();
    keys.push(open(kept, name, keeping));
  }
}

function open(kept: string, name: string, keeping: Keeping): SigningJwk {
  const text = keeping === 'plain' ? kept : unseal(kept, name, keeping.secrets);
  if (text === undefined)
    throw new Error('The signing keys in the store are not encrypted under the secret that is given.');
  return JSON.parse(text) as SigningJwk;
}

/** The next one; of several servers that make it at once, all take that of the first. */
async function addKey(store: Secrets, keeping: Keeping): Promise<SigningJwk> {
  let number = 1;
  while ((await store.findSecret(`${prefix}${number}`)) !== undefined) number++;
  const name = `${prefix}${number}`;
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: leastBits });
  const text = JSON.stringify(await jwkOf(privateKey));
  const kept = await store.keepSecret(name, keeping === 'plain' ? text : seal(text, name, keeping.secrets[0]));
  return open(kept, name, keeping);
}

function keyIn(pem: string, file: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (key.asymmetricKeyType !== 'rsa' || bits < leastBits) {
      throw new Error(`it is not an RSA key of ${leastBits} bits or more`);
    }
    return key;
  } catch (error) {
    throw new Error(`The key '${file}' cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

async function jwkOf(key: KeyObject): Promise<SigningJwk> {
  const published = createPublicKey(key).export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(published);
  return { ...(key.export({ format: 'jwk' }) as JWK), alg: algorithm, use: 'sig', kid };
}

/** The half that everyone may know. */
export function publicHalf({ kty, n, e, kid }: SigningJwk): JWK {
  return { kty, use: 'sig', alg: algorithm, kid, ...(n !== undefined && { n }), ...(e !== undefined && { e }) };
}
