// From an address to the object that stands there, or the 404 that says why there is none.
import { GraphError } from '../base/index.js';
import { type EntityType, isA, type NavigationProperty } from '../edm/index.js';
import { model } from '../model/index.js';
import type {
  EntityAddress,
  EntityQuery,
  Expanded,
  Navigation,
  ObjectAddress,
  RelatedAddress,
  Stored,
  Within,
} from '../plan/index.js';
import type { EntityReader, QueryReader } from '../store/index.js';

/**
 * The object at the address. Each step of a path that leads through several objects is looked at in turn.
 * Refuses: `entityNotFound`, `castMismatch`, `navigationNotOnType`, `notBound`.
 */
export function findObject(reader: EntityReader, tenantId: string, address: ObjectAddress): Promise<Stored> {
  return address.kind === 'entity' ? findEntity(reader, tenantId, address) : findRelated(reader, tenantId, address);
}

async function findEntity(reader: EntityReader, tenantId: string, address: EntityAddress): Promise<Stored> {
  const { set, key, within } = address;
  const found = await reader.find(tenantId, set, key);
  // The source's refusals go before the member's.
  const stored = within ? await memberOf(reader, tenantId, within, found, key) : found;
  if (!stored) throw new GraphError('entityNotFound', { values: { id: key } });
  checkType(address, stored.type, key);
  return stored;
}

/** The entity, if it is among those that the source contains or leads to. */
async function memberOf(
  reader: EntityReader,
  tenantId: string,
  within: Navigation,
  found: Stored | undefined,
  key: string,
): Promise<Stored | undefined> {
  const { source, property } = await findSource(reader, tenantId, within);
  const links = source.links[property.name];
  const member = property.contained ? found?.owner === source.entity.id : Array.isArray(links) && links.includes(key);
  return member ? found : undefined;
}

async function findRelated(reader: EntityReader, tenantId: string, address: RelatedAddress): Promise<Stored> {
  const { source, property, set } = address;
  const key = await keyOf(reader, tenantId, source);
  return checkRelated(
    address,
    key,
    await reader.findRelated(tenantId, { set: source.set, key, property, target: set }),
  );
}

function checkRelated(
  address: RelatedAddress,
  key: string,
  found: { readonly sourceType: EntityType; readonly target: Stored | undefined } | undefined,
): Stored {
  const { source, property } = address;
  if (!found) throw new GraphError('entityNotFound', { values: { id: key } });
  checkType(source, found.sourceType, key);
  propertyOf(found.sourceType, property, key);
  if (!found.target) throw notBound(address, key);
  checkType(address, found.target.type, found.target.entity.id);
  return found.target;
}

/** The object at the address with what the query expands. Refuses as `findObject`. */
export async function readObject(
  reader: EntityReader & QueryReader,
  tenantId: string,
  address: ObjectAddress,
  query: EntityQuery,
): Promise<Expanded> {
  // An object alone may be remembered.
  if (query.expand.length === 0) return { stored: await findObject(reader, tenantId, address), expanded: {} };
  if (address.kind === 'related') return readRelated(reader, tenantId, address, query);
  const { set, key, within } = address;
  if (within) await findEntity(reader, tenantId, address);
  const found = await reader.read(tenantId, set, key, query);
  if (!found) throw new GraphError('entityNotFound', { values: { id: key } });
  checkType(address, found.stored.type, key);
  return found;
}

async function readRelated(
  reader: EntityReader & QueryReader,
  tenantId: string,
  address: RelatedAddress,
  query: EntityQuery,
): Promise<Expanded> {
  const { source, property, set } = address;
  const key = await keyOf(reader, tenantId, source);
  const found = await reader.readRelated(tenantId, { set: source.set, key, property, target: set }, query);
  const stored = checkRelated(address, key, found && { ...found, target: found.target?.stored });
  return { stored, expanded: found?.target?.expanded ?? {} };
}

/** The key of the object at the address; of a plain one it is not asked whether there is such an object. */
async function keyOf(reader: EntityReader, tenantId: string, address: ObjectAddress): Promise<string> {
  if (address.kind === 'entity' && !address.within) return address.key;
  return (await findObject(reader, tenantId, address)).entity.id;
}

/**
 * The entity that has the navigation property, and the property as its type has it.
 * Refuses: `entityNotFound`, `castMismatch`, `navigationNotOnType`.
 */
export async function findSource(
  reader: EntityReader,
  tenantId: string,
  { source: address, property }: Navigation,
): Promise<{ source: Stored; property: NavigationProperty }> {
  const source = await findObject(reader, tenantId, address);
  return { source, property: propertyOf(source.type, property, source.entity.id) };
}

/** What a list below an entity is restricted to; undefined for a whole set. Refuses what `findSource` refuses. */
export async function findWithin(
  reader: EntityReader,
  tenantId: string,
  membership: Navigation | undefined,
): Promise<Within | undefined> {
  if (!membership) return undefined;
  const { source, property } = await findSource(reader, tenantId, membership);
  return { set: membership.source.set, key: source.entity.id, property };
}

/** DEVIATION: a navigation property that leads nowhere is 404, as Graph answers it; OData would say 204. */
export function notBound({ property }: RelatedAddress, id: string): GraphError {
  return new GraphError('notBound', { target: property.name, values: { id, property: property.name } });
}

function checkType({ type }: ObjectAddress, actual: EntityType, id: string): void {
  if (isA(actual, type)) return;
  throw new GraphError('castMismatch', {
    values: { id, actual: model.qualifiedName(actual), type: model.qualifiedName(type) },
  });
}

function propertyOf(actual: EntityType, { name }: NavigationProperty, id: string): NavigationProperty {
  const property = actual.navigationProperties.get(name);
  if (property) return property;
  throw new GraphError('navigationNotOnType', {
    target: name,
    values: { id, actual: model.qualifiedName(actual), property: name },
  });
}
