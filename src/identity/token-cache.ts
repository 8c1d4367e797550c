// Tokens that were verified a moment ago, so that a client's next request need not pay for a signature check.
import type { Caller } from './caller.js';
import type { KeySet, VerificationKey } from './key-set.js';

interface Entry {
  readonly token: string;
  readonly caller: Caller;
  /** Milliseconds since the epoch. */
  readonly until: number;
  readonly keySet: KeySet;
  /** The keys in force when the signature was verified. */
  readonly keys: readonly VerificationKey[];
}

/** Characters of all tokens together: about ten thousand of usual size. */
const maximumCharacters = 16 * 1024 * 1024;
/** So that a key that its issuer takes back is noticed. */
const maximumAge = 60_000;

/**
 * A token is looked up by its end, the signature, and then compared as a whole: hashing all of it would cost more than
 * the rest of the look-up.
 */
const keyLength = 64;

/**
 * An entry ends with its token, after a minute, or when its issuer's keys change. Because none lives longer, the oldest
 * are those that end first, and they are what makes room.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();
  #characters = 0;

  find(token: string, now: number): Caller | undefined {
    const entry = this.#entries.get(token.slice(-keyLength));
    if (entry === undefined || entry.token !== token) return undefined;
    return now < entry.until && entry.keySet.keys === entry.keys ? entry.caller : undefined;
  }

  /** Keeps the caller of a token that is valid for `validity` milliseconds from `now`. */
  keep(
    token: string,
    caller: Caller,
    validity: number,
    now: number,
    keySet: KeySet,
    keys: readonly VerificationKey[],
  ): void {
    const key = token.slice(-keyLength);
    this.#delete(key);
    this.#entries.set(key, { token, caller, until: now + Math.min(validity, maximumAge), keySet, keys });
    this.#characters += token.length;
    for (const [oldest, { until }] of this.#entries) {
      if (until > now && this.#characters <= maximumCharacters) break;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#characters -= entry.token.length;
  }
}
