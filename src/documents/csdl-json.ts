// The model as CSDL JSON (OData 4.01, the first version that has it).
import type {
  BoundOperation,
  EntityType,
  EnumType,
  Model,
  NavigationProperty,
  OperationType,
  Property,
  StructuredType,
  ValueType,
} from '../edm/index.js';
import {
  type Annotation,
  type Annotations,
  type AnnotationValue,
  isCollection,
  isMember,
  vocabularies,
} from './annotation.js';
import { alias, bindingParameter, containerName, facetsOf, orderedTypes, typeName, writtenTypes } from './schema.js';

/** What is undefined is left out of the text. */
type Members = Record<string, unknown>;

/** The text of `$metadata` in JSON. Members that have their default are left out (CSDL JSON 4.01, section 4). */
export function writeCsdlJson(model: Model, annotations: Annotations): string {
  const { namespace } = model;
  const written = writtenTypes(model);
  return JSON.stringify({
    $Version: '4.01',
    $EntityContainer: `${namespace}.${containerName}`,
    $Reference: Object.fromEntries(
      vocabularies.map(({ uri, namespace, alias }) => [
        `${uri}.json`,
        { $Include: [{ $Namespace: namespace, $Alias: alias }] },
      ]),
    ),
    [namespace]: {
      $Alias: alias,
      ...Object.fromEntries(orderedTypes(model).map((type) => [type.name, typeOf(type, written)])),
      ...operations(model),
      [containerName]: container(model),
      $Annotations: Object.fromEntries([...annotations].map(([target, list]) => [target, annotated(list)])),
    },
  });
}

function typeOf(type: StructuredType | EnumType, written: ReadonlySet<StructuredType>): Members {
  if (type.kind === 'enum') return { $Kind: 'EnumType', $IsFlags: type.flags || undefined, ...type.members };
  const { kind, base, abstract, ownProperties } = type;
  return {
    $Kind: kind === 'entity' ? 'EntityType' : 'ComplexType',
    $BaseType: base && typeName(base),
    $Abstract: abstract || undefined,
    ...(kind === 'entity' && !base && { $Key: ['id'] }),
    ...Object.fromEntries(ownProperties.map((each) => [each.name, property(each, type, written)])),
    ...(kind === 'entity' &&
      Object.fromEntries(type.ownNavigationProperties.map((each) => [each.name, navigationProperty(each)]))),
  };
}

function property(declared: Property, type: StructuredType, written: ReadonlySet<StructuredType>): Members {
  const { nullable, maxLength, defaultValue } = facetsOf(declared, type, written);
  return {
    ...typed(declared),
    $Nullable: nullable || undefined,
    $MaxLength: maxLength,
    // Null is what a property without a default has.
    $DefaultValue: defaultValue,
    ...(declared.readOnly && { '@Core.Computed': true }),
  };
}

function navigationProperty({ collection, contained, target }: NavigationProperty): Members {
  return {
    $Kind: 'NavigationProperty',
    ...typed({ type: target(), collection }),
    $Nullable: !collection || undefined,
    $ContainsTarget: contained || undefined,
  };
}

/** Edm.String is what a property without a type has. */
function typed({ type, collection }: { type: ValueType | EntityType; collection: boolean }): Members {
  const name = typeName(type);
  return { $Collection: collection || undefined, $Type: name === 'Edm.String' ? undefined : name };
}

/** The overloads of each name. */
function operations({ operations }: Model): Members {
  return Object.fromEntries(
    operations.map(({ name }) => [name, operations.filter((each) => each.name === name).map(overload)]),
  );
}

function overload({ kind, boundTo, boundToCollection, parameters, returns }: BoundOperation): Members {
  const binding = { name: bindingParameter, type: boundTo, collection: boundToCollection };
  return {
    $Kind: kind === 'action' ? 'Action' : 'Function',
    $IsBound: true,
    $Parameter: [binding, ...parameters].map((each) => ({ $Name: each.name, ...typed(each) })),
    $ReturnType: returns && typed(returns satisfies OperationType),
  };
}

function container(model: Model): Members {
  const { singletons, entitySets } = model;
  return {
    $Kind: 'EntityContainer',
    ...Object.fromEntries(
      entitySets.map(({ name, type }) => [name, { $Collection: true, $Type: model.qualifiedName(type) }]),
    ),
    ...Object.fromEntries(singletons.map(({ name, type }) => [name, { $Type: model.qualifiedName(type) }])),
  };
}

function annotated(annotations: readonly Annotation[]): Members {
  return Object.fromEntries(annotations.map(({ term, value }) => [`@${term}`, expression(value)]));
}

function expression(value: AnnotationValue): unknown {
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (isMember(value)) return value.member;
  if (isCollection(value)) return value.map(expression);
  const values = Object.entries(value.values).map(([name, given]) => [name, expression(given)] as const);
  return { ...(value.type !== undefined && { '@type': typeUrl(value.type) }), ...Object.fromEntries(values) };
}

/** A vocabulary's type, by the URL of the document that declares it (CSDL JSON 4.01, section 14.4.12). */
function typeUrl(type: string): string {
  const vocabulary = vocabularies.find(({ alias }) => type.startsWith(`${alias}.`));
  return `${vocabulary?.uri ?? ''}.json#${type}`;
}
