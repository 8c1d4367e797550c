// The query part of a URL: which options there are, and their values.
import { GraphError } from '../base/index.js';
import { type EntityType, findByName, type Model } from '../edm/index.js';
import type { Expression, Operation, Selection } from '../plan/index.js';
import { parseFilter } from './filter.js';

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

/** The options that each kind of operation takes; any other of OData's is refused by its name. */
const supported: Readonly<Partial<Record<Operation['kind'], readonly string[]>>> = {
  list: ['$filter', '$select', '$count'],
  count: ['$filter'],
  listReferences: ['$filter', '$count'],
  removeReference: ['$id'],
  read: ['$select'],
  readSingleton: ['$select'],
};

/** The options that the kind of operation takes, by their names with `$`. */
export function optionsOf(action: Operation['kind']): readonly string[] {
  return supported[action] ?? [];
}

export type Options = ReadonlyMap<string, string>;

/**
 * OData's options of a query string, by their names in lower case with `$`. The `$` may be left out, as Graph allows;
 * other names without it are nobody's business (custom query options).
 * Refuses: `optionUnknown`, `optionNotSupported`, `optionRepeated`, `malformedUrl`.
 */
export function readOptions(query: string, action: Operation['kind']): Options {
  const options = new Map<string, string>();
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    if (name.startsWith('@')) throw notSupported(name);
    const option = name.startsWith('$') ? name.toLowerCase() : `$${name.toLowerCase()}`;
    if (!odataOptions.has(option)) {
      if (name.startsWith('$')) throw new GraphError('optionUnknown', { target: name, values: { option: name } });
      continue;
    }
    // Every answer has a format, whatever is asked for (`readFormat`).
    if (option !== '$format' && !supported[action]?.includes(option)) throw notSupported(option);
    if (options.has(option)) throw new GraphError('optionRepeated', { target: option, values: { option } });
    options.set(option, value);
  }
  return options;
}

/** `$format` of a query string, before anything else of it is read. Refuses: `malformedUrl`. */
export function readFormat(query: string): string | undefined {
  if (!/format/i.test(query)) return undefined;
  for (const part of query.split('&')) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? [];
    if (/^\$?format$/i.test(decode(name))) return decode(value).trim();
  }
  return undefined;
}

/** In a query a plus is a space, as the clients that write one mean it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new GraphError('malformedUrl', { values: { reason: 'its percent-encoding is broken' } });
  }
}

/** DEVIATION: an option that is not supported is refused by its name; Graph may ignore it in silence. */
function notSupported(option: string): GraphError {
  return new GraphError('optionNotSupported', { target: option, values: { option } });
}

/** `$count`. Refuses: `optionInvalid`. */
export function readCount(options: Options): boolean {
  const value = options.get('$count')?.trim().toLowerCase() ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new GraphError('optionInvalid', {
    target: '$count',
    values: { option: '$count', reason: 'it is neither true nor false' },
  });
}

/** `$select`: the properties as the model spells them, in the model's order. Refuses: `optionInvalid`, `propertyNotFound`. */
export function readSelect(options: Options, type: EntityType, model: Model): Selection {
  const value = options.get('$select');
  if (value === undefined) return undefined;
  const names = value.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new GraphError('optionInvalid', {
      target: '$select',
      values: { option: '$select', reason: 'it names a property without a name' },
    });
  }
  const selected = new Set(names.filter((name) => name !== '*').map((name) => findSelected(name, type, model)));
  if (names.includes('*')) return undefined;
  return [...type.properties.keys()].flatMap((name) =>
    selected.has(name) ? [{ name, on: type, navigation: false, select: undefined }] : [],
  );
}

function findSelected(name: string, type: EntityType, model: Model): string {
  const property = findByName(type.properties, name);
  if (property) return property.name;
  throw new GraphError('propertyNotFound', {
    target: '$select',
    values: { property: name, type: model.qualifiedName(type) },
  });
}

/** `$filter`, bound to the type; an empty one is none. */
export function readFilter(options: Options, type: EntityType, model: Model): Expression | undefined {
  const value = options.get('$filter');
  return value === undefined || value.trim() === '' ? undefined : parseFilter(value, type, model);
}
