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
