// Edm.Duration and Edm.TimeOfDay as text.

const durationForm =
  /^([+-])?P(?:(\d{1,7})D)?(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,11})(?:\.(\d{1,12}))?S)?)?$/i;

const ticksPerSecond = 10_000_000n;

/**
 * The ticks of 100 ns of a duration, in decimal digits, further fractional digits cut off; undefined for what is no
 * duration of days and time (OData ABNF 4.01, durationValue).
 */
export function ticksOfDuration(text: string): string | undefined {
  const [whole, sign, days, hours, minutes, seconds, fraction = ''] = durationForm.exec(text) ?? [];
  if (whole === undefined || [days, hours, minutes, seconds].every((part) => part === undefined)) return undefined;
  const total =
    BigInt(days ?? 0) * 86_400n + BigInt(hours ?? 0) * 3_600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0);
  const ticks = total * ticksPerSecond + BigInt(fraction.padEnd(7, '0').slice(0, 7));
  return String(sign === '-' ? -ticks : ticks);
}

/** The text of a duration of so many ticks, which `ticksOfDuration` reads. */
export function durationOfTicks(ticks: string): string {
  const count = BigInt(ticks);
  const size = count < 0n ? -count : count;
  const fraction = String(size % ticksPerSecond).padStart(7, '0');
  return `${count < 0n ? '-' : ''}PT${size / ticksPerSecond}.${fraction}S`;
}

const timeForm = /^((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,12}))?)?$/;

/** A time of day with seconds and seven fractional digits; undefined for what is none (timeOfDayValue). */
export function timeOfDay(text: string): string | undefined {
  const [, minutes, seconds = '00', fraction = ''] = timeForm.exec(text) ?? [];
  return minutes && `${minutes}:${seconds}.${fraction.padEnd(7, '0').slice(0, 7)}`;
}
