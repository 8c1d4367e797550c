// Wrong attempts of late, so that nobody tries on.

/** How many wrong attempts are taken, in so many seconds. */
export interface AttemptBound {
  readonly most: number;
  readonly seconds: number;
}

/** Keys that are remembered; what was asked about longest ago is forgotten first. */
const mostKeys = 10_000;

export class Attempts {
  readonly #failures = new Map<string, number[]>();

  /** Seconds until another attempt is taken; 0 where one is taken now. */
  wait(key: string, { most, seconds }: AttemptBound, now: number): number {
    const recent = this.#recent(key, seconds, now);
    if (recent.length < most) return 0;
    const first = recent[recent.length - most] ?? now;
    return Math.max(1, Math.ceil((first + seconds * 1000 - now) / 1000));
  }

  failed(key: string, { seconds, most }: AttemptBound, now: number): void {
    const recent = [...this.#recent(key, seconds, now), now].slice(-most);
    this.#failures.delete(key);
    this.#failures.set(key, recent);
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= mostKeys) break;
      this.#failures.delete(oldest);
    }
  }

  /** The last attempt was none. */
  takeBack(key: string): void {
    this.#failures.get(key)?.pop();
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string, seconds: number, now: number): number[] {
    return (this.#failures.get(key) ?? []).filter((at) => at > now - seconds * 1000);
  }
}
