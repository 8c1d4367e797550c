// A whole model: its types and entity sets, found by name as requests spell them.
import { isA } from './declare.js';
import type { BoundOperation } from './operations.js';
import type { ComplexType, EntityType, EnumType, NavigationProperty, StructuredType } from './types.js';

/**
 * Entities that can be addressed; `name` is the path segment: a collection below a singleton (in Graph, a contained
 * collection of it) or below the service root, or what the entities of another set contain.
 */
export interface EntitySet {
  readonly name: string;
  readonly type: EntityType;
  /** Whether nobody writes it but the server. */
  readonly readOnly: boolean;
  /** Of a contained set: what contains it. Its entities are addressed only below their owner. */
  readonly owner?: Owner;
}

/** Each entity of `set` that has the contained navigation property owns some of the contained set, or its only one. */
export interface Owner {
  readonly set: EntitySet;
  readonly property: NavigationProperty;
}

/** An entity that is addressed by its name alone. */
export interface Singleton {
  readonly name: string;
  readonly type: EntityType;
  /** The sets below it, in the order of the service's documents: one for each contained collection of its type. */
  readonly sets: readonly EntitySet[];
}

export interface ModelDeclaration {
  readonly namespace: string;
  /** Short for the namespace, in `$metadata` and in requests. */
  readonly alias: string;
  readonly entityTypes: readonly EntityType[];
  /** Complex types that no property names because they are only derived from one that a property names. */
  readonly complexTypes: readonly ComplexType[];
  readonly singletons: readonly Singleton[];
  /** The sets below the service root. */
  readonly entitySets: readonly EntitySet[];
  /** One for each contained navigation property of the types in other sets. */
  readonly containedSets: readonly EntitySet[];
  readonly operations: readonly BoundOperation[];
}

/** A linked model. Names are matched in any case, as Graph's gateway does; what is returned has the model's spelling. */
export interface Model extends ModelDeclaration {
  /** Every type: those declared, and all that they use. */
  readonly types: readonly (StructuredType | EnumType)[];
  /** By name with or without the namespace, or its alias, and a leading `#`; undefined where the model has no such type. */
  findType(name: string): StructuredType | EnumType | undefined;
  findEntityType(name: string): EntityType | undefined;
  findSingleton(segment: string): Singleton | undefined;
  /** A set below the service root. */
  findEntitySet(segment: string): EntitySet | undefined;
  /** The set of what entities of `set` contain by the property; undefined where the property contains nothing. */
  findContainedSet(set: EntitySet, property: NavigationProperty): EntitySet | undefined;
  /** The action or function of that name, with or without the namespace or its alias, of one such entity or of a collection. */
  findOperation(type: EntityType, collection: boolean, name: string): BoundOperation | undefined;
  /** The types that are `type` or derived from it, itself first. */
  withDerived<T extends StructuredType>(type: T): readonly T[];
  /**
   * The navigation properties of the type and, behind them, those that only derived types have. Where several of these have
   * one of a name, it is that of each of them, and leads to what their targets have in common.
   *
   * DEVIATION: a navigation property that only derived types have needs no cast before it, as Graph serves it; OData asks for one.
   */
  navigationProperties(type: EntityType): ReadonlyMap<string, NavigationProperty>;
  /** One of these. */
  findNavigation(type: EntityType, segment: string): NavigationProperty | undefined;
  /** The set in which entities of the type live, a contained one last; undefined where they cannot be addressed. */
  setOf(type: EntityType): EntitySet | undefined;
  /** Whether the name begins with the namespace or its alias. */
  isQualified(name: string): boolean;
  /** `microsoft.graph.iosVpnConfiguration` */
  qualifiedName(type: { readonly name: string }): string;
}

