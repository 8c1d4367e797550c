// A filter as a tree: bound to the model, free of any syntax, ready to become SQL.
import type { EnumType, PrimitiveType, Property } from '../edm/index.js';

export type Expression = Literal | PropertyPath | Comparison | Logical | Not;

/** A constant in canonical form (`Value` in edm/). `type` is undefined for null alone. */
export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly type: PrimitiveType | EnumType | undefined;
}

/** A property of the row, or one inside its complex values: `displayName`, `server/address`. Never empty. */
export interface PropertyPath {
  readonly kind: 'propertyPath';
  readonly path: readonly Property[];
}

export type ComparisonOperator = 'eq' | 'ne';

/**
 * OData's comparison (part 2, section 5.1.1.1): null equals null, and nothing else; the result is never null.
 * Texts compare by code point.
 */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export interface Logical {
  readonly kind: 'logical';
  readonly operator: 'and' | 'or';
  readonly left: Expression;
  readonly right: Expression;
}

export interface Not {
  readonly kind: 'not';
  readonly operand: Expression;
}
