// How a model is written down: one call for each type and each property, from which the TypeScript types follow too.
import type {
  ComplexType,
  EntityType,
  EnumType,
  NavigationProperty,
  PrimitiveName,
  PrimitiveType,
  Property,
  Structure,
  StructuredType,
  Value,
  ValueType,
} from './types.js';

/** Longest string where a property names no limit of its own, in UTF-16 code units. */
const defaultMaxLength = 1024;
/** Most items of a collection where a property names no limit of its own. */
const defaultMaxItems = 500;

/** A property without its name, which the type that declares it supplies. `T` is its TypeScript type. */
export interface PropertyDeclaration<T> {
  readonly declared: Omit<Property, 'name'>;
  /** Never set: carries `T` for `EntityOf`. */
  readonly shape?: T;
}

interface PropertyOptions {
  /** CSDL's default is true. */
  readonly nullable?: boolean;
  readonly readOnly?: boolean;
  readonly secret?: boolean;
  readonly maxLength?: number;
  readonly maxItems?: number;
  /** A create without it is refused, though its type has a default. */
  readonly required?: boolean;
  /** What a create without it gets; otherwise the type's own default. */
  readonly default?: Value;
}

type Shape<T, O> = O extends { nullable: false } ? T : T | null;

function property<T>(type: ValueType, collection: boolean, options: PropertyOptions): PropertyDeclaration<T> {
  const nullable = options.nullable ?? true;
  return {
    declared: {
      type,
      collection,
      nullable,
      readOnly: options.readOnly ?? false,
      secret: options.secret ?? false,
      maxLength: options.maxLength ?? defaultMaxLength,
      maxItems: options.maxItems ?? defaultMaxItems,
      default: options.required ? undefined : (options.default ?? typeDefault(type, collection, nullable)),
    },
  };
}

/** The value of a property that a create leaves out; undefined for one that must be given. */
function typeDefault(type: ValueType, collection: boolean, nullable: boolean): Value | undefined {
  if (collection) return [];
  if (nullable) return null;
  if (type.kind === 'enum') return Object.keys(type.members)[0];
  if (type.kind === 'complex') return undefined;
  if (type.name === 'Edm.Boolean') return false;
  if (type.name === 'Edm.Int32') return 0;
  return undefined;
}

const primitive =
  <T>(name: PrimitiveName) =>
  <const O extends PropertyOptions = Record<never, never>>(options?: O): PropertyDeclaration<Shape<T, O>> =>
    property({ kind: 'primitive', name }, false, options ?? {});

/** Edm.String where a type is asked for, not a property. */
export const edmString: PrimitiveType = { kind: 'primitive', name: 'Edm.String' };

export const string = primitive<string>('Edm.String');
export const boolean = primitive<boolean>('Edm.Boolean');
export const int32 = primitive<number>('Edm.Int32');
export const guid = primitive<string>('Edm.Guid');
export const binary = primitive<string>('Edm.Binary');
export const dateTimeOffset = primitive<string>('Edm.DateTimeOffset');

/** A property whose value is a member of the enumeration, or a comma-joined set of members if it has flags. */
export function enumeration<M extends string, const O extends PropertyOptions = Record<never, never>>(
  type: EnumType<M>,
  options?: O,
): PropertyDeclaration<Shape<M, O>> {
  return property(type, false, options ?? {});
}

/** A property whose value is a structure of the complex type. */
export function complex<T extends Structure, const O extends PropertyOptions = Record<never, never>>(
  type: DeclaredComplexType<T>,
  options?: O,
): PropertyDeclaration<Shape<T, O>> {
  return property(type, false, options ?? {});
}

/** Collection(Edm.String). Collections are never null: null is taken as empty. */
export function strings(options: PropertyOptions = {}): PropertyDeclaration<readonly string[]> {
  return property({ kind: 'primitive', name: 'Edm.String' }, true, options);
}

/** A collection of members of the enumeration. */
export function enumerations<M extends string>(
  type: EnumType<M>,
  options: PropertyOptions = {},
): PropertyDeclaration<readonly M[]> {
  return property(type, true, options);
}

