// The language in which a model is declared: OData's Entity Data Model (CSDL 4.01), as far as Graph uses it here.

export type PrimitiveName =
  | 'Edm.Binary'
  | 'Edm.Boolean'
  | 'Edm.DateTimeOffset'
  | 'Edm.Guid'
  | 'Edm.Int32'
  | 'Edm.String';

export interface PrimitiveType {
  readonly kind: 'primitive';
  readonly name: PrimitiveName;
}

export interface EnumType<Member extends string = string> {
  readonly kind: 'enum';
  /** Without the namespace: `deviceManagementDerivedCredentialIssuer`. */
  readonly name: string;
  /** Whether a value is a set of members, comma-joined on the wire (CSDL `IsFlags`). */
  readonly flags: boolean;
  readonly members: Readonly<Record<Member, number>>;
}

/** What complex and entity types have in common. `properties` holds the inherited ones too, the base's first. */
interface Structured {
  readonly name: string;
  readonly abstract: boolean;
  readonly properties: ReadonlyMap<string, Property>;
  /** The properties that this type adds to its base, in the order of declaration. */
  readonly ownProperties: readonly Property[];
}

export interface ComplexType extends Structured {
  readonly kind: 'complex';
  readonly base: ComplexType | undefined;
}

export interface EntityType extends Structured {
  readonly kind: 'entity';
  readonly base: EntityType | undefined;
  readonly navigationProperties: ReadonlyMap<string, NavigationProperty>;
  readonly ownNavigationProperties: readonly NavigationProperty[];
}

export type StructuredType = ComplexType | EntityType;
export type ValueType = PrimitiveType | EnumType | ComplexType;

export interface Property {
  readonly name: string;
  readonly type: ValueType;
  readonly collection: boolean;
  readonly nullable: boolean;
  /** The server's own: ignored in a request body (OData `Core.Computed`). */
  readonly readOnly: boolean;
  /** Kept and answered, but masked wherever else it would show: in audit events. */
  readonly secret: boolean;
  /** Longest text, in UTF-16 code units, of a string or of each string of a collection. */
  readonly maxLength: number;
  /** Most items of a collection. */
  readonly maxItems: number;
  /** What a create without the property gets; undefined where the property is then required. */
  readonly default: Value | undefined;
}

export interface NavigationProperty {
  readonly name: string;
  readonly collection: boolean;
  /** Whether the targets live inside the entity (CSDL `ContainsTarget`) or are only referred to. */
  readonly contained: boolean;
  /** The type of the target; a function, since types refer to each other in circles. */
  readonly target: () => EntityType;
}

/**
 * A value of a property, in the form it has on the wire: texts for strings, instants (`formatInstant`), GUIDs (lower
 * case), binaries (base64url) and enumeration members (canonical: flags in the order of their numbers).
 */
export type Value = string | number | boolean | null | readonly Value[] | Structure;

/** A complex value, or an entity's properties by their names. A derived complex value carries its `@odata.type`. */
export interface Structure {
  readonly [property: string]: Value;
}
