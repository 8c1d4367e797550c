// A token's lifetime as people write it.
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * `90s`, `30m`, `1h`, `2d` as seconds; with a minus, a time in the past, for trying out what is refused.
 * Undefined for any other text, and for more than 100 years.
 */
export function parseLifetime(text: string): number | undefined {
  const [, sign, digits, unit] = /^(-?)(\d{1,10})([smhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  const seconds = Number(digits) * (unitSeconds[unit] ?? Number.NaN);
  if (seconds > 36_525 * 86_400) return undefined;
  return sign === '-' ? -seconds : seconds;
}