/** A collection of structures of the complex type. */
export function complexes<T extends Structure>(
  type: DeclaredComplexType<T>,
  options: PropertyOptions = {},
): PropertyDeclaration<readonly T[]> {
  return property(type, true, options);
}

export function enumType<const M extends Record<string, number>>(name: string, members: M): EnumType<keyof M & string> {
  return { kind: 'enum', name, flags: false, members };
}

/** An enumeration whose values are sets of members. */
export function flagsType(name: string, members: Readonly<Record<string, number>>): EnumType {
  return { kind: 'enum', name, flags: true, members };
}

type Declarations = Readonly<Record<string, PropertyDeclaration<unknown>>>;
type ShapeOf<D extends Declarations> = {
  readonly [K in keyof D]: D[K] extends PropertyDeclaration<infer T> ? T : never;
};

/** A complex type that knows the TypeScript type of its values. */
export type DeclaredComplexType<T> = ComplexType & { readonly shape?: T };
/** An entity type that knows the TypeScript type of its entities. */
export type DeclaredEntityType<T> = EntityType & { readonly shape?: T };
/** The TypeScript type of the values of a declared type: `EntityOf<typeof iosVpnConfiguration>`. */
export type EntityOf<T> = T extends { readonly shape?: infer S } ? NonNullable<S> : never;

export function complexType<D extends Declarations, B = Record<never, never>>(
  name: string,
  declaration: { base?: DeclaredComplexType<B>; abstract?: boolean; properties: D },
): DeclaredComplexType<B & ShapeOf<D>> {
  const ownProperties = named(declaration.properties);
  return {
    kind: 'complex',
    name,
    base: declaration.base,
    abstract: declaration.abstract ?? false,
    ownProperties,
    properties: merged(declaration.base?.properties, ownProperties),
  };
}

/** A navigation property without its name. */
export type NavigationDeclaration = Omit<NavigationProperty, 'name'>;

/** A navigation property that refers to one entity elsewhere. */
export function reference(target: () => EntityType): NavigationDeclaration {
  return { collection: false, contained: false, target };
}

/** A navigation property that refers to entities elsewhere. */
export function references(target: () => EntityType): NavigationDeclaration {
  return { collection: true, contained: false, target };
}

/** A navigation property whose entities live inside this one. */
export function contains(target: () => EntityType): NavigationDeclaration {
  return { collection: true, contained: true, target };
}

/** A navigation property whose one entity lives inside this one. */
export function containsOne(target: () => EntityType): NavigationDeclaration {
  return { collection: false, contained: true, target };
}

export function entityType<D extends Declarations = Record<never, never>, B = Record<never, never>>(
  name: string,
  declaration: {
    base?: DeclaredEntityType<B>;
    abstract?: boolean;
    properties?: D;
    navigationProperties?: Readonly<Record<string, NavigationDeclaration>>;
  },
): DeclaredEntityType<B & ShapeOf<D>> {
  const ownProperties = named(declaration.properties ?? {});
  const ownNavigationProperties = Object.entries(declaration.navigationProperties ?? {}).map(([key, value]) => ({
    name: key,
    ...value,
  }));
  return {
    kind: 'entity',
    name,
    base: declaration.base,
    abstract: declaration.abstract ?? false,
    ownProperties,
    properties: merged(declaration.base?.properties, ownProperties),
    ownNavigationProperties,
    navigationProperties: merged(declaration.base?.navigationProperties, ownNavigationProperties),
  };
}

function named(declarations: Declarations): Property[] {
  return Object.entries(declarations).map(([name, { declared }]) => ({ name, ...declared }));
}

function merged<T extends { name: string }>(
  inherited: ReadonlyMap<string, T> | undefined,
  own: readonly T[],
): ReadonlyMap<string, T> {
  return new Map([...(inherited ?? []), ...own.map((item) => [item.name, item] as const)]);
}

/** Whether the property refers to one entity that lives elsewhere, so that it can be bound and has a `$ref`. */
export function isReference({ collection, contained }: NavigationProperty): boolean {
  return !collection && !contained;
}

/** Whether `type` is `other` or derived from it. */
export function isA(type: StructuredType, other: StructuredType): boolean {
  for (let t: StructuredType | undefined = type; t; t = t.base) if (t === other) return true;
  return false;
}
