// Request bodies: JSON that means one thing only.
import { GraphError } from '../base/index.js';
import type { Payload } from '../plan/index.js';

/** Deepest nesting of objects and arrays. */
const maximumDepth = 64;
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The JSON object in a body. Refuses: `bodyEmpty`, `bodyNotJson` (no JSON by RFC 8259, nested too deep, a number out of
 * range, half of a surrogate pair), `bodyNotObject`, and what JSON leaves open: `duplicateKey`, `forbiddenKey`, each
 * with the path of the name. Takes time linear in the text. Nothing of the body stands in the messages but the names.
 */
export function readJsonObject(text: string): Payload {
  if (/^[ \t\r\n]*$/.test(text)) throw new GraphError('bodyEmpty');
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GraphError('bodyNotObject', { values: { found: describe(value) } });
  }
  checkNames(text);
  // Escapes can make what UTF-8 cannot carry, and exponents or many digits what no number can.
  if (!isWellFormed(text) || /\\u|\d[eE]\+?\d|(?<!\d)\d{300}/.test(text)) checkValues(value);
  return value as Payload;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message quotes the body; of it only the place is told.
    const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
    const place = position ?? (text.startsWith('\uFEFF') ? '0' : undefined);
    throw notJson(`it is not well-formed JSON${place === undefined ? '' : ` at position ${place}`}`);
  }
}

function checkValues(root: object): void {
  const waiting: object[] = [root];
  for (let container = waiting.pop(); container; container = waiting.pop()) {
    for (const [name, value] of Object.entries(container)) {
      if (!isWellFormed(name) || (typeof value === 'string' && !isWellFormed(value))) {
        throw notJson('it has half of a surrogate pair');
      }
      if (typeof value === 'number' && !Number.isFinite(value)) throw notJson('it has a number that is out of range');
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
}

function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** An object or array that is open at some place of the text: the names so far, or how many items are complete. */
interface Open {
  readonly names: Set<string> | undefined;
  name: string;
  items: number;
}

/**
 * One pass over the text for what JSON.parse does not tell: names that occur twice in an object, names with a meaning in
 * JavaScript, and depth. The text is known to be JSON.
 */
function checkNames(text: string): void {
  const open: Open[] = [];
  let [start, end] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"':
        start = at;
        at = end = endOfString(text, at);
        break;
      case ':':
        keepName(open, text.slice(start, end + 1));
        break;
      case ',': {
        const inner = open.at(-1);
        if (inner) inner.items++;
        break;
      }
      case '{':
      case '[':
        if (open.length === maximumDepth) throw notJson(`it is nested deeper than the limit of ${maximumDepth}`);
        open.push({ names: text[at] === '{' ? new Set() : undefined, name: '', items: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
    }
  }
}

function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end;
}

function keepName(open: readonly Open[], quoted: string): void {
  const inner = open.at(-1);
  if (!inner?.names) return;
  inner.name = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  const { name, names } = inner;
  if (forbiddenNames.has(name)) throw new GraphError('forbiddenKey', { target: pathOf(open), values: { name } });
  if (names.has(name)) throw new GraphError('duplicateKey', { target: pathOf(open), values: { name } });
  names.add(name);
}

/** `onDemandRules[0]/action` */
function pathOf(open: readonly Open[]): string {
  return open
    .map(({ names, name, items }) => (names ? `/${name}` : `[${items}]`))
    .join('')
    .slice(1);
}

/** What a JSON value is, in words for a message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  return value === undefined ? 'nothing' : `a ${typeof value}`;
}

function notJson(reason: string): GraphError {
  return new GraphError('bodyNotJson', { values: { reason } });
}
