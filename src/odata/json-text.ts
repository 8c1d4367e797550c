// Request bodies: JSON that means one thing only.
import { GraphError } from '../base/index.js';
import type { Payload } from '../plan/index.js';

/** Deepest nesting of objects and arrays. */
const maximumDepth = 64;
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The JSON object in a body. Refuses: `bodyEmpty`, `bodyNotJson` (no JSON by RFC 8259, nested too deep, a number out of
 * range, half of a surrogate pair), `bodyNotObject`, and what JSON leaves open: `duplicateKey`, `forbiddenKey`.
 * Nothing of the body stands in the messages but the names.
 */
export function readJsonObject(text: string): Payload {
  if (text.trim() === '') throw new GraphError('bodyEmpty');
  checkNames(text);
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GraphError('bodyNotObject', { values: { found: describe(value) } });
  }
  return value as Payload;
}

function parse(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notJson('it is not well-formed JSON');
  }
  // Escapes can make what UTF-8 cannot carry; `\u` and digits past 1e308 are rare enough to look twice.
  if (/\\u|[eE]\+?\d|\d{300}/.test(text)) checkValues(value);
  return value;
}

function checkValues(root: unknown): void {
  const waiting: unknown[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'number' && !Number.isFinite(value)) throw notJson('it has a number that is out of range');
    if (typeof value === 'string' && !isWellFormed(value)) throw notJson('it has half of a surrogate pair');
    if (typeof value === 'object' && value !== null) waiting.push(...Object.keys(value), ...Object.values(value));
  }
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text);
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/**
 * One pass over the text for what JSON.parse does not tell: names that occur twice in an object, names with a meaning in
 * JavaScript, and depth. It trusts the text to be JSON; where it is not, JSON.parse says so afterwards.
 */
function checkNames(text: string): void {
  /** For each open object the names so far; undefined for an open array. */
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') {
      if (open.push(found === '{' ? new Set() : undefined) > maximumDepth) {
        throw notJson(`it is nested deeper than the limit of ${maximumDepth}`);
      }
    } else if (found === '}' || found === ']') open.pop();
    else if (found === ':') keepName(open.at(-1), last);
    last = found;
  }
}

function keepName(names: Set<string> | undefined, quoted: string): void {
  if (!names) return;
  let name: string;
  try {
    name = String(JSON.parse(quoted));
  } catch {
    throw notJson('it is not well-formed JSON');
  }
  if (forbiddenNames.has(name)) throw new GraphError('forbiddenKey', { target: name, values: { name } });
  if (names.has(name)) throw new GraphError('duplicateKey', { target: name, values: { name } });
  names.add(name);
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
