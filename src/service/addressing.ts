// From an address to the object that stands there, or the 404 that says why there is none.
import { GraphError } from '../base/index.js';
import { type EntityType, isA } from '../edm/index.js';
import { model } from '../model/index.js';
import type { EntityAddress, RelatedAddress, Stored } from '../plan/index.js';
import type { EntityReader } from '../store/index.js';

/** The entity at the address. Refuses: `entityNotFound`, `castMismatch`. */
export async function findEntity(reader: EntityReader, tenantId: string, address: EntityAddress): Promise<Stored> {
  const stored = await reader.find(tenantId, address.set, address.key);
  if (!stored) throw new GraphError('entityNotFound', { values: { id: address.key } });
  checkCast(address, stored.type);
  return stored;
}

/**
 * The entity that the navigation property leads to.
 * Refuses: `entityNotFound`, `castMismatch`, `navigationNotOnType`, `notBound`.
 */
export async function findRelated(reader: EntityReader, tenantId: string, address: RelatedAddress): Promise<Stored> {
  const { source, property } = address;
  const found = await reader.findRelated(tenantId, {
    set: source.set,
    key: source.key,
    property,
    target: address.set,
  });
  if (!found) throw new GraphError('entityNotFound', { values: { id: source.key } });
  checkNavigation(address, found.sourceType);
  if (!found.target) throw notBound(address);
  return found.target;
}

/** The entity that has the navigation property. Refuses: `entityNotFound`, `castMismatch`, `navigationNotOnType`. */
export async function findSource(reader: EntityReader, tenantId: string, address: RelatedAddress): Promise<Stored> {
  const source = await findEntity(reader, tenantId, address.source);
  checkNavigation(address, source.type);
  return source;
}

/** DEVIATION: a navigation property that leads nowhere is 404, as Graph answers it; OData would say 204. */
export function notBound({ source, property }: RelatedAddress): GraphError {
  return new GraphError('notBound', {
    target: property.name,
    values: { id: source.key, property: property.name },
  });
}

function checkCast(address: EntityAddress, actual: EntityType): void {
  if (isA(actual, address.type)) return;
  throw new GraphError('castMismatch', {
    values: { id: address.key, actual: model.qualifiedName(actual), type: model.qualifiedName(address.type) },
  });
}

function checkNavigation({ source, property }: RelatedAddress, actual: EntityType): void {
  checkCast(source, actual);
  if (actual.navigationProperties.has(property.name)) return;
  throw new GraphError('navigationNotOnType', {
    target: property.name,
    values: { id: source.key, actual: model.qualifiedName(actual), property: property.name },
  });
}
