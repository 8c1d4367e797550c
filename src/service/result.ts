// What operations come to, before it is an answer.
import type { EntitySet, OperationType, Singleton, Structure, Value } from '../edm/index.js';
import type {
  ActionAddress,
  CollectionAddress,
  Expanded,
  Identity,
  ObjectAddress,
  Operation,
  Page,
  PropertyAddress,
  Stored,
} from '../plan/index.js';
import type { FoundValue } from './properties.js';

type ListOperation = Extract<Operation, { kind: 'list' }>;

export type Result =
  | { readonly kind: 'singleton'; readonly singleton: Singleton; readonly entity: Structure }
  | ({ readonly kind: 'entity'; readonly address: ObjectAddress } & Expanded)
  | { readonly kind: 'created'; readonly address: CollectionAddress; readonly stored: Stored }
  | { readonly kind: 'collection'; readonly operation: ListOperation; readonly page: Page }
  /** What an action answers. */
  | { readonly kind: 'entities'; readonly address: ActionAddress; readonly set: EntitySet; readonly page: Page }
  | { readonly kind: 'count'; readonly count: number }
  | ({ readonly kind: 'property'; readonly address: PropertyAddress } & FoundValue)
  /** What a function answers. */
  | { readonly kind: 'value'; readonly returns: OperationType; readonly value: Value }
  | { readonly kind: 'reference'; readonly address: ObjectAddress; readonly stored: Stored }
  | { readonly kind: 'references'; readonly address: CollectionAddress; readonly page: Page<Identity> }
  | { readonly kind: 'nothing' };
