// The limits that hold at the moment: those that were kept in the store by request, else those of the settings.
import { type CountedRequest, createLimiter, type Exceeded, type Limiter } from './limiter.js';
import { type Limit, limitsOf } from './limits.js';

/** What was kept by request; null limits where those of the settings hold again. */
export interface Kept {
  readonly limits: readonly object[] | null;
  readonly version: number;
}

export interface LimitsInForce {
  readonly limiter: Limiter;
  /** Looks at once, rather than within half a second. */
  refresh(): Promise<void>;
  close(): void;
}

/** How often is looked, in milliseconds: a change is seen by every server within the second. */
const interval = 500;

/**
 * `find` answers what is kept now. Where it fails, or what is kept makes no sense, `onFailure` is told and the limits stay
 * as they are. Counts go on where limits are as they were, and begin anew where they change.
 */
export async function openLimits({
  settings,
  find,
  onFailure,
}: {
  readonly settings: readonly Limit[];
  readonly find: () => Promise<Kept | undefined>;
  readonly onFailure: (error: unknown) => void;
}): Promise<LimitsInForce> {
  let version = 0;
  let current = createLimiter(settings);
  let looking: Promise<void> | undefined;
  let failing = false;
  let closed = false;

  const look = async (): Promise<void> => {
    try {
      const kept = await find();
      if ((kept?.version ?? 0) !== version) {
        current = createLimiter(kept?.limits ? limitsOf({ limits: kept.limits }) : settings);
        version = kept?.version ?? 0;
      }
      failing = false;
    } catch (error) {
      // Once for each time that it begins to fail; the storage tells of itself besides.
      if (!failing && !closed) onFailure(error);
      failing = true;
    }
  };
  const refresh = async (): Promise<void> => {
    // What is under way may have looked too early.
    await looking;
    looking = look();
    await looking;
    looking = undefined;
  };

  await look();
  const timer = setInterval(() => {
    if (!looking) void refresh();
  }, interval).unref();
  return {
    limiter: (request: CountedRequest, now: number): Exceeded | undefined => current?.(request, now),
    refresh,
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}
