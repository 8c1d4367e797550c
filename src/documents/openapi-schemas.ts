// The model's types as JSON Schema (OpenAPI 3.1 has its dialect 2020-12).
import type {
  EntityType,
  EnumType,
  Model,
  NavigationProperty,
  PrimitiveName,
  Property,
  StructuredType,
  Value,
} from '../edm/index.js';
import { facetsOf, orderedTypes, writtenTypes } from './schema.js';

/** A JSON Schema; what is undefined is left out of the text. */
export type Schema = Readonly<Record<string, unknown>>;

const primitives: Readonly<Record<PrimitiveName, Schema>> = {
  'Edm.Binary': { type: 'string', contentEncoding: 'base64url' },
  'Edm.Boolean': { type: 'boolean' },
  'Edm.DateTimeOffset': { type: 'string', format: 'date-time' },
  'Edm.Guid': { type: 'string', format: 'uuid' },
  'Edm.Int32': { type: 'integer', format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  'Edm.String': { type: 'string' },
};

/**
 * By their names: a schema for each type, for each entity type that can be created one that says what a create must have
 * (`….create`), and for each entity type in a collection its pages (`….collection`).
 */
export function schemasOf(model: Model, examples: ReadonlyMap<EntityType, Value>): Record<string, Schema> {
  const written = writtenTypes(model);
  const schemas: Record<string, Schema> = {};
  for (const type of orderedTypes(model)) {
    const name = model.qualifiedName(type);
    if (type.kind === 'enum') {
      schemas[name] = enumeration(type);
      continue;
    }
    const example = type.kind === 'entity' ? examples.get(type) : undefined;
    schemas[name] = { ...structure(type, model, written), ...(example !== undefined && { examples: [example] }) };
    if (type.kind !== 'entity') continue;
    if (!type.abstract && written.has(type)) schemas[createName(type, model)] = creation(type, model);
    schemas[`${name}.collection`] = page(refTo(name));
  }
  return schemas;
}

/** `{"$ref": "#/components/schemas/microsoft.graph.iosVpnConfiguration"}` */
export function refTo(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** What a create in a collection of the type may have in its body. */
export function creationOf(type: EntityType, model: Model): Schema {
  const concrete = model.withDerived(type).filter(({ abstract }) => !abstract);
  const [only] = concrete;
  if (only && concrete.length === 1) return refTo(createName(only, model));
  return {
    oneOf: concrete.map((each) => refTo(createName(each, model))),
    discriminator: {
      propertyName: '@odata.type',
      mapping: Object.fromEntries(
        concrete.map((each) => [typeTag(each, model), `#/components/schemas/${createName(each, model)}`]),
      ),
    },
  };
}

/** A page of a collection. */
export function page(items: Schema): Schema {
  return {
    type: 'object',
    required: ['value'],
    properties: {
      '@odata.context': { type: 'string' },
      '@odata.count': { type: 'integer', description: 'Of all pages together, where `$count=true` asks for it.' },
      '@odata.nextLink': { type: 'string', description: 'Where the next page is; missing on the last.' },
      value: { type: 'array', items },
    },
  };
}

/** A value of a parameter or result. */
export function typeSchema(type: Property['type'] | EntityType, collection: boolean, model: Model): Schema {
  const one = type.kind === 'primitive' ? primitives[type.name] : refTo(model.qualifiedName(type));
  return collection ? { type: 'array', items: one } : one;
}

function createName(type: EntityType, model: Model): string {
  return `${model.qualifiedName(type)}.create`;
}

/** The value of `@odata.type`. */
function typeTag(type: StructuredType, model: Model): string {
  return `#${model.qualifiedName(type)}`;
}

function enumeration({ flags, members }: EnumType): Schema {
  const names = Object.keys(members);
  if (!flags) return { type: 'string', enum: names };
  const one = names.join('|');
  return {
    type: 'string',
    pattern: `^(${one})( *, *(${one}))*$`,
    description: `A set of ${names.map((name) => `\`${name}\``).join(', ')}: comma-joined.`,
  };
}

function structure(type: StructuredType, model: Model, written: ReadonlySet<StructuredType>): Schema {
  const own = {
    type: 'object',
    properties: {
      ...(!type.base && { '@odata.type': { type: 'string', description: 'The type, after a `#`.' } }),
      ...(!type.base && type.kind === 'entity' && control),
      ...Object.fromEntries(type.ownProperties.map((each) => [each.name, propertyOf(each, type, model, written)])),
      ...(type.kind === 'entity' &&
        Object.assign({}, ...type.ownNavigationProperties.map((each) => linkOf(each, model)))),
    },
  };
  const derived = model.withDerived<StructuredType>(type).filter((each) => !each.abstract);
  const discriminator = derived.some((each) => each !== type) && {
    discriminator: {
      propertyName: '@odata.type',
      mapping: Object.fromEntries(
        derived.map((each) => [typeTag(each, model), `#/components/schemas/${model.qualifiedName(each)}`]),
      ),
    },
  };
  const { name: title, base } = type;
  if (!base) return { title, ...own, ...discriminator };
  return { title, allOf: [refTo(model.qualifiedName(base)), own], ...discriminator };
}

/** What the server tells of every entity. */
const control: Readonly<Record<string, Schema>> = {
  '@odata.context': { type: 'string', readOnly: true },
  '@odata.etag': { type: 'string', readOnly: true, description: 'The version, for `If-Match`.' },
};

function propertyOf(
  property: Property,
  type: StructuredType,
  model: Model,
  written: ReadonlySet<StructuredType>,
): Schema {
  const { nullable, maxLength, defaultValue } = facetsOf(property, type, written);
  const one: Schema = { ...typeSchema(property.type, false, model), maxLength };
  const rest = {
    ...(property.readOnly && { readOnly: true }),
    ...(defaultValue !== undefined && defaultValue !== null && { default: defaultValue }),
  };
  if (property.collection) return { type: 'array', items: one, ...rest };
  if (!nullable) return { ...one, ...rest };
  const { type: name } = one;
  return typeof name === 'string'
    ? { ...one, type: [name, 'null'], ...rest }
    : { anyOf: [one, { type: 'null' }], ...rest };
}

/** What a navigation property leads to, where it is expanded; and its binding, where it refers to what lives elsewhere. */
function linkOf({ name, collection, contained, target }: NavigationProperty, model: Model): Record<string, Schema> {
  const one = refTo(model.qualifiedName(target()));
  const expanded = collection ? { type: 'array', items: one } : { anyOf: [one, { type: 'null' }] };
  const url = { type: 'string', format: 'uri-reference', maxLength: 2048 };
  const bound = collection ? { type: 'array', items: url } : { ...url, type: ['string', 'null'] };
  return {
    [name]: { ...expanded, readOnly: true, description: 'Where `$expand` asks for it.' },
    ...(!contained && {
      [`${name}@odata.bind`]: { ...bound, writeOnly: true, description: 'Where it shall lead: the URL of an entity.' },
    }),
  };
}

function creation(type: EntityType, model: Model): Schema {
  const required = [...type.properties.values()]
    .filter((property) => !property.readOnly && property.default === undefined)
    .map(({ name }) => name);
  const tagged = type.base !== undefined && type.base.base !== undefined;
  const tag = typeTag(type, model);
  return {
    title: `${type.name}, to be created`,
    allOf: [
      refTo(model.qualifiedName(type)),
      {
        type: 'object',
        required: tagged ? ['@odata.type', ...required] : required,
        properties: { '@odata.type': { type: 'string', enum: [tag, tag.slice(1)] } },
      },
    ],
  };
}
