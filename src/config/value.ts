// One value of a setting: read from a text, and judged by the setting's row.
import { judgeIssuer, readIssuer } from './issuer-setting.js';
import type { SettingRow } from './settings.js';

/** What is wrong with a value, as the end of a sentence that begins with the setting's name; undefined if nothing is. */
export function judgeValue(row: SettingRow, value: unknown): string | undefined {
  const bounds = boundsOf(row);
  if (bounds) {
    const [least, most] = bounds;
    const isWithin = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
    return isWithin ? undefined : `must be a whole number from ${least} to ${most}`;
  }
  switch (row.kind) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'texts':
      return Array.isArray(value) && value.every(isText) ? undefined : 'must be a list of texts that are not empty';
    case 'issuers':
      return Array.isArray(value)
        ? value.map(judgeIssuer).find((wrong) => wrong !== undefined)
        : judgeIssuer(undefined);
    case 'choice':
      return row.choices?.includes(String(value)) ? undefined : `must be one of ${row.choices?.join(', ')}`;
    default:
      return isText(value) ? undefined : 'must be a text that is not empty';
  }
}

/** The place of the first item that is wrong; -1 where none is. */
export function wrongItem({ kind }: SettingRow, value: unknown): number {
  if (!Array.isArray(value)) return -1;
  return value.findIndex((item) => (kind === 'issuers' ? judgeIssuer(item) !== undefined : !isText(item)));
}

/** The least and the most of a whole number; undefined for what is none. */
export function boundsOf({ kind, range }: SettingRow): readonly [number, number] | undefined {
  if (kind === 'port') return [0, 65_535];
  return kind === 'number' ? (range ?? [0, Number.MAX_SAFE_INTEGER]) : undefined;
}

/**
 * The value that a text stands for, as environment variables have it: `true` and `false` (or 1 and 0) for a flag, commas
 * between the items of a list, or JSON where the items are objects. A text that stands for no value is answered as it is, so that judging it tells what is wrong.
 */
export function readText(row: SettingRow, text: string): unknown {
  switch (row.kind) {
    case 'flag':
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : text;
    case 'texts':
      return text.split(',').map((item) => item.trim());
    case 'issuers':
      return /^\s*[[{]/.test(text) ? readJsonItems(text) : text.split(',').map((item) => item.trim());
    case 'port':
    case 'number':
      return /^\d{1,15}$/.test(text) ? Number(text) : text;
    default:
      return text;
  }
}

/** A list in JSON, or one object of it. */
function readJsonItems(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return text;
  }
}

/** One of the values of a setting that is given several times on the command line. */
export function readItem(row: SettingRow, text: string): unknown {
  return row.kind === 'issuers' ? readIssuer(text) : text;
}

/** An empty one names nothing; as an address to listen on it would even be every address. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
