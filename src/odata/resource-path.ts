// From a request's path to the address that it names in the model.
//
//   path       = '/beta' *( '/' segment )              any case; a trailing slash, or two after /beta, are borne
//   segment    = singleton / set / key / cast / navigationProperty / property / operation
//              / '$count' / '$ref' / '$value'
//   set        = name [ '(' keyValue ')' ]             collections of navigation properties and casts of them too
//   keyValue   = [ 'id=' ] SQUOTE *( PCHAR / 2SQUOTE ) SQUOTE
//   cast       = namespace typeName                    namespace = 'microsoft.graph.' / 'graph.'
//   operation  = [ namespace ] name [ '(' [ parameter *( ',' parameter ) ] ')' ]
//   parameter  = name '=' ( string / alias )           an alias, or what is left out, stands in the query
//
// (OData ABNF 4.01, resourcePath; keys as segments: URL conventions, section 4.3.6)
import { GraphError } from '../base/index.js';
import type { Model } from '../edm/index.js';
import type { Address } from '../plan/index.js';
import type { ReadAlias } from './function-parameters.js';
import { step, stepIntoSet } from './path-step.js';

/** Longest path, in segments. */
const maximumSegments = 20;

/**
 * The address that a path names. `path` begins with the version segment and is percent-encoded, as it was sent.
 * Refuses: `malformedUrl`, `invalidVersion`, `onlyInBeta`, `segmentNotFound`, `malformedKey`, `castNotDerived`,
 * `parameterMissing`, `parameterUnknown`, `parameterInvalid`.
 */
export function parsePath(path: string, model: Model, readAlias: ReadAlias): Address {
  const [version = '', ...segments] = splitPath(path);
  if (!isBeta(version)) throw wrongVersion(version, segments, model);
  return resolveSegments(segments, model, readAlias);
}

/** The address of the segments below the service root. */
export function resolveSegments(
  segments: readonly string[],
  model: Model,
  readAlias: ReadAlias = () => undefined,
): Address {
  const [first = '', ...rest] = segments;
  return rest.reduce<Address>((address, segment) => step(address, segment, model, readAlias), firstStep(first, model));
}

function firstStep(segment: string, model: Model): Address {
  const singleton = model.findSingleton(segment);
  if (singleton) return { kind: 'singleton', singleton };
  return stepIntoSet(segment, (name) => model.findEntitySet(name));
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

function wrongVersion(version: string, segments: readonly string[], model: Model): GraphError {
  if (version.toLowerCase() !== 'v1.0') return new GraphError('invalidVersion', { target: version });
  // Throws for what /beta does not have either.
  resolveSegments(segments, model);
  const segment = segments[1] ?? segments[0] ?? '';
  return new GraphError('onlyInBeta', { target: segment, values: { segment } });
}

function malformedUrl(reason: string): GraphError {
  return new GraphError('malformedUrl', { values: { reason } });
}
