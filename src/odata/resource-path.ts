// From a request's path to the address that it names in the model.
//
//   path       = '/beta' *( '/' segment )              any case; a trailing slash, or two after /beta, are borne
//   segment    = singleton / set / key / cast / navigationProperty / '$ref'
//   set        = name [ '(' keyValue ')' ]
//   keyValue   = [ 'id=' ] SQUOTE *( PCHAR / 2SQUOTE ) SQUOTE
//   cast       = 'microsoft.graph.' typeName
//
// (OData ABNF 4.01, resourcePath; keys as segments: URL conventions, section 4.3.6)
import { GraphError } from '../base/index.js';
import { type EntityType, isA, isReference, type Model } from '../edm/index.js';
import type { Address, CollectionAddress, EntityAddress, RelatedAddress, SingletonAddress } from '../plan/index.js';

/** Longest key, in UTF-16 code units, and longest path, in segments. */
const maximumKeyLength = 256;
const maximumSegments = 20;

/**
 * The address that a path names. `path` begins with the version segment and is percent-encoded, as it was sent.
 * Refuses: `malformedUrl`, `invalidVersion`, `onlyInBeta`, `segmentNotFound`, `malformedKey`, `castNotDerived`.
 */
export function parsePath(path: string, model: Model): Address {
  const [version = '', ...segments] = splitPath(path);
  if (!isBeta(version)) throw wrongVersion(version, segments, model);
  return resolveSegments(segments, model);
}

/** The address of the segments below the service root. */
export function resolveSegments(segments: readonly string[], model: Model): Address {
  const [first = '', ...rest] = segments;
  const singleton = model.findSingleton(first);
  if (!singleton) throw segmentNotFound(first);
  return rest.reduce<Address>((address, segment) => step(address, segment, model), { kind: 'singleton', singleton });
}

/** The decoded segments; no decoded segment holds a slash, a control character or only dots. */
export function splitPath(path: string): string[] {
  const segments = path.replace(/^\//, '').split('/');
  if (segments.at(-1) === '') segments.pop();
  // Tools concatenate a root that ends in a slash with a path that begins with one.
  if (segments.length > 2 && segments[1] === '' && isBeta(segments[0])) segments.splice(1, 1);
  if (segments.length > maximumSegments) throw malformedUrl('it has too many segments');
  return segments.map(decodeSegment);
}

function isBeta(segment = ''): boolean {
  return segment.toLowerCase() === 'beta';
}

function decodeSegment(encoded: string): string {
  // Most are plain, and a request has many.
  if (/^[\w-][\w.-]*$/.test(encoded)) return encoded;
  let segment: string;
  try {
    segment = decodeURIComponent(encoded);
  } catch {
    throw malformedUrl('its percent-encoding is broken');
  }
  if (segment === '') throw malformedUrl('it has an empty segment');
  if (/[/\\\p{Cc}]/u.test(segment) || /^\.+$/.test(segment)) throw malformedUrl('it has a segment that is not a name');
  return segment;
}

function step(address: Address, segment: string, model: Model): Address {
  switch (address.kind) {
    case 'singleton':
      return stepIntoSet(address, segment);
    case 'collection':
      return stepIntoCollection(address, segment, model);
    case 'entity':
      return stepIntoEntity(address, segment, model);
    case 'related':
      if (segment.toLowerCase() === '$ref') return { kind: 'reference', related: address };
      throw segmentNotFound(segment);
    case 'reference':
      throw segmentNotFound(segment);
  }
}

function stepIntoSet({ singleton }: SingletonAddress, segment: string): Address {
  const [, name = segment, predicate] = /^([^(]+)(\(.*\))$/s.exec(segment) ?? [];
  const set = singleton.sets.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (!set) throw segmentNotFound(segment);
  const collection: CollectionAddress = { kind: 'collection', set, type: set.type, cast: false };
  return predicate === undefined ? collection : entityOf(collection, keyOfPredicate(predicate));
}

function stepIntoCollection(address: CollectionAddress, segment: string, model: Model): Address {
  // No key begins like the segments that OData keeps for itself: `$count`, `$ref`.
  if (segment.startsWith('$')) throw segmentNotFound(segment);
  if (!isQualified(segment, model)) return entityOf(address, segment);
  const [, name = segment, predicate] = /^([^(]+)(\(.*\))$/s.exec(segment) ?? [];
  const collection = { ...address, type: castType(name, address.type, model), cast: true };
  return predicate === undefined ? collection : entityOf(collection, keyOfPredicate(predicate));
}

function stepIntoEntity(address: EntityAddress, segment: string, model: Model): EntityAddress | RelatedAddress {
  if (isQualified(segment, model)) {
    return { ...address, type: castType(segment, address.type, model), cast: true };
  }
  const property = model.findNavigation(address.type, segment);
  const set = property && model.setOf(property.target());
  if (!property || !set || !isReference(property)) throw segmentNotFound(segment);
  return { kind: 'related', source: address, property, set };
}

function entityOf({ set, type, cast }: CollectionAddress, key: string): EntityAddress {
  if (key.length > maximumKeyLength) {
    throw new GraphError('malformedKey', {
      values: { key, reason: `it is longer than the limit of ${maximumKeyLength} characters` },
    });
  }
  return { kind: 'entity', set, key, type, cast };
}

function keyOfPredicate(predicate: string): string {
  const [, quoted] = /^\((?:id=)?'((?:[^']|'')+)'\)$/is.exec(predicate) ?? [];
  if (quoted === undefined) {
    throw new GraphError('malformedKey', { values: { key: predicate, reason: "the form is ('{id}')" } });
  }
  return quoted.replaceAll("''", "'");
}

function isQualified(segment: string, { namespace }: Model): boolean {
  return segment.toLowerCase().startsWith(`${namespace}.`.toLowerCase());
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

function wrongVersion(version: string, segments: readonly string[], model: Model): GraphError {
  if (version.toLowerCase() !== 'v1.0')
    return new GraphError('invalidVersion', { target: version, values: { version } });
  // Throws for what /beta does not have either.
  resolveSegments(segments, model);
  const segment = segments[1] ?? segments[0] ?? '';
  return new GraphError('onlyInBeta', { target: segment, values: { segment } });
}

function segmentNotFound(segment: string): GraphError {
  return new GraphError('segmentNotFound', { target: segment, values: { segment } });
}

function malformedUrl(reason: string): GraphError {
  return new GraphError('malformedUrl', { values: { reason } });
}
