// How often passwords may be tried, of one user and from one address.
import { siteOf } from '../base/index.js';
import { nameKey } from '../plan/index.js';
import { type AttemptBound, Attempts } from './attempts.js';

/** Whoever says to be that user. */
export interface Trier {
  readonly tenantId: string;
  /** The user name, as it was typed. */
  readonly name: string;
  readonly ipAddress: string;
}

/** Wrong passwords of one user from one address, of one user, from one address. */
const bounds = {
  pair: { most: 10, seconds: 600 },
  user: { most: 100, seconds: 600 },
  address: { most: 100, seconds: 600 },
} as const satisfies Readonly<Record<string, AttemptBound>>;

export class PasswordAttempts {
  readonly #attempts = new Attempts();

  /**
   * Seconds until a password is judged; 0 where it is judged now. Then it counts as wrong until `succeeded` says otherwise,
   * so that many at once are no more than one after the other.
   */
  begin(trier: Trier, now: number): number {
    const keys = keysOf(trier);
    const wait = Math.max(...keys.map(([bound, key]) => this.#attempts.wait(key, bounds[bound], now)));
    if (wait > 0) return wait;
    for (const [bound, key] of keys) this.#attempts.failed(key, bounds[bound], now);
    return 0;
  }

  /**
   * What was tried of the user is forgotten. Of the address it is only this attempt that was none: else whoever has an
   * account of their own could go on trying everybody else's, by signing in with it now and then.
   */
  succeeded(trier: Trier): void {
    for (const [bound, key] of keysOf(trier)) {
      if (bound === 'address') this.#attempts.takeBack(key);
      else this.#attempts.forget(key);
    }
  }
}

function keysOf({ tenantId, name, ipAddress }: Trier) {
  const site = siteOf(ipAddress);
  return [
    ['pair', `pair ${tenantId} ${nameKey(name)} ${site}`],
    ['user', `user ${tenantId} ${nameKey(name)}`],
    ['address', `address ${site}`],
  ] as const;
}
