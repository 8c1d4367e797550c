// What a request asks for, bound to the model and free of HTTP: the waist between the protocol and the rules.
import type { EntitySet, EntityType, NavigationProperty, Singleton, Structure } from '../edm/index.js';
import type { CollectionQuery, EntityQuery } from './query.js';

/** `/deviceManagement` */
export interface SingletonAddress {
  readonly kind: 'singleton';
  readonly singleton: Singleton;
}

/** `/deviceManagement/deviceConfigurations`, or the part of it that has the type of a cast segment. */
export interface CollectionAddress {
  readonly kind: 'collection';
  readonly set: EntitySet;
  /** The set's type, or the cast's. */
  readonly type: EntityType;
  readonly cast: boolean;
}

/** `/deviceManagement/deviceConfigurations/{id}`, with a cast segment or without. */
export interface EntityAddress {
  readonly kind: 'entity';
  readonly set: EntitySet;
  readonly key: string;
  /** The type that the entity must have, or derive from: the set's, or the last cast's. */
  readonly type: EntityType;
  readonly cast: boolean;
}

/** `…/{id}/derivedCredentialSettings`: the one entity that another refers to. */
export interface RelatedAddress {
  readonly kind: 'related';
  readonly source: EntityAddress;
  readonly property: NavigationProperty;
  /** The set in which the target lives. */
  readonly set: EntitySet;
}

/** `…/{id}/derivedCredentialSettings/$ref`: the link itself. */
export interface ReferenceAddress {
  readonly kind: 'reference';
  readonly related: RelatedAddress;
}

export type Address = SingletonAddress | CollectionAddress | EntityAddress | RelatedAddress | ReferenceAddress;

/** A JSON object from a request body: no duplicate names, no prototype, otherwise as it was sent. */
export type Payload = Structure;

/** Entity tags from If-Match or `'*'`; undefined where the request has no condition. */
export type Precondition = readonly string[] | '*' | undefined;

/** Where a navigation property is to lead: an entity of `set`. `url` is what the client sent, for messages. */
export interface Link {
  readonly set: EntitySet;
  readonly key: string;
  readonly url: string;
}

export type Operation =
  | { readonly kind: 'readSingleton'; readonly address: SingletonAddress; readonly query: EntityQuery }
  | { readonly kind: 'list'; readonly address: CollectionAddress; readonly query: CollectionQuery }
  | { readonly kind: 'create'; readonly address: CollectionAddress; readonly payload: Payload }
  | { readonly kind: 'read'; readonly address: EntityAddress | RelatedAddress; readonly query: EntityQuery }
  | {
      readonly kind: 'update';
      readonly address: EntityAddress | RelatedAddress;
      readonly payload: Payload;
      readonly ifMatch: Precondition;
    }
  | { readonly kind: 'delete'; readonly address: EntityAddress; readonly ifMatch: Precondition }
  | { readonly kind: 'readReference'; readonly address: ReferenceAddress }
  | {
      readonly kind: 'setReference';
      readonly address: ReferenceAddress;
      readonly link: Link;
      readonly ifMatch: Precondition;
    }
  | { readonly kind: 'removeReference'; readonly address: ReferenceAddress; readonly ifMatch: Precondition };
