// How much there is to do, and whether one request more would make all wait.
import { GraphError } from '../base/index.js';
import type { Observe } from '../observation/index.js';

export interface LoadOptions {
  /** Most requests that are carried out at a time; 0 is any number. */
  readonly mostInFlight: number;
  /** Most milliseconds that the event loop may be late, over about half a second; 0 is any time. */
  readonly mostDelay: number;
  readonly observe: Observe;
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number;
}

/** How often the event loop is looked at, in milliseconds, and how much a look weighs against those before it. */
const interval = 20;
const weight = 0.2;
/** The log tells of an overload once in so many milliseconds. */
const quiet = 10_000;

export class Load {
  readonly #options: LoadOptions;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  #expected: number;
  #delay = 0;
  #inFlight = 0;
  #shed = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#expected = this.#now() + interval;
    this.#timer = setInterval(() => this.look(), interval).unref();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Looks at how late the event loop is. */
  look(): void {
    const now = this.#now();
    // One long pause, of the machine or of one heavy request, is not yet an overload.
    const late = Math.min(Math.max(0, now - this.#expected), 4 * this.#options.mostDelay);
    this.#delay += weight * (late - this.#delay);
    this.#expected = now + interval;
  }

  /** Refuses (`overloaded`, 503 with Retry-After) a request, before anything is done for it, while there is too much to do. */
  check(): void {
    const { mostInFlight, mostDelay, observe } = this.#options;
    const reason =
      mostInFlight > 0 && this.#inFlight >= mostInFlight
        ? 'inFlight'
        : mostDelay > 0 && this.#delay > mostDelay
          ? 'delay'
          : undefined;
    if (!reason) return;
    this.#shed++;
    observe({ event: 'requestShed', reason });
    const now = this.#now();
    if (now - this.#toldAt >= quiet) {
      this.#toldAt = now;
      observe({
        event: 'serverOverloaded',
        reason,
        requests: this.#shed,
        inFlight: this.#inFlight,
        delay: this.#delay,
      });
      this.#shed = 0;
    }
    throw new GraphError('overloaded', { headers: { 'retry-after': '1' } });
  }

  /** Counts a request while it is carried out: from here to `end()`. Refuses as `check`: others may have begun since. */
  begin(): void {
    this.check();
    this.#inFlight++;
  }

  end(): void {
    this.#inFlight--;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
