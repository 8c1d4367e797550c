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
export type { Change, License, Tenant, Unit, UnitOutcome } from './unit.js';
