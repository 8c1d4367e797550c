// The waist: operations, expressions, queries and units of work, as data.
export type { Comparison, ComparisonOperator, Expression, Literal, Logical, Not, PropertyPath } from './expression.js';
export type {
  Address,
  CollectionAddress,
  EntityAddress,
  Link,
  Operation,
  Payload,
  Precondition,
  ReferenceAddress,
  RelatedAddress,
  SingletonAddress,
} from './operation.js';
export {
  type CollectionQuery,
  type EntityQuery,
  type Expanded,
  type Expansion,
  everything,
  type ListQuery,
  type OrderKey,
  type Page,
  type Position,
  type RelatedQuery,
  type SelectedProperty,
  type Selection,
  type Stored,
  type Within,
  wholeEntity,
} from './query.js';
export { type Change, type License, licenses, type Tenant, type Unit, type UnitOutcome } from './unit.js';
