// What a request asks for, bound to the model and free of HTTP: the waist between the protocol and the rules.
import type {
  BoundOperation,
  ComplexType,
  EntitySet,
  EntityType,
  NavigationProperty,
  Property,
  Singleton,
  Structure,
} from '../edm/index.js';
import type { CollectionQuery, EntityQuery } from './query.js';

/** `/deviceManagement` */
export interface SingletonAddress {
  readonly kind: 'singleton';
  readonly singleton: Singleton;
}

/**
 * By what the addressed entities are reached, where it is not their set as a whole: `…/{id}/assignments`. The property is
 * one of that name; where types of one base each have their own, the one that the source's actual type has is meant.
 */
export interface Navigation {
  readonly source: ObjectAddress;
  readonly property: NavigationProperty;
}

/** `/deviceManagement/deviceConfigurations`, or the part of it that has the type of a cast segment. */
export interface CollectionAddress {
  readonly kind: 'collection';
  readonly set: EntitySet;
  /** The set's type, the navigation property's, or the cast's. */
  readonly type: EntityType;
  readonly cast: boolean;
  readonly within: Navigation | undefined;
}

/** `/deviceManagement/deviceConfigurations/{id}`, with a cast segment or without. */
export interface EntityAddress {
  readonly kind: 'entity';
  readonly set: EntitySet;
  readonly key: string;
  /** The type that the entity must have, or derive from: the set's, the navigation property's, or the last cast's. */
  readonly type: EntityType;
  readonly cast: boolean;
  readonly within: Navigation | undefined;
}

/** `…/{id}/derivedCredentialSettings`: the one entity that another refers to or contains. */
export interface RelatedAddress {
  readonly kind: 'related';
  readonly source: ObjectAddress;
  readonly property: NavigationProperty;
  /** The set in which the target lives. */
  readonly set: EntitySet;
  /** The type that the target must have, or derive from. */
  readonly type: EntityType;
  readonly cast: boolean;
}

/** Where one entity stands, or none. */
export type ObjectAddress = EntityAddress | RelatedAddress;

/** `…/{id}/derivedCredentialSettings/$ref`: the link itself, or the identity of what is contained. */
export interface ReferenceAddress {
  readonly kind: 'reference';
  readonly related: RelatedAddress;
}

/** `…/{id}/rootCertificatesForServerValidation/$ref`: the links themselves, or the identities of the entities of a set. */
export interface ReferencesAddress {
  readonly kind: 'references';
  readonly collection: CollectionAddress;
}

/** `…/{id}/rootCertificatesForServerValidation/{key}/$ref`: one of these. */
export interface MemberReferenceAddress {
  readonly kind: 'memberReference';
  readonly member: EntityAddress;
}

/** `…/{id}/server/address`, and `$value` of it, or `$count` of a collection: a property by its path. */
export interface PropertyAddress {
  readonly kind: 'property';
  readonly of: SingletonAddress | ObjectAddress;
  /** Never empty. */
  readonly path: readonly PropertyStep[];
  /** Whether the bare value is asked for (`$value`), or of a collection the number of its values (`$count`). */
  readonly raw: boolean;
}

export interface PropertyStep {
  readonly property: Property;
  /** The derived type that its complex value must have. */
  readonly cast: ComplexType | undefined;
}

/** `…/$count` of a collection of entities. */
export interface CountAddress {
  readonly kind: 'count';
  readonly collection: CollectionAddress;
}

/** `…/{id}/assign` */
export interface ActionAddress {
  readonly kind: 'action';
  readonly on: ObjectAddress;
  readonly action: BoundOperation;
}

/** `/deviceManagement/auditEvents/getAuditActivityTypes(category='…')` */
export interface FunctionAddress {
  readonly kind: 'function';
  readonly on: CollectionAddress;
  readonly function: BoundOperation;
  /** A value for each parameter. */
  readonly values: Structure;
}

/** The link that can be changed at the address; undefined where entities are identified that live there. */
export function linkAt(address: Address): Navigation | undefined {
  const target = targetOfReference(address);
  const within = target?.kind === 'related' ? target : target?.within;
  return target?.cast || within?.property.contained ? undefined : within;
}

function targetOfReference(address: Address): ObjectAddress | CollectionAddress | undefined {
  switch (address.kind) {
    case 'reference':
      return address.related;
    case 'references':
      return address.collection;
    case 'memberReference':
      return address.member;
    default:
      return undefined;
  }
}

export type Address =
  | SingletonAddress
  | CollectionAddress
  | EntityAddress
  | RelatedAddress
  | ReferenceAddress
  | ReferencesAddress
  | MemberReferenceAddress
  | PropertyAddress
  | CountAddress
  | ActionAddress
  | FunctionAddress;

/** A JSON object from a request body: no duplicate names, no prototype, otherwise as it was sent. */
export type Payload = Structure;

/** The entity tags that a header names, or `'*'` for any. */
export type EntityTags = readonly string[] | '*';

/** What a change asks of the version that it finds; a member is undefined where the request does not ask. */
export interface Precondition {
  readonly ifMatch: EntityTags | undefined;
  readonly ifNoneMatch: EntityTags | undefined;
}

/** Where a navigation property is to lead: an entity of `set`. `url` is what the client sent, for messages. */
export interface Link {
  readonly set: EntitySet;
  readonly key: string;
  readonly url: string;
}

export type Operation =
  | { readonly kind: 'readSingleton'; readonly address: SingletonAddress; readonly query: EntityQuery }
  | { readonly kind: 'list'; readonly address: CollectionAddress; readonly query: CollectionQuery }
  | { readonly kind: 'count'; readonly address: CountAddress; readonly query: CollectionQuery }
  | { readonly kind: 'create'; readonly address: CollectionAddress; readonly payload: Payload }
  | { readonly kind: 'read'; readonly address: ObjectAddress; readonly query: EntityQuery }
  | {
      readonly kind: 'update';
      readonly address: ObjectAddress;
      readonly payload: Payload;
      readonly precondition: Precondition;
    }
  | { readonly kind: 'delete'; readonly address: EntityAddress; readonly precondition: Precondition }
  | { readonly kind: 'readProperty'; readonly address: PropertyAddress }
  | { readonly kind: 'readReference'; readonly address: ReferenceAddress | MemberReferenceAddress }
  | { readonly kind: 'listReferences'; readonly address: ReferencesAddress; readonly query: CollectionQuery }
  | {
      readonly kind: 'setReference';
      readonly address: ReferenceAddress;
      readonly link: Link;
      readonly precondition: Precondition;
    }
  | {
      readonly kind: 'addReference';
      readonly address: ReferencesAddress;
      readonly link: Link;
      readonly precondition: Precondition;
    }
  | {
      readonly kind: 'removeReference';
      readonly address: ReferenceAddress | MemberReferenceAddress;
      readonly precondition: Precondition;
    }
  | { readonly kind: 'callFunction'; readonly address: FunctionAddress }
  | {
      readonly kind: 'invokeAction';
      readonly address: ActionAddress;
      readonly payload: Payload;
      readonly precondition: Precondition;
    };
