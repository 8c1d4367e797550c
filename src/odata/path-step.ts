// One step of a path: from an address, by a segment, to the next address.
import { GraphError } from '../base/index.js';
import { type EntitySet, type EntityType, findByName, isA, type Model, type NavigationProperty } from '../edm/index.js';
import type {
  Address,
  CollectionAddress,
  EntityAddress,
  ObjectAddress,
  PropertyAddress,
  PropertyStep,
} from '../plan/index.js';
import { type ReadAlias, readParameters } from './function-parameters.js';

/** Longest key, in UTF-16 code units. */
const maximumKeyLength = 256;

/** Where the segment leads. Refuses: `segmentNotFound`, `malformedKey`, `castNotDerived`, `parameter…`. */
export function step(address: Address, segment: string, model: Model, readAlias: ReadAlias): Address {
  switch (address.kind) {
    case 'singleton': {
      const { sets, type } = address.singleton;
      const property = findByName(type.properties, segment);
      if (property) return { kind: 'property', of: address, path: [{ property, cast: undefined }], raw: false };
      return stepIntoSet(segment, (name) => sets.find((set) => equalNames(set.name, name)));
    }
    case 'collection':
      return stepIntoCollection(address, segment, model, readAlias);
    case 'entity':
    case 'related':
      return stepIntoObject(address, segment, model);
    case 'property':
      return stepIntoProperty(address, segment, model);
    default:
      throw segmentNotFound(segment);
  }
}

/** The set that the segment names, or the entity in it whose key stands in parentheses. */
export function stepIntoSet(
  segment: string,
  find: (name: string) => EntitySet | undefined,
): CollectionAddress | EntityAddress {
  const { name, predicate } = splitPredicate(segment);
  const set = find(name);
  if (!set) throw segmentNotFound(segment);
  return keyed({ kind: 'collection', set, type: set.type, cast: false, within: undefined }, predicate);
}

function stepIntoCollection(address: CollectionAddress, segment: string, model: Model, readAlias: ReadAlias): Address {
  // No key begins like the segments that OData keeps for itself.
  if (segment.startsWith('$')) {
    if (equalNames(segment, '$count')) return { kind: 'count', collection: address };
    if (equalNames(segment, '$ref')) return { kind: 'references', collection: address };
    throw segmentNotFound(segment);
  }
  const { name, predicate } = splitPredicate(segment);
  const operation = model.findOperation(address.type, true, name);
  if (operation?.kind === 'function') {
    const values = readParameters(operation, predicate, model, readAlias);
    return { kind: 'function', on: address, function: operation, values };
  }
  if (!model.isQualified(segment)) return entityOf(address, segment);
  return keyed({ ...address, type: castType(name, address.type, model), cast: true }, predicate);
}

function stepIntoObject(address: ObjectAddress, segment: string, model: Model): Address {
  if (equalNames(segment, '$ref')) {
    return address.kind === 'related'
      ? { kind: 'reference', related: address }
      : { kind: 'memberReference', member: address };
  }
  const operation = model.findOperation(address.type, false, segment);
  if (operation?.kind === 'action') return { kind: 'action', on: address, action: operation };
  if (model.isQualified(segment)) {
    return { ...address, type: castType(segment, address.type, model), cast: true };
  }
  const property = findByName(address.type.properties, segment);
  if (property) return { kind: 'property', of: address, path: [{ property, cast: undefined }], raw: false };
  const { name, predicate } = splitPredicate(segment);
  const navigation = model.findNavigation(address.type, name);
  const set = navigation && targetSet(address.set, navigation, model);
  if (!navigation || !set) throw segmentNotFound(segment);
  const within = { source: address, property: navigation };
  const type = navigation.target();
  if (navigation.collection) return keyed({ kind: 'collection', set, type, cast: false, within }, predicate);
  if (predicate !== undefined) throw segmentNotFound(segment);
  return { kind: 'related', ...within, set, type, cast: false };
}

/** The set in which the targets of a navigation property of entities of `set` live. */
function targetSet(set: EntitySet, property: NavigationProperty, model: Model): EntitySet | undefined {
  return (property.contained ? model.findContainedSet(set, property) : undefined) ?? model.setOf(property.target());
}

function stepIntoProperty(address: PropertyAddress, segment: string, model: Model): PropertyAddress {
  const last = address.path.at(-1);
  if (!last || address.raw) throw segmentNotFound(segment);
  const { type, collection } = last.property;
  if (collection && equalNames(segment, '$count')) return { ...address, raw: true };
  if (collection) throw segmentNotFound(segment);
  if (type.kind !== 'complex') {
    if (equalNames(segment, '$value')) return { ...address, raw: true };
    throw segmentNotFound(segment);
  }
  const current = last.cast ?? type;
  if (model.isQualified(segment)) {
    const found = model.findType(segment);
    const cast = model.withDerived(current).find((candidate) => candidate === found);
    if (!cast) throw segmentNotFound(segment);
    return { ...address, path: [...address.path.slice(0, -1), { ...last, cast }] };
  }
  const property = findByName(current.properties, segment);
  if (!property) throw segmentNotFound(segment);
  const next: PropertyStep = { property, cast: undefined };
  return { ...address, path: [...address.path, next] };
}

function splitPredicate(segment: string): { name: string; predicate: string | undefined } {
  const [, name = segment, predicate] = /^([^(]+)(\(.*\))$/s.exec(segment) ?? [];
  return { name, predicate };
}

function keyed(collection: CollectionAddress, predicate: string | undefined): CollectionAddress | EntityAddress {
  return predicate === undefined ? collection : entityOf(collection, keyOfPredicate(predicate));
}

function entityOf({ set, type, cast, within }: CollectionAddress, key: string): EntityAddress {
  if (key.length > maximumKeyLength) {
    throw new GraphError('malformedKey', {
      values: { key, reason: `it is longer than the limit of ${maximumKeyLength} characters` },
    });
  }
  return { kind: 'entity', set, key, type, cast, within };
}

function keyOfPredicate(predicate: string): string {
  const [, quoted] = /^\((?:id=)?'((?:[^']|'')+)'\)$/is.exec(predicate) ?? [];
  if (quoted === undefined) {
    throw new GraphError('malformedKey', { values: { key: predicate, reason: "the form is ('{id}')" } });
  }
  return quoted.replaceAll("''", "'");
}

/** The type of a cast: a narrower one than where the address stands, or a base of it, which narrows nothing. */
function castType(segment: string, current: EntityType, model: Model): EntityType {
  const type = model.findEntityType(segment);
  if (!type) throw segmentNotFound(segment);
  if (isA(type, current)) return type;
  if (isA(current, type)) return current;
  throw new GraphError('castNotDerived', {
    target: segment,
    values: { type: model.qualifiedName(type), declared: model.qualifiedName(current) },
  });
}

function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function segmentNotFound(segment: string): GraphError {
  return new GraphError('segmentNotFound', { target: segment, values: { segment } });
}
