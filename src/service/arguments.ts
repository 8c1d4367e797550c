// The body of an action: a collection of objects for each parameter.
import { GraphError } from '../base/index.js';
import type { BoundOperation } from '../edm/index.js';
import type { Payload } from '../plan/index.js';

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
    if (name.startsWith('#') || name.includes('@')) continue;
    if (!parameters.some((parameter) => parameter.name === name)) {
      throw new GraphError('unknownProperty', {
        target: name,
        values: { property: name, type: `the parameters of ${action}`, hint: '' },
      });
    }
    read[name] = readObjects(value, name);
  }
  return read;
}

function readObjects(value: Payload[string] | undefined, name: string): readonly Payload[] {
  const items: unknown = value ?? [];
  if (!Array.isArray(items)) throw wrongType(name, 'an array');
  return items.map((item: unknown, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw wrongType(`${name}[${index}]`, 'an object');
    return item as Payload;
  });
}

function wrongType(path: string, expected: string): GraphError {
  return new GraphError('wrongType', { target: path, values: { property: path, expected, found: 'something else' } });
}
