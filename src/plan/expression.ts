// An expression as a tree: bound to the model, free of any syntax, ready to become SQL.
import type {
  EntitySet,
  EntityType,
  EnumType,
  NavigationProperty,
  PrimitiveName,
  Property,
  StructuredType,
  ValueType,
} from '../edm/index.js';

/** The types that a single value can have: those of the model, and those that come of literals and functions alone. */
export type ValueTypeName =
  | PrimitiveName
  | 'Edm.Date'
  | 'Edm.Decimal'
  | 'Edm.Double'
  | 'Edm.Duration'
  | 'Edm.Int64'
  | 'Edm.TimeOfDay';

export type ExpressionType = EnumType | { readonly kind: 'primitive'; readonly name: ValueTypeName };

export type Expression =
  | Literal
  | PropertyPath
  | Variable
  | Comparison
  | Absence
  | Membership
  | FlagTest
  | Logical
  | Not
  | Arithmetic
  | Negation
  | Call
  | Cast
  | TypeTest
  | Quantifier
  | Count;

/**
 * A constant in canonical form (`Value` in edm/). `type` is undefined for null alone. A date is `2026-01-31`, a time of
 * day `09:30:00.0000000`, a duration the number of its ticks of 100 ns in decimal digits; other numbers may be infinite.
 */
export interface Literal {
  readonly kind: 'literal';
  readonly value: string | number | boolean | null;
  readonly type: ExpressionType | undefined;
}

/** A property that is one primitive value or one of an enumeration; null where what has it is absent. */
export interface PropertyPath {
  readonly kind: 'propertyPath';
  readonly of: Instance;
  readonly property: Property;
}

/** What has properties: an entity or a complex value, or nothing where a step of the way leads nowhere. */
export type Instance = Current | Variable | ComplexValue | Related | Narrowed;

/** The entity that the query looks at. */
export interface Current {
  readonly kind: 'current';
  readonly type: EntityType;
}

/** The item of a collection that a quantifier around it looks at. */
export interface Variable {
  readonly kind: 'variable';
  /** Differs from those of the quantifiers around its own. */
  readonly name: string;
  readonly type: ValueType | EntityType;
}

/** A property that is one complex value. */
export interface ComplexValue {
  readonly kind: 'complexValue';
  readonly of: Instance;
  readonly property: Property;
}

/** The entity that a single navigation property leads to. */
export interface Related {
  readonly kind: 'related';
  readonly of: Instance;
  readonly property: NavigationProperty;
  /** The set in which it lives. */
  readonly set: EntitySet;
}

/** The same instance where it has the type or one derived from it, nothing otherwise. */
export interface Narrowed {
  readonly kind: 'narrowed';
  readonly of: Instance;
  readonly type: StructuredType;
}

/** What a quantifier goes over and `$count` counts. */
export type Collection = Values | Targets;

/** A collection of primitive values, members of an enumeration or complex values. */
export interface Values {
  readonly kind: 'values';
  readonly of: Instance;
  readonly property: Property;
}

/** The entities that a navigation property leads to, those of the type and derived from it. */
export interface Targets {
  readonly kind: 'targets';
  readonly of: Instance;
  readonly property: NavigationProperty;
  /** The set in which they live. */
  readonly set: EntitySet;
  readonly type: EntityType;
}

export type ComparisonOperator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/**
 * OData's comparison (part 2, section 5.1.1.1): null equals null and nothing else, is neither greater nor less than
 * anything; the result is never null. Texts compare by code point, members of an enumeration by their numbers.
 */
export interface Comparison {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** Whether a complex value, or the target of a navigation property, is not there. */
export interface Absence {
  readonly kind: 'absence';
  readonly of: Instance;
}

/** `in`: whether the operand equals one of the items, as `eq` does. Never null. */
export interface Membership {
  readonly kind: 'membership';
  readonly operand: Expression;
  readonly among: readonly Expression[] | Values;
}

/** `has`: whether all the flags are set; null where the operand is. */
export interface FlagTest {
  readonly kind: 'flagTest';
  readonly operand: Expression;
  readonly flags: Literal;
}

/** With null as the unknown third value. */
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

export type ArithmeticOperator = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/**
 * Of two numbers, or of instants and durations. Null where an operand is null, or a divisor that is no constant is
 * zero. `div` of integers is one, without the remainder; `mod` has the sign of its left operand.
 */
export interface Arithmetic {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly type: ExpressionType;
}

export interface Negation {
  readonly kind: 'negation';
  readonly operand: Expression;
}

export const functionNames = [
  'ceiling',
  'concat',
  'contains',
  'date',
  'day',
  'endswith',
  'floor',
  'fractionalseconds',
  'hour',
  'indexof',
  'length',
  'minute',
  'month',
  'round',
  'second',
  'startswith',
  'substring',
  'time',
  'tolower',
  'totaloffsetminutes',
  'totalseconds',
  'toupper',
  'trim',
  'year',
] as const;
export type FunctionName = (typeof functionNames)[number];

/** A canonical function (part 2, sections 5.1.1.5 to 5.1.1.9); null where an argument is. Texts count in code points. */
export interface Call {
  readonly kind: 'call';
  readonly function: FunctionName;
  readonly arguments: readonly Expression[];
  readonly type: ExpressionType;
}

/** The operand as a value of another type, or null where it has none. */
export interface Cast {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: ExpressionType;
}

/** Whether the instance is there and has the type or one derived from it. */
export interface TypeTest {
  readonly kind: 'typeTest';
  readonly of: Instance;
  readonly type: StructuredType;
}

/** `any`: whether an item meets the condition, or there is one at all; `all`: whether every item does. Never null. */
export interface Quantifier {
  readonly kind: 'quantifier';
  readonly operator: 'any' | 'all';
  readonly over: Collection;
  readonly variable: Variable;
  readonly condition: Expression | undefined;
}

/** How many items a collection has, or of them those that meet the condition. */
export interface Count {
  readonly kind: 'count';
  readonly over: Collection;
  readonly where?: { readonly variable: Variable; readonly condition: Expression };
}
