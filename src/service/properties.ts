// A property's value by its path.
import { GraphError } from '../base/index.js';
import { isA, type Property, type Structure, type Value } from '../edm/index.js';
import { model } from '../model/index.js';
import type { PropertyAddress } from '../plan/index.js';

export interface FoundValue {
  readonly property: Property;
  readonly value: Value;
}

/**
 * The value at the end of the path. Refuses (`valueNotFound`) a path through a complex value that is null or not of
 * the type of a cast (OData protocol 4.01, section 11.2.4).
 */
export function valueAt(entity: Structure, { path }: PropertyAddress): FoundValue {
  let value: Value = entity;
  let found: FoundValue | undefined;
  for (const { property, cast } of path) {
    if (!isStructure(value)) throw valueNotFound(found?.property);
    value = value[property.name] ?? null;
    if (cast && !isOf(value, cast)) throw valueNotFound(property);
    found = { property, value };
  }
  if (!found) throw new Error('a path without a step');
  return found;
}

/** A value of the declared type itself says no type. */
function isOf(value: Value, cast: NonNullable<PropertyAddress['path'][number]['cast']>): boolean {
  if (!isStructure(value)) return false;
  const name = value['@odata.type'];
  const type = typeof name === 'string' ? model.findType(name) : undefined;
  return type === undefined ? cast.base === undefined : type.kind === 'complex' && isA(type, cast);
}

function isStructure(value: Value): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueNotFound(property: Property | undefined): GraphError {
  const name = property?.name ?? '';
  return new GraphError('valueNotFound', { target: name, values: { property: name } });
}
