// The waist: operations, expressions, queries and units of work, as data.
export type { Comparison, ComparisonOperator, Expression, Literal, Logical, Not, PropertyPath } from './expression.js';
export type {
  Address,
  CollectionAddress,
  CollectionQuery,
  EntityAddress,
  Link,
  Operation,
  Payload,
  Precondition,
  ReferenceAddress,
  RelatedAddress,
  Selection,
  SingletonAddress,
} from './operation.js';
export type { ListQuery, RelatedQuery, Stored } from './query.js';
export { type Change, type License, licenses, type Tenant, type Unit, type UnitOutcome } from './unit.js';
