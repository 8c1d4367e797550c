// Request bodies → entities: which type, which values, which links.
import { GraphError } from '../base/index.js';
import { type EntityType, isA, type Model, type NavigationProperty, type Value } from '../edm/index.js';
import type { Link, Payload } from '../plan/index.js';
import { type BodyContext, readEntityUrl } from './entity-url.js';
import { describe } from './json-text.js';
import { areRelated, foreignType, namedType, readType } from './type-annotation.js';
import { isIgnoredName, readProperties, readValue, unknownProperty } from './value-reader.js';

/** What a body says of navigation properties: a link or null for none, and all links of a collection. */
export type Links = Readonly<Record<string, Link | null | readonly Link[]>>;

/** Most entities that a collection-valued navigation property leads to. */
export const maximumLinks = 100;

const bindSuffix = '@odata.bind';

/**
 * A new entity: its type, every property that a client may write (given or by default), and its links.
 * An `id` and the server's own properties are ignored. `prefix` is the way to the entity in the body: `assignments[0]/`.
 * Refuses, besides what values are refused for (`readValue`):
 * `typeRequired`, `abstractType`, `foreignType`, `unknownType`, `unknownProperty`, `referenceInBody`,
 * `containedInBody`, `bind…`.
 */
export function readForCreate(
  payload: Payload,
  declared: EntityType,
  context: BodyContext,
  prefix = '',
): { type: EntityType; values: Readonly<Record<string, Value>>; links: Links } {
  const { model } = context;
  const where = `${prefix}@odata.type`;
  const annotated = readType(payload['@odata.type'], declared, where, model);
  if (!annotated && declared.abstract) {
    throw new GraphError('typeRequired', { target: where, values: { type: model.qualifiedName(declared) } });
  }
  const type = annotated ?? declared;
  if (type.abstract) {
    throw new GraphError('abstractType', { target: where, values: { type: model.qualifiedName(type) } });
  }
  checkNames(payload, type, model, prefix);
  return { type, values: readProperties(payload, type, prefix, model), links: readLinks(payload, type, context) };
}

/**
 * The values and links that an update gives; a complex value replaces the old one whole. `id` may be repeated.
 * Refuses what `readForCreate` refuses, and `idChange`, `typeChange`.
 */
export function readForUpdate(
  payload: Payload,
  actual: EntityType,
  id: string,
  context: BodyContext,
): { values: Readonly<Record<string, Value>>; links: Links } {
  const { model } = context;
  checkUpdatedType(payload['@odata.type'], actual, model);
  if (Object.hasOwn(payload, 'id') && payload.id !== id) throw new GraphError('idChange', { target: 'id' });
  checkNames(payload, actual, model);
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(payload)) {
    const property = actual.properties.get(name);
    if (property && !property.readOnly) values[name] = readValue(value, property, name, model);
  }
  return { values, links: readLinks(payload, actual, context) };
}

/** An update may name the object's type, or a base of it, which says less but nothing wrong. */
function checkUpdatedType(annotation: unknown, actual: EntityType, model: Model): void {
  if (annotation === undefined) return;
  const type = namedType(annotation, '@odata.type', model);
  if (isA(actual, type)) return;
  const root = model.setOf(actual)?.type ?? actual;
  if (!areRelated(type, root)) throw foreignType(type, actual, '@odata.type', model);
  throw new GraphError('typeChange', {
    target: '@odata.type',
    values: { actual: model.qualifiedName(actual), type: model.qualifiedName(type) },
  });
}

function checkNames(payload: Payload, type: EntityType, model: Model, prefix = ''): void {
  for (const name of Object.keys(payload)) {
    if (type.properties.has(name) || isIgnoredName(name)) continue;
    const navigation = type.navigationProperties.get(name);
    const place = { target: `${prefix}${name}`, values: { property: name } };
    if (navigation?.contained) throw new GraphError('containedInBody', place);
    if (navigation) throw new GraphError('referenceInBody', place);
    if (name.endsWith(bindSuffix) && boundProperty(name, type)) continue;
    throw unknownProperty(name, `${prefix}${name}`, [...type.properties.keys()], model.qualifiedName(type));
  }
}

function readLinks(payload: Payload, type: EntityType, context: BodyContext): Links {
  const links: Record<string, Link | null | readonly Link[]> = {};
  for (const [name, value] of Object.entries(payload)) {
    const property = name.endsWith(bindSuffix) ? boundProperty(name, type) : undefined;
    if (!property) continue;
    if (property.collection) links[property.name] = readCollection(value, property, name, context);
    else links[property.name] = value === null ? null : readEntityUrl(value, property, name, context);
  }
  return links;
}

/** Null is taken as empty, as with every collection. */
function readCollection(
  value: Value | undefined,
  property: NavigationProperty,
  name: string,
  context: BodyContext,
): readonly Link[] {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    const values = { property: name, expected: 'an array of URLs', found: describe(value) };
    throw new GraphError('wrongType', { target: name, values });
  }
  if (value.length > maximumLinks) {
    throw new GraphError('tooManyItems', { target: name, values: { property: name, limit: maximumLinks } });
  }
  return value.map((url, index) => readEntityUrl(url, property, `${name}[${index}]`, context));
}

function boundProperty(annotation: string, type: EntityType): NavigationProperty | undefined {
  const property = type.navigationProperties.get(annotation.slice(0, -bindSuffix.length));
  return property?.contained ? undefined : property;
}
