// The body of an action: a collection of objects for each parameter.
import { GraphError } from '../base/index.js';
import type { BoundOperation } from '../edm/index.js';
import type { Payload } from '../plan/index.js';
import { describe } from './json-text.js';
import { isIgnoredName, unknownProperty } from './value-reader.js';

/**
 * The objects given for each parameter; undefined for one that is not. Null is taken as empty, as with every collection.
 * Refuses: `unknownProperty`, `wrongType`.
 */
export function readArguments(
  payload: Payload,
  { name: action, parameters }: BoundOperation,
): Readonly<Record<string, readonly Payload[] | undefined>> {
  const read: Record<string, readonly Payload[] | undefined> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (isIgnoredName(name)) continue;
    if (!parameters.some((parameter) => parameter.name === name)) {
      const known = parameters.map((parameter) => parameter.name);
      throw unknownProperty(name, name, known, `the parameters of ${action}`);
    }
    read[name] = readObjects(value, name);
  }
  return read;
}

function readObjects(value: Payload[string] | undefined, name: string): readonly Payload[] {
  const items: unknown = value ?? [];
  if (!Array.isArray(items)) throw wrongType(name, 'an array', items);
  return items.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw wrongType(`${name}[${index}]`, 'an object', item);
    return item as Payload;
  });
}

function wrongType(path: string, expected: string, value: unknown): GraphError {
  return new GraphError('wrongType', { target: path, values: { property: path, expected, found: describe(value) } });
}
