// Whether a request is one too many for its tenant or application.
import type { Limit } from './limits.js';
import { SlidingWindow } from './sliding-window.js';

/** Whose request it is, and of which kind. */
export interface CountedRequest {
  readonly tenantId: string;
  readonly applicationId: string | undefined;
  readonly method: string;
}

export interface Exceeded {
  readonly limit: Limit;
  /** Whole seconds until the request may succeed: at least 1. */
  readonly retryAfter: number;
}

/** Counts the request, unless it exceeds a limit: then it is counted nowhere. `now` is in milliseconds since 1970. */
export type Limiter = (request: CountedRequest, now: number) => Exceeded | undefined;

/** Most tenants, or applications, whose requests one limit counts at a time. */
const mostCounted = 10_000;

/** Each server counts for itself. */
export function createLimiter(limits: readonly Limit[]): Limiter | undefined {
  if (limits.length === 0) return undefined;
  const counters = limits.map((limit) => ({ limit, windows: new Windows(limit) }));
  return (request, now) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
    const concerned = counters.filter(
      ({ limit }) => limit.requests === 'all' || (limit.requests === 'reads') === isRead,
    );
    const windows = concerned.map(({ windows: of }) => of.of(request, now));
    let exceeded: Exceeded | undefined;
    for (const [index, { limit }] of concerned.entries()) {
      const window = windows[index];
      if (!window || window.total(now) < limit.most) continue;
      const retryAfter = Math.max(1, Math.ceil(window.wait(now, limit.most) / 1000));
      if (!exceeded || retryAfter > exceeded.retryAfter) exceeded = { limit, retryAfter };
    }
    if (!exceeded) for (const window of windows) window.add(now);
    return exceeded;
  };
}

/** The windows of one limit, by whose they are. */
class Windows {
  readonly #limit: Limit;
  readonly #windows = new Map<string, SlidingWindow>();
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(limit: Limit) {
    this.#limit = limit;
  }

  of({ tenantId, applicationId }: CountedRequest, now: number): SlidingWindow {
    const key = this.#limit.per === 'tenant' ? tenantId : `${tenantId} ${applicationId}`;
    const known = this.#windows.get(key);
    if (known) return known;
    if (this.#windows.size >= mostCounted) this.#makeRoom(now);
    const made = new SlidingWindow(this.#limit.seconds);
    this.#windows.set(key, made);
    return made;
  }

  /** Those who ask nothing any more go first, then whoever has been counted for longest. */
  #makeRoom(now: number): void {
    if (now - this.#sweptAt >= this.#limit.seconds * 1000) {
      this.#sweptAt = now;
      for (const [key, window] of this.#windows) if (window.total(now) === 0) this.#windows.delete(key);
    }
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= mostCounted && oldest !== undefined) this.#windows.delete(oldest);
  }
}
