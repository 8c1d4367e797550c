// The model as CSDL XML (OData 4.0, which every client reads; nothing in it needs 4.01).
import type {
  BoundOperation,
  ComplexType,
  EntityType,
  EnumType,
  Model,
  NavigationProperty,
  OperationType,
  Property,
  StructuredType,
} from '../edm/index.js';
import {
  type Annotation,
  type Annotations,
  type AnnotationValue,
  type EnumMember,
  isCollection,
  isMember,
  vocabularies,
} from './annotation.js';
import { alias, bindingParameter, containerName, facetsOf, orderedTypes, typeName, writtenTypes } from './schema.js';
import { type Element, element, writeXml } from './xml.js';

/** The text of `$metadata`. */
export function writeCsdlXml(model: Model, annotations: Annotations): string {
  const schema = element(
    'Schema',
    { Namespace: model.namespace, Alias: alias, xmlns: 'http://docs.oasis-open.org/odata/ns/edm' },
    [...types(model), ...model.operations.map(operation), container(model), ...[...annotations].map(annotated)],
  );
  const references = vocabularies.map(({ uri, namespace, alias }) =>
    element('edmx:Reference', { Uri: `${uri}.xml` }, [element('edmx:Include', { Namespace: namespace, Alias: alias })]),
  );
  return writeXml(
    element('edmx:Edmx', { Version: '4.0', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' }, [
      ...references,
      element('edmx:DataServices', {}, [schema]),
    ]),
  );
}

function types(model: Model): Element[] {
  const written = writtenTypes(model);
  return orderedTypes(model).map((type) => {
    if (type.kind === 'enum') return enumType(type);
    return type.kind === 'entity' ? entityType(type, written) : complexType(type, written);
  });
}

function enumType({ name, flags, members }: EnumType): Element {
  return element(
    'EnumType',
    { Name: name, IsFlags: flags || undefined },
    Object.entries(members).map(([member, value]) => element('Member', { Name: member, Value: value })),
  );
}

function entityType(type: EntityType, written: ReadonlySet<StructuredType>): Element {
  const key = type.base ? [] : [element('Key', {}, [element('PropertyRef', { Name: 'id' })])];
  return element('EntityType', head(type), [
    ...key,
    ...type.ownProperties.map((each) => property(each, type, written)),
    ...type.ownNavigationProperties.map(navigationProperty),
  ]);
}

function complexType(type: ComplexType, written: ReadonlySet<StructuredType>): Element {
  return element(
    'ComplexType',
    head(type),
    type.ownProperties.map((each) => property(each, type, written)),
  );
}

function head({ name, base, abstract }: StructuredType): Element['attributes'] {
  return { Name: name, BaseType: base && typeName(base), Abstract: abstract || undefined };
}

function property(declared: Property, type: StructuredType, written: ReadonlySet<StructuredType>): Element {
  const { nullable, maxLength, defaultValue } = facetsOf(declared, type, written);
  return element(
    'Property',
    {
      Name: declared.name,
      Type: collectionOf(typeName(declared.type), declared.collection),
      Nullable: nullable ? undefined : false,
      MaxLength: maxLength,
      DefaultValue: defaultValue,
    },
    declared.readOnly ? [annotation({ term: 'Core.Computed', value: true })] : [],
  );
}

function navigationProperty({ name, collection, contained, target }: NavigationProperty): Element {
  return element('NavigationProperty', {
    Name: name,
    Type: collectionOf(typeName(target()), collection),
    ContainsTarget: contained || undefined,
  });
}

function collectionOf(type: string, collection: boolean): string {
  return collection ? `Collection(${type})` : type;
}

/** The first parameter is what the operation is bound to. */
function operation({ kind, name, boundTo, boundToCollection, parameters, returns }: BoundOperation): Element {
  const binding = { name: bindingParameter, type: boundTo, collection: boundToCollection };
  return element(kind === 'action' ? 'Action' : 'Function', { Name: name, IsBound: true }, [
    ...[binding, ...parameters].map((each) => element('Parameter', { Name: each.name, ...operationType(each) })),
    ...(returns ? [element('ReturnType', operationType(returns))] : []),
  ]);
}

function operationType({ type, collection }: OperationType): Element['attributes'] {
  // Nothing takes or returns null; of entities that need not, and in a collection must not, be said.
  return { Type: collectionOf(typeName(type), collection), Nullable: type.kind === 'entity' ? undefined : false };
}

function container(model: Model): Element {
  const { singletons, entitySets } = model;
  return element('EntityContainer', { Name: containerName }, [
    ...entitySets.map(({ name, type }) => element('EntitySet', { Name: name, EntityType: model.qualifiedName(type) })),
    ...singletons.map(({ name, type }) => element('Singleton', { Name: name, Type: model.qualifiedName(type) })),
  ]);
}

function annotated([target, annotations]: readonly [string, readonly Annotation[]]): Element {
  return element('Annotations', { Target: target }, annotations.map(annotation));
}

function annotation({ term, value }: Annotation): Element {
  const constant = constantOf(value);
  return element('Annotation', { Term: term, ...constant }, constant ? [] : [expression(value)]);
}

/** A constant in the form of an attribute (CSDL XML 4.01, section 14.3); undefined for what needs an element. */
function constantOf(value: AnnotationValue): Record<string, string | boolean> | undefined {
  if (typeof value === 'boolean') return { Bool: value };
  if (typeof value === 'string') return { String: value };
  return isMember(value) ? { EnumMember: memberText(value) } : undefined;
}

function memberText({ enumType, member }: EnumMember): string {
  return `${enumType}/${member}`;
}

function expression(value: AnnotationValue): Element {
  if (typeof value === 'boolean') return element('Bool', {}, String(value));
  if (typeof value === 'string') return element('String', {}, value);
  if (isMember(value)) return element('EnumMember', {}, memberText(value));
  if (isCollection(value)) return element('Collection', {}, value.map(expression));
  const values = Object.entries(value.values).map(([name, given]) => {
    const constant = constantOf(given);
    return element('PropertyValue', { Property: name, ...constant }, constant ? [] : [expression(given)]);
  });
  return element('Record', { Type: value.type }, values);
}
