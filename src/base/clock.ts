// Time as a thing that is handed in, so that tests can stop it.

/** Tells the time. `now()` is milliseconds since the epoch, as `Date.now()` gives it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/**
 * An instant as Edm.DateTimeOffset in the one form Offshoot stores and sends: UTC, seven fractional digits,
 * `2026-01-31T09:30:00.1230000Z`. Because every stored instant has this form, comparing texts compares times.
 */
export function formatInstant(milliseconds: number): string {
  if (milliseconds !== lastInstant) {
    lastText = `${new Date(milliseconds).toISOString().slice(0, -1)}0000Z`;
    lastInstant = milliseconds;
  }
  return lastText;
}

/** Many requests are answered in the same millisecond. */
let lastInstant = Number.NaN;
let lastText = '';
