// Edm.DateTimeOffset as text.
import { formatInstant } from '../base/index.js';

const form = /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):\d{2}(?::\d{2})?)(?:\.(\d{1,12}))?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * The instant in canonical form (`formatInstant`: UTC, seven fractional digits, further ones cut off), or undefined for
 * what is no instant, such as the 30th of February. (OData ABNF 4.01, dateTimeOffsetValue)
 */
export function instantOf(text: string): string | undefined {
  const [, date, time = '', fraction = '', offset = ''] = form.exec(text) ?? [];
  if (date === undefined) return undefined;
  const day = Date.parse(`${date}T00:00Z`);
  const milliseconds = Date.parse(`${date}T${time}${offset.toUpperCase()}`);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(day) || Number.isNaN(milliseconds) || new Date(day).toISOString().slice(0, 10) !== date) {
    return undefined;
  }
  const instant = formatInstant(milliseconds);
  // A year that an offset moves out of the four digits has no canonical form.
  return instant.length === 28 ? `${instant.slice(0, 20)}${fraction.padEnd(7, '0').slice(0, 7)}Z` : undefined;
}

/** The instant so many ticks of 100 ns later, both canonical; undefined beyond the years 1 to 9999. */
export function shiftInstant(instant: string, ticks: bigint): string | undefined {
  const total = BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 10_000n + BigInt(instant.slice(20, 27)) + ticks;
  const fraction = ((total % 10_000_000n) + 10_000_000n) % 10_000_000n;
  const milliseconds = Number((total - fraction) / 10_000n);
  if (milliseconds < Date.parse('0001-01-01') || milliseconds > Date.parse('9999-12-31T23:59:59Z')) return undefined;
  return `${formatInstant(milliseconds).slice(0, 20)}${String(fraction).padStart(7, '0')}Z`;
}
