// What is asked of entities, bound to the model: which, in which order, how much of each, and what comes with them.
import type { EntitySet, EntityType, NavigationProperty, Structure, StructuredType } from '../edm/index.js';
import type { Expression } from './expression.js';

/** The properties to answer with; undefined for all. */
export type Selection = readonly SelectedProperty[] | undefined;

export interface SelectedProperty {
  /** As the model spells it. */
  readonly name: string;
  /** The type that has it: values of other types go without. */
  readonly on: StructuredType;
  /** Whether it is a navigation property, of which an answer has the link at most. */
  readonly navigation: boolean;
  /** What of its complex value; undefined for all of it. */
  readonly select: Selection;
}

/** How much of one entity is answered. */
export interface EntityQuery {
  readonly select: Selection;
  readonly expand: readonly Expansion[];
}

/** A navigation property whose targets are answered inside the entity that leads to them. */
export interface Expansion {
  readonly property: NavigationProperty;
  /** Entities of this type, or derived from it, are answered with it, as far as their own types have it. */
  readonly on: EntityType;
  /** The set in which the targets live. */
  readonly set: EntitySet;
  /** The targets of this type, or derived from it. */
  readonly type: EntityType;
  /** For a single target, `select` and `expand` alone say anything. */
  readonly query: CollectionQuery;
  /** `…/$ref`: the targets' identities alone. */
  readonly references: boolean;
  /** `…/$count`: how many targets there are, and none of them. */
  readonly countOnly: boolean;
}

export interface OrderKey {
  readonly expression: Expression;
  readonly descending: boolean;
}

/** A place in an order of entities: the values of one's order keys, those that decide between equals included. */
export type Position = readonly (string | number | boolean | null)[];

export interface CollectionQuery extends EntityQuery {
  readonly filter: Expression | undefined;
  /** First the key that decides first; between equals the order of creation does, in the direction of the last key. */
  readonly orderBy: readonly OrderKey[];
  /** Whether the answer tells how many there are in all pages. */
  readonly count: boolean;
  readonly skip: number;
  /** Most entities of one page. */
  readonly pageSize: number;
  /** Where the page before ended; undefined for the first. */
  readonly after: Position | undefined;
  /** What `now()` is in it, in milliseconds since the epoch: the same on all pages. */
  readonly now: number;
  /** The options as the client wrote them, by their names (`$filter`, `@p1`), which the link to the next page repeats. */
  readonly options: ReadonlyMap<string, string>;
}

/** What tells an entity from others, and where it lives. */
export interface Identity {
  readonly entity: { readonly id: string };
  /** Key of the entity that contains this one; undefined where none does. */
  readonly owner?: string;
}

/** An entity as the store keeps it. */
export interface Stored extends Identity {
  readonly type: EntityType;
  /** Every property of `type`, `id` first, in the model's order and canonical form. */
  readonly entity: Structure & { readonly id: string };
  /** Moves by one with every change of the object, from 1; the entity tag is made of it. */
  readonly version: number;
  /** Where the navigation properties that are not contained lead. */
  readonly links: StoredLinks;
}

/** By the property's name: the key of a single one's target, null where it is unbound, and the keys of a collection's. */
export type StoredLinks = Readonly<Record<string, string | null | readonly string[]>>;

/** A stored entity with the targets that a query asked for with it, by the name of the navigation property. */
export interface Expanded {
  readonly stored: Stored;
  /** A single property that leads nowhere has null; a property that the entity's type does not have is left out. */
  readonly expanded: Readonly<Record<string, Reached | Page<Reached> | null>>;
}

/** What an expanded property leads to: a whole entity, or, where references alone are asked for, what tells it from others. */
export type Reached = Expanded | Identity;

/** One page of a collection. */
export interface Page<Row = Expanded> {
  readonly rows: readonly Row[];
  /** Of all pages together, where the query asks for it. */
  readonly count: number | undefined;
  /** The `after` of the next page; undefined on the last. */
  readonly next: Position | undefined;
}

/** The entities of a set, or those that one entity leads to or contains. */
export interface ListQuery extends CollectionQuery {
  readonly set: EntitySet;
  /** Entities of this type or derived from it. */
  readonly type: EntityType;
  readonly within: Within | undefined;
}

/** The targets of one entity's collection-valued navigation property. */
export interface Within {
  readonly set: EntitySet;
  readonly key: string;
  readonly property: NavigationProperty;
}

/** A single navigation property of one entity. */
export interface RelatedQuery {
  readonly set: EntitySet;
  readonly key: string;
  readonly property: NavigationProperty;
  /** The set in which the target lives. */
  readonly target: EntitySet;
}

/** An entity with all its properties and nothing else. */
export const wholeEntity: EntityQuery = { select: undefined, expand: [] };

/** All entities of a set, whole, in the order of their creation. */
export function everything(set: EntitySet): ListQuery {
  return {
    ...wholeEntity,
    set,
    type: set.type,
    within: undefined,
    filter: undefined,
    orderBy: [],
    count: false,
    skip: 0,
    pageSize: Number.MAX_SAFE_INTEGER,
    after: undefined,
    now: 0,
    options: new Map(),
  };
}
