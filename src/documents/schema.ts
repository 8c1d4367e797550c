// What the model's documents have in common, whatever their format: names, what lies where, facets.
import type { EntitySet, EntityType, EnumType, Model, Property, StructuredType, ValueType } from '../edm/index.js';
import { model } from '../model/index.js';

/** The name that the documents have for the namespace: `graph.iosVpnConfiguration`. Tools read it from Graph's. */
export const { alias } = model;
export const containerName = 'GraphService';
/** What Graph calls the parameter that an action or function is bound to. */
export const bindingParameter = 'bindingParameter';

/** `graph.iosVpnConfiguration`, `Edm.String` */
export function typeName(type: ValueType | EntityType): string {
  return type.kind === 'primitive' ? type.name : `${alias}.${type.name}`;
}

/** What a property says of its values beyond their type. Undefined stands for what the format need not say. */
export interface Facets {
  readonly nullable: boolean;
  readonly maxLength: number | undefined;
  readonly defaultValue: string | number | boolean | undefined;
}

/** Facets of properties that nobody but the server writes say nothing of length and default: it keeps to neither. */
export function facetsOf(property: Property, type: StructuredType, written: ReadonlySet<StructuredType>): Facets {
  const { collection, nullable, readOnly, type: valueType, maxLength, default: value } = property;
  const byClients = written.has(type) && !readOnly;
  const isText = valueType.kind === 'primitive' && valueType.name === 'Edm.String';
  const tells = byClients && !collection && typeof value !== 'object' && value !== undefined;
  return {
    // No item of a collection is null.
    nullable: nullable && !collection,
    maxLength: byClients && isText ? maxLength : undefined,
    defaultValue: tells ? value : undefined,
  };
}

/**
 * The types of which clients write values: those of the sets that they may write and of the operations' parameters, what
 * these are made of, and their bases.
 */
export function writtenTypes(model: Model): ReadonlySet<StructuredType> {
  const seen = new Set<StructuredType>();
  const written = new Set<StructuredType>();
  const add = (declared: ValueType | EntityType): void => {
    if (declared.kind === 'primitive' || declared.kind === 'enum') return;
    for (const type of model.withDerived<StructuredType>(declared)) {
      if (seen.has(type)) continue;
      seen.add(type);
      for (let base: StructuredType | undefined = type; base; base = base.base) written.add(base);
      for (const property of type.properties.values()) add(property.type);
    }
  };
  for (const { type, readOnly } of allSets(model)) if (!readOnly) add(type);
  for (const { parameters } of model.operations) for (const { type } of parameters) add(type);
  return written;
}

/** Every set: below the singletons, below the service root, and contained in others. */
function allSets({ singletons, entitySets, containedSets }: Model): readonly EntitySet[] {
  return [...singletons.flatMap(({ sets }) => sets), ...entitySets, ...containedSets];
}

/** The model's types: enumerations, entity types, complex types, each after the one that it derives from, as generators ask. */
export function orderedTypes(model: Model): readonly (StructuredType | EnumType)[] {
  const ordered = new Set<StructuredType | EnumType>();
  const add = (type: StructuredType | EnumType): void => {
    if (type.kind !== 'enum' && type.base) add(type.base);
    ordered.add(type);
  };
  for (const kind of ['enum', 'entity', 'complex']) model.types.filter((type) => type.kind === kind).forEach(add);
  return [...ordered];
}
