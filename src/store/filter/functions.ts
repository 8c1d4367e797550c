// The canonical functions; null where an argument is (OData 4.01 part 2, section 5.1.1.4).
import { type Call, type Expression, type FunctionName, typeOf } from '../../plan/index.js';
import type { Dialect } from '../dialect.js';
import { type Compiled, compile, type Target } from './compile.js';

/** What Unicode has as White_Space. */
const whiteSpace =
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

export function compileFunction(call: Call, target: Target): Compiled {
  const special = call.function === 'startswith' ? byRange(call, target) : undefined;
  if (special) return special;
  const given = call.arguments.map((argument) => compile(argument, target));
  const [first = '', second = '', third] = given.map(({ sql }) => sql);
  return {
    sql: write(call, [first, second, third], target),
    nullable: given.some(({ nullable }) => nullable),
    depth: Math.max(...given.map(({ depth }, index) => depth + (index === 0 ? 4 : 8))) + extra(call),
  };
}

function extra({ function: name }: Call): number {
  return name === 'endswith' ? 12 : 0;
}

/** Where the parts of an instant and of a time of day begin, from 1, and how long they are. */
const parts = {
  year: { instant: [1, 4], time: [0, 0] },
  month: { instant: [6, 2], time: [0, 0] },
  day: { instant: [9, 2], time: [0, 0] },
  hour: { instant: [12, 2], time: [1, 2] },
  minute: { instant: [15, 2], time: [4, 2] },
  second: { instant: [18, 2], time: [7, 2] },
  fractionalseconds: { instant: [21, 7], time: [10, 7] },
} as const;

function write(
  call: Call,
  [first, second, third]: readonly [string, string, string | undefined],
  { dialect, parameters }: Target,
): string {
  const part = (name: keyof typeof parts): string => {
    const isTime = call.arguments[0] && typeOf(call.arguments[0])?.name === 'Edm.TimeOfDay';
    const [start, length] = parts[name][isTime ? 'time' : 'instant'];
    return `CAST(substr(${first}, ${start}, ${length}) AS INTEGER)`;
  };
  const written: Readonly<Record<FunctionName, () => string>> = {
    concat: () => `(${first} || ${second})`,
    contains: () => `(${dialect.position(first, second)} > 0)`,
    endswith: () => endsWith(call.arguments[1], first, second, dialect),
    indexof: () => `(${dialect.position(first, second)} - 1)`,
    length: () => dialect.length(first),
    startswith: () => dialect.startsWith(first, second),
    substring: () => dialect.substring(first, second, third),
    tolower: () => dialect.lower(first),
    toupper: () => dialect.upper(first),
    trim: () => dialect.trimmed(first, parameters.add(whiteSpace)),
    date: () => `substr(${first}, 1, 10)`,
    time: () => `substr(${first}, 12, 16)`,
    year: () => part('year'),
    month: () => part('month'),
    day: () => part('day'),
    hour: () => part('hour'),
    minute: () => part('minute'),
    second: () => part('second'),
    fractionalseconds: () => `(${part('fractionalseconds')} / 10000000.0)`,
    // Instants are kept in UTC.
    totaloffsetminutes: () => `(length(${first}) * 0)`,
    totalseconds: () => `(${first} / 10000000.0)`,
    ceiling: () => `ceil(${first})`,
    floor: () => `floor(${first})`,
    round: () => dialect.rounded(first),
  };
  return written[call.function]();
}

/** Each operand stands there once or is a constant: calls in calls would double otherwise at each level. */
function endsWith(end: Expression | undefined, text: string, part: string, dialect: Dialect): string {
  if (end?.kind === 'literal' && typeof end.value === 'string') {
    const length = [...end.value].length;
    return length === 0 ? `(length(${text}) >= 0)` : `(${dialect.end(text, length)} = ${part})`;
  }
  return `(WITH v(a, b) AS MATERIALIZED (SELECT ${text}, ${part}) SELECT length(a) >= length(b) AND substr(a, length(a) - length(b) + 1) = b FROM v)`;
}

/** An index serves the beginning of a column's texts as the range in which they lie. */
function byRange({ arguments: [text, start] }: Call, target: Target): Compiled | undefined {
  if (text?.kind !== 'propertyPath' || text.of.kind !== 'current') return undefined;
  if (!target.layout.columns.has(text.property.name)) return undefined;
  if (start?.kind !== 'literal' || typeof start.value !== 'string') return undefined;
  const end = nextText(start.value);
  if (end === undefined) return undefined;
  const { sql, nullable } = compile(text, target);
  const { parameters } = target;
  return { sql: `(${sql} >= ${parameters.add(start.value)} AND ${sql} < ${parameters.add(end)})`, nullable, depth: 1 };
}

/** The first text, by code points, behind all that begin with this one; undefined where there is none. */
function nextText(start: string): string | undefined {
  const points = [...start];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) return undefined;
    // The surrogates are no characters.
    if (point < 0x10ffff) return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}
