// The query part of a URL, and what stands in the parentheses of `$expand`: options by their names.
import { GraphError } from '../base/index.js';
import type { Operation } from '../plan/index.js';
import { invalidOption, splitOutside, unsupportedOption } from './option-text.js';

/** OData's own options (URL conventions 4.01, section 5), and those of Graph's habits. */
const odataOptions: ReadonlySet<string> = new Set([
  '$apply',
  '$compute',
  '$count',
  '$deltatoken',
  '$expand',
  '$filter',
  '$format',
  '$id',
  '$index',
  '$levels',
  '$orderby',
  '$schemaversion',
  '$search',
  '$select',
  '$skip',
  '$skiptoken',
  '$top',
]);

const shapeOptions = ['$select', '$expand'];
/** The options that choose and arrange the entities of a collection. */
const collectionOptions = ['$filter', '$search', '$orderby', '$count', '$skip', '$top'];

/**
 * The options that each kind of operation takes; any other of OData's is refused by its name.
 *
 * DEVIATION: `/$count` refuses `$top`, `$skip`, `$orderby` and `$expand`, of which OData says that they do not change the number:
 * who sends them expects that they do.
 */
const supported: Readonly<Partial<Record<Operation['kind'] | 'none', readonly string[]>>> = {
  list: [...shapeOptions, ...collectionOptions, '$skiptoken'],
  count: ['$filter', '$search'],
  listReferences: [...collectionOptions, '$skiptoken'],
  removeReference: ['$id'],
  read: shapeOptions,
  readSingleton: ['$select'],
  callFunction: [],
  // Documents and batches, which are no operations of the model.
  none: [],
};

/** The options that the kind of operation takes, by their names with `$`. */
export function optionsOf(action: Operation['kind']): readonly string[] {
  return supported[action] ?? [];
}

/** What may stand in the parentheses behind a navigation property of `$expand`. */
export const expandOptions = {
  single: [...shapeOptions, '$levels'],
  collection: [...shapeOptions, ...collectionOptions, '$levels'],
  references: collectionOptions,
  count: ['$filter', '$search'],
} as const;

/** Options by their names in lower case with `$`, and parameter aliases by theirs with `@`. */
export type Options = ReadonlyMap<string, string>;

const none: Options = new Map();

/**
 * OData's options of a query string. The `$` may be left out, as Graph allows; other names without it are nobody's
 * business (custom query options).
 * Refuses: `optionUnknown`, `optionNotSupported`, `optionRepeated`, `optionInvalid`, `malformedUrl`.
 */
export function readOptions(query: string, action: Operation['kind'] | 'none'): Options {
  if (query === '') return none;
  const options = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const [name, value] = splitPair(part).map(decode) as [string, string];
    const option = optionName(name);
    if (option === undefined) continue;
    const isAlias = option.startsWith('@');
    // Every answer has a format, whatever is asked for (`readFormat`).
    const isTaken = isAlias ? supported[action] !== undefined : supported[action]?.includes(option);
    if (!isTaken && option !== '$format') {
      throw unsupportedOption(option);
    }
    add(options, option, value);
  }
  return options;
}

/** `$format` of a query string, before anything else of it is read. Refuses: `malformedUrl`. */
export function readFormat(query: string): string | undefined {
  if (!/format/i.test(query)) return undefined;
  for (const part of query.split('&')) {
    const [name, value] = splitPair(part);
    if (/^\$?format$/i.test(decode(name))) return decode(value).trim();
  }
  return undefined;
}

/** `$format` of what takes no other option. Refuses as `readOptions`. */
export function readFormatAlone(query: string): string | undefined {
  return readOptions(query, 'none').get('$format')?.trim();
}

/** What a query string gives for a parameter alias, whose name has its `@`, or for a parameter; undefined where nothing. Refuses: `malformedUrl`. */
export function readAlias(query: string, name: string): string | undefined {
  for (const part of query.split('&')) {
    const [given, value] = splitPair(part);
    if (decode(given) === name) return decode(value);
  }
  return undefined;
}

/** The options in parentheses inside of `option`, of which `allowed` are supported, and aliases. Refuses as `readOptions`. */
export function readNestedOptions(text: string | undefined, allowed: readonly string[], within: string): Options {
  const options = new Map<string, string>();
  for (const part of text === undefined ? [] : splitOutside(text, ';', within)) {
    if (part === '') throw invalidOption(within, 'an option is missing in its parentheses');
    const [name, value] = splitPair(part).map((side) => side.trim()) as [string, string];
    const option = optionName(name);
    if (option === undefined) throw unknownOption(name);
    if (!option.startsWith('@') && !allowed.includes(option)) throw unsupportedOption(option);
    add(options, option, value);
  }
  return options;
}

/** The parameter aliases among the options, by their names with `@`. */
export function aliasesOf(options: Options): Options {
  return options.size === 0 ? none : new Map([...options].filter(([name]) => name.startsWith('@')));
}

function splitPair(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** Undefined for a name that is not one of OData's. */
function optionName(name: string): string | undefined {
  if (name.startsWith('@')) {
    if (/^@[A-Za-z_]\w{0,127}$/.test(name)) return name;
    throw invalidOption(name, 'the name of a parameter alias is a letter and then letters and digits');
  }
  const option = name.startsWith('$') ? name.toLowerCase() : `$${name.toLowerCase()}`;
  if (odataOptions.has(option)) return option;
  if (name.startsWith('$')) throw unknownOption(name);
  return undefined;
}

function add(options: Map<string, string>, option: string, value: string): void {
  if (options.has(option)) throw new GraphError('optionRepeated', { target: option, values: { option } });
  options.set(option, value);
}

function unknownOption(option: string): GraphError {
  return new GraphError('optionUnknown', { target: option, values: { option } });
}

/** In a query a plus is a space, as the clients that write one mean it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new GraphError('malformedUrl', { values: { reason: 'its percent-encoding is broken' } });
  }
}
