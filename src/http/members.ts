// What a body beside Graph's own may say, for administrators and in development mode: named members, each of its kind.
import { GraphError, nearest } from '../base/index.js';
import type { Payload } from '../plan/index.js';

interface Kinds {
  readonly text: string;
  readonly textOrNull: string | null;
  readonly flag: boolean;
  readonly texts: readonly string[];
  /** In milliseconds since the epoch. */
  readonly instant: number;
}

type Wanted = Readonly<Record<string, keyof Kinds>>;
type Members<W extends Wanted> = { readonly [Name in keyof W]?: Kinds[W[Name]] };

/** The most items of a list; what a list is of may have less room. */
const mostItems = 1000;

const expected: Readonly<Record<keyof Kinds, string>> = {
  text: 'a string',
  textOrNull: 'a string or null',
  flag: 'true or false',
  texts: 'an array of strings',
  instant: 'a date and time such as 2026-01-31T12:00:00Z',
};

/**
 * The members by their kinds; `type` is what the body is of. Annotations, and `id` and `version`, are no exceptions: nothing
 * is passed over in silence. Refuses: `unknownProperty`, `wrongType`, `notNullable`, `tooManyItems`, `forbiddenCharacter`.
 */
export function readMembers<W extends Wanted>(body: Payload, type: string, wanted: W): Members<W> {
  const members: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(body)) {
    const kind = Object.hasOwn(wanted, property) ? wanted[property] : undefined;
    if (!kind) {
      const hint = nearest(property, Object.keys(wanted));
      throw new GraphError('unknownProperty', { target: property, values: { property, type, hint } });
    }
    members[property] = read(kind, property, value);
  }
  return members as Members<W>;
}

/** Refuses (`requiredProperty`) a body without the member. */
export function required<T>(property: string, value: T | undefined): T {
  if (value === undefined) throw new GraphError('requiredProperty', { target: property, values: { property } });
  return value;
}

function read(kind: keyof Kinds, property: string, value: unknown): Kinds[keyof Kinds] {
  if (value === null) {
    if (kind === 'textOrNull') return null;
    throw new GraphError('notNullable', { target: property, values: { property } });
  }
  switch (kind) {
    case 'text':
    case 'textOrNull':
      if (typeof value === 'string') return keepable(property, value);
      break;
    case 'flag':
      if (typeof value === 'boolean') return value;
      break;
    case 'texts':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
        const limit = mostItems;
        if (value.length > limit)
          throw new GraphError('tooManyItems', { target: property, values: { property, limit } });
        return value.map((item) => keepable(property, item));
      }
      break;
    case 'instant': {
      const instant = typeof value === 'string' && dateTime.test(value) ? Date.parse(value) : Number.NaN;
      if (!Number.isNaN(instant)) return instant;
    }
  }
  const found = Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
  throw new GraphError('wrongType', {
    target: property,
    values: {
      property,
      expected: expected[kind],
      found: kind === 'instant' && found === 'a string' ? 'another one' : found,
    },
  });
}

/** RFC 3339, section 5.6. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function keepable(property: string, text: string): string {
  if (text.includes('\0')) throw new GraphError('forbiddenCharacter', { target: property, values: { property } });
  return text;
}