/** Links a declaration. Every type that a property of a listed entity type uses is found from there. */
export function linkModel(declaration: ModelDeclaration): Model {
  const types = new Map<string, StructuredType | EnumType>();
  const collect = (type: StructuredType | EnumType): void => {
    const known = types.get(type.name.toLowerCase());
    if (known === type) return;
    if (known) throw new Error(`two types are named '${type.name}'`);
    types.set(type.name.toLowerCase(), type);
    if (type.kind === 'enum') return;
    if (type.base) collect(type.base);
    for (const { type: used } of type.ownProperties) if (used.kind !== 'primitive') collect(used);
  };
  declaration.entityTypes.forEach(collect);
  declaration.complexTypes.forEach(collect);
  for (const { parameters, returns } of declaration.operations) {
    for (const { type } of [...parameters, ...(returns ? [returns] : [])]) if (type.kind !== 'primitive') collect(type);
  }

  const prefixes = [declaration.namespace, declaration.alias].map((name) => `${name}.`.toLowerCase());
  const simpleName = (name: string): string => {
    const lower = (name.startsWith('#') ? name.slice(1) : name).toLowerCase();
    return lower.slice(prefixes.find((prefix) => lower.startsWith(prefix))?.length ?? 0);
  };
  const structured = [...types.values()].filter((type) => type.kind !== 'enum');
  const derived = new Map<StructuredType, readonly StructuredType[]>();
  for (const type of structured) {
    derived.set(type, [type, ...structured.filter((other) => other !== type && isA(other, type))]);
  }
  // The map gives each type only types of its own kind, since a base has the kind of what derives from it.
  const withDerived = <T extends StructuredType>(type: T): readonly T[] =>
    (derived.get(type) as readonly T[] | undefined) ?? [type];

  const navigation = new Map<EntityType, ReadonlyMap<string, NavigationProperty>>();
  for (const type of structured) {
    if (type.kind === 'entity') navigation.set(type, withThoseOfDerived(type, withDerived(type)));
  }
  const navigationProperties = (type: EntityType): ReadonlyMap<string, NavigationProperty> =>
    navigation.get(type) ?? type.navigationProperties;

  const rootSets = [...declaration.singletons.flatMap(({ sets }) => sets), ...declaration.entitySets];
  const allSets = [...rootSets, ...declaration.containedSets];
  const findContainedSet = (set: EntitySet, property: NavigationProperty): EntitySet | undefined =>
    declaration.containedSets.find(({ owner }) => owner?.set === set && owner.property === property);
  checkSets(declaration, (set) => withDerived(set.type), allSets, findContainedSet);

  return {
    ...declaration,
    types: [...types.values()],
    findType: (name) => types.get(simpleName(name)),
    findEntityType: (name) => {
      const type = types.get(simpleName(name));
      return type?.kind === 'entity' ? type : undefined;
    },
    findSingleton: (segment) => declaration.singletons.find((one) => equalNames(one.name, segment)),
    findEntitySet: (segment) => declaration.entitySets.find((one) => equalNames(one.name, segment)),
    findContainedSet,
    findOperation: (type, collection, name) =>
      declaration.operations.find(
        (operation) =>
          operation.boundToCollection === collection &&
          isA(type, operation.boundTo) &&
          simpleName(name) === operation.name.toLowerCase(),
      ),
    withDerived,
    navigationProperties,
    findNavigation: (type, segment) => findByName(navigationProperties(type), segment),
    setOf: (type) => allSets.find((set) => isA(type, set.type)),
    isQualified: (name) => prefixes.some((prefix) => name.toLowerCase().startsWith(prefix)),
    qualifiedName: (type) => `${declaration.namespace}.${type.name}`,
  };
}

function withThoseOfDerived(
  type: EntityType,
  withDerived: readonly EntityType[],
): ReadonlyMap<string, NavigationProperty> {
  const found = new Map(type.navigationProperties);
  for (const property of withDerived.flatMap(({ ownNavigationProperties }) => ownNavigationProperties)) {
    if (type.navigationProperties.has(property.name)) continue;
    const other = found.get(property.name);
    found.set(property.name, other ? joined(other, property) : property);
  }
  return found;
}

/** Two properties of one name as one, whose target is the nearest type that is a base of both targets, or one of them. */
function joined(one: NavigationProperty, other: NavigationProperty): NavigationProperty {
  if (one.collection !== other.collection) throw new Error(`'${one.name}' leads to one entity, and to several`);
  const [first, second] = [one.target(), other.target()];
  if (first === second && one.contained === other.contained) return one;
  let target: EntityType | undefined = first;
  while (target && !isA(second, target)) target = target.base;
  if (!target) throw new Error(`what '${one.name}' leads to has no base in common`);
  const base = target;
  return { ...one, contained: one.contained && other.contained, target: () => base };
}

/** Throws where a contained navigation property has no set, so that what it leads to could not be addressed. */
function checkSets(
  { singletons }: ModelDeclaration,
  typesOf: (set: EntitySet) => readonly EntityType[],
  sets: readonly EntitySet[],
  findContainedSet: Model['findContainedSet'],
): void {
  for (const { name, type, sets: below } of singletons) {
    for (const property of type.navigationProperties.values()) {
      if (property.contained && !below.some((set) => set.name === property.name)) {
        throw new Error(`what '${property.name}' of '${name}' contains has no set`);
      }
    }
  }
  for (const set of sets) {
    for (const property of typesOf(set).flatMap((type) => type.ownNavigationProperties)) {
      if (property.contained && !findContainedSet(set, property)) {
        throw new Error(`what '${property.name}' of '${set.name}' contains has no set`);
      }
    }
  }
}

function equalNames(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The entry of that name, in any case; the exact spelling wins. */
export function findByName<T>(entries: ReadonlyMap<string, T>, name: string): T | undefined {
  const exact = entries.get(name);
  if (exact) return exact;
  for (const [key, value] of entries) if (equalNames(key, name)) return value;
  return undefined;
}
