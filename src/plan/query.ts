// What the store is asked for: one tenant's entities, by key, by reference or by filter.
import type { EntitySet, EntityType, NavigationProperty, Structure } from '../edm/index.js';
import type { Expression } from './expression.js';

/** An entity as the store keeps it. */
export interface Stored {
  readonly type: EntityType;
  /** Every property of `type`, `id` first, in the model's order and canonical form. */
  readonly entity: Structure & { readonly id: string };
  /** Moves by one with every change of the object, from 1; the entity tag is made of it. */
  readonly version: number;
  /** Keys of the entities that the single, not contained navigation properties lead to; null where unbound. */
  readonly links: Readonly<Record<string, string | null>>;
}

export interface ListQuery {
  readonly set: EntitySet;
  /** Entities of this type or derived from it. */
  readonly type: EntityType;
  readonly filter: Expression | undefined;
}

/** A single navigation property of one entity. */
export interface RelatedQuery {
  readonly set: EntitySet;
  readonly key: string;
  readonly property: NavigationProperty;
  /** The set in which the target lives. */
  readonly target: EntitySet;
}
