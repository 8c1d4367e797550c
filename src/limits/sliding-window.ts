// Counts what happened in the last so many seconds, in little memory.

/** Parts that a window is counted in: what leaves it, leaves by the part. */
const parts = 20;

/**
 * One part more than the window has is kept, since the newest is not over yet: no window of that length, wherever it begins, has
 * more than was counted.
 */
export class SlidingWindow {
  readonly #counts = new Uint32Array(parts + 1);
  /** Of one part, in milliseconds. */
  readonly #length: number;
  /** The number of the newest part, since 1970. */
  #newest = 0;
  #total = 0;

  constructor(seconds: number) {
    this.#length = (seconds * 1000) / parts;
  }

  /** How many there were in the window that ends now, in milliseconds since 1970. */
  total(now: number): number {
    this.#advance(now);
    return this.#total;
  }

  add(now: number): void {
    this.#advance(now);
    const place = this.#newest % this.#counts.length;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#total++;
  }

  /** Milliseconds until fewer than `most` are left. */
  wait(now: number, most: number): number {
    let left = this.total(now);
    for (let part = this.#newest - parts; part <= this.#newest; part++) {
      left -= this.#counts[part % this.#counts.length] ?? 0;
      if (left < most) return (part + this.#counts.length) * this.#length - now;
    }
    return 0;
  }

  /** A clock that is set back stops the window until it has caught up. */
  #advance(now: number): void {
    const newest = Math.floor(now / this.#length);
    if (newest <= this.#newest) return;
    const passed = Math.min(newest - this.#newest, this.#counts.length);
    for (let part = newest - passed + 1; part <= newest; part++) {
      const place = part % this.#counts.length;
      this.#total -= this.#counts[place] ?? 0;
      this.#counts[place] = 0;
    }
    this.#newest = newest;
  }
}
