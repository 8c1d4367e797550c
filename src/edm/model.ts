// A whole model: its types and entity sets, found by name as requests spell them.
import { isA } from './declare.js';
import type { ComplexType, EntityType, EnumType, NavigationProperty, StructuredType } from './types.js';

/**
 * A collection of entities that can be addressed. In Graph these are contained collections of the singleton
 * `deviceManagement`; `name` is the path segment.
 */
export interface EntitySet {
  readonly name: string;
  readonly type: EntityType;
  /** Whether nobody writes it but the server. */
  readonly readOnly: boolean;
}

/** An entity that is addressed by its name alone. */
export interface Singleton {
  readonly name: string;
  readonly type: EntityType;
  /** The sets below it, in the order of the service's documents. */
  readonly sets: readonly EntitySet[];
}

export interface ModelDeclaration {
  readonly namespace: string;
  readonly entityTypes: readonly EntityType[];
  /** Complex types that no property names because they are only derived from one that a property names. */
  readonly complexTypes: readonly ComplexType[];
  readonly singletons: readonly Singleton[];
}

/** A linked model. Names are matched in any case, as Graph's gateway does; what is returned has the model's spelling. */
export interface Model extends ModelDeclaration {
  /** By name with or without the namespace and a leading `#`; undefined where the model has no such type. */
  findType(name: string): StructuredType | EnumType | undefined;
  findEntityType(name: string): EntityType | undefined;
  findSingleton(segment: string): Singleton | undefined;
  /** The types that are `type` or derived from it, itself first. */
  withDerived<T extends StructuredType>(type: T): readonly T[];
  /** The navigation property on the type, or on a type derived from it (Graph serves both without a cast). */
  findNavigation(type: EntityType, segment: string): NavigationProperty | undefined;
  /** The set in which entities of the type live; undefined where they cannot be addressed. */
  setOf(type: EntityType): EntitySet | undefined;
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

  const prefix = `${declaration.namespace}.`.toLowerCase();
  const simpleName = (name: string): string => {
    const lower = (name.startsWith('#') ? name.slice(1) : name).toLowerCase();
    return lower.startsWith(prefix) ? lower.slice(prefix.length) : lower;
  };
  const structured = [...types.values()].filter((type) => type.kind !== 'enum');
  const derived = new Map<StructuredType, readonly StructuredType[]>();
  for (const type of structured) {
    derived.set(type, [type, ...structured.filter((other) => other !== type && isA(other, type))]);
  }
  // The map gives each type only types of its own kind, since a base has the kind of what derives from it.
  const withDerived = <T extends StructuredType>(type: T): readonly T[] =>
    (derived.get(type) as readonly T[] | undefined) ?? [type];

  return {
    ...declaration,
    findType: (name) => types.get(simpleName(name)),
    findEntityType: (name) => {
      const type = types.get(simpleName(name));
      return type?.kind === 'entity' ? type : undefined;
    },
    findSingleton: (segment) => declaration.singletons.find((one) => equalNames(one.name, segment)),
    withDerived,
    findNavigation: (type, segment) => {
      for (const candidate of withDerived(type)) {
        const found = findByName(candidate.navigationProperties, segment);
        if (found) return found;
      }
      return undefined;
    },
    setOf: (type) => declaration.singletons.flatMap(({ sets }) => sets).find((set) => isA(type, set.type)),
    qualifiedName: (type) => `${declaration.namespace}.${type.name}`,
  };
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
