// One value of a request body, checked against its property and brought into canonical form.
import { GraphError, isUuid, nearest } from '../base/index.js';
import type { ComplexType, EnumType, Model, PrimitiveName, Property, Structure, Value } from '../edm/index.js';
import { readMembers } from './enum-text.js';
import { instantOf } from './instant.js';
import { describe } from './json-text.js';
import { readType } from './type-annotation.js';

/**
 * The value in canonical form. `path` names it in errors: `server/address`, `onDemandRules[0]/action`.
 * Refuses: `notNullable`, `wrongType`, `tooLong`, `forbiddenCharacter`, `tooManyItems`, `unknownMember`, `flagsCombination`, and inside complex
 * values `unknownProperty`, `requiredProperty`, `unknownType`, `foreignType`, `abstractType`.
 */
export function readValue(value: unknown, property: Property, path: string, model: Model): Value {
  if (!property.collection) return readOne(value, property, path, model);
  if (value === null) return [];
  if (!Array.isArray(value)) throw wrongType(path, 'an array', value);
  if (value.length > property.maxItems) {
    throw new GraphError('tooManyItems', { target: path, values: { property: path, limit: property.maxItems } });
  }
  const item = { ...property, collection: false, nullable: false };
  return value.map((each, index) => readOne(each, item, `${path}[${index}]`, model));
}

function readOne(value: unknown, property: Property, path: string, model: Model): Value {
  if (value === null) {
    if (property.nullable) return null;
    throw new GraphError('notNullable', { target: path, values: { property: path } });
  }
  const { type } = property;
  if (type.kind === 'enum') return readEnum(value, type, path, model);
  if (type.kind === 'complex') return readComplex(value, type, path, model);
  return readPrimitive[type.name](value, path, property);
}

/** Either alphabet, the padding whole or left out (OData ABNF 4.01, binaryValue; Graph sends the older alphabet). */
const base64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;

type ReadPrimitive = (value: unknown, path: string, property: Property) => Value;

const readPrimitive: Readonly<Record<PrimitiveName, ReadPrimitive>> = {
  'Edm.String': (value, path, { maxLength }) => {
    if (typeof value !== 'string') throw wrongType(path, 'a string', value);
    if (value.length > maxLength) {
      throw new GraphError('tooLong', { target: path, values: { property: path, limit: maxLength } });
    }
    if (value.includes('\0')) throw new GraphError('forbiddenCharacter', { target: path, values: { property: path } });
    return value;
  },
  'Edm.Boolean': (value, path) => {
    if (typeof value !== 'boolean') throw wrongType(path, 'true or false', value);
    return value;
  },
  'Edm.Int32': (value, path) => {
    // JSON has a negative zero; the stores do not.
    if (typeof value === 'number' && (value | 0) === value) return value | 0;
    const found = typeof value === 'number' ? `the number ${value}` : describe(value);
    throw new GraphError('wrongType', {
      target: path,
      values: { property: path, expected: 'a 32-bit integer', found },
    });
  },
  'Edm.Guid': (value, path) => {
    if (typeof value !== 'string' || !isUuid(value)) throw wrongType(path, 'a GUID', value);
    return value.toLowerCase();
  },
  'Edm.Binary': (value, path, { maxLength }) => {
    if (typeof value === 'string' && value.length > maxLength) {
      throw new GraphError('tooLong', { target: path, values: { property: path, limit: maxLength } });
    }
    if (typeof value !== 'string' || !base64.test(value)) throw wrongType(path, 'base64', value);
    return Buffer.from(value, 'base64').toString('base64url');
  },
  'Edm.DateTimeOffset': (value, path) => {
    const instant = typeof value === 'string' ? instantOf(value) : undefined;
    if (instant === undefined) throw wrongType(path, 'a date and time with its offset', value);
    return instant;
  },
};

function readEnum(value: unknown, type: EnumType, path: string, model: Model): Value {
  if (typeof value !== 'string') {
    throw wrongType(path, type.flags ? 'a text of comma-joined members' : 'the name of a member', value);
  }
  const members = readMembers(value, type);
  if (typeof members === 'string') return members;
  if ('alone' in members) {
    throw new GraphError('flagsCombination', {
      target: path,
      values: { property: path, value, member: members.alone },
    });
  }
  const names = Object.keys(type.members);
  throw new GraphError('unknownMember', {
    target: path,
    values: {
      property: path,
      value: members.unknown,
      type: model.qualifiedName(type),
      members: names.join(', '),
      hint: nearest(members.unknown, names),
    },
  });
}

/** A complex value, whole: what is left out gets its default. It says its type only where that is a derived one. */
function readComplex(value: unknown, declared: ComplexType, path: string, model: Model): Structure {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(path, 'an object', value);
  const given = value as Readonly<Record<string, unknown>>;
  const type = readType(given['@odata.type'], declared, `${path}/@odata.type`, model) ?? declared;
  if (type.abstract) {
    throw new GraphError('abstractType', { target: path, values: { type: model.qualifiedName(type) } });
  }
  for (const name of Object.keys(given)) checkName(name, type, path, model);
  const annotation: Structure = type === declared ? {} : { '@odata.type': `#${model.qualifiedName(type)}` };
  return { ...annotation, ...readProperties(given, type, `${path}/`, model) };
}

/** Every property of the type that a client may write, given or by default. */
export function readProperties(
  given: Readonly<Record<string, unknown>>,
  type: { readonly properties: ReadonlyMap<string, Property> },
  prefix: string,
  model: Model,
): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const property of type.properties.values()) {
    const path = `${prefix}${property.name}`;
    if (property.readOnly) continue;
    if (Object.hasOwn(given, property.name)) {
      values[property.name] = readValue(given[property.name], property, path, model);
    } else if (property.default === undefined) {
      throw new GraphError('requiredProperty', { target: path, values: { property: path } });
    } else values[property.name] = property.default;
  }
  return values;
}

function checkName(name: string, type: ComplexType, path: string, model: Model): void {
  if (type.properties.has(name) || isIgnoredName(name)) return;
  throw unknownProperty(name, `${path}/${name}`, [...type.properties.keys()], model.qualifiedName(type));
}

/** Annotations that say nothing to us, and the notes that tools leave in what they exported. */
export function isIgnoredName(name: string): boolean {
  return name.startsWith('#') || (/@[^@]*\./.test(name) && !/@odata\.bind$/i.test(name));
}

export function unknownProperty(name: string, path: string, known: readonly string[], type: string): GraphError {
  return new GraphError('unknownProperty', {
    target: path,
    values: { property: path, type, hint: nearest(name, known) },
  });
}

function wrongType(path: string, expected: string, value: unknown): GraphError {
  const found = typeof value === 'string' ? 'this string' : describe(value);
  return new GraphError('wrongType', { target: path, values: { property: path, expected, found } });
}
