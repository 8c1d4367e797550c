// An expression's tree as SQL with bound parameters.
import { GraphError } from '../../base/index.js';
import type { Expression } from '../../plan/index.js';
import type { Dialect, Parameters } from '../dialect.js';
import type { Layout } from '../layout.js';
import { compileArithmetic, compileNegation } from './arithmetic.js';
import { compileCast } from './casts.js';
import { compileAbsence, compileComparison } from './comparison.js';
import { compileFlagTest } from './enumerations.js';
import { compileFunction } from './functions.js';
import { compileLogical, compileNot } from './logical.js';
import { compileMembership } from './membership.js';
import { compileLiteral, compilePropertyPath, compileVariable } from './operands.js';
import type { Place } from './places.js';
import { compileCount, compileQuantifier } from './quantifiers.js';
import { compileTypeTest } from './type-tests.js';

export interface Compiled {
  /** Stands on its own as an operand: in parentheses unless it is a single term. */
  readonly sql: string;
  /** Whether it can be null. */
  readonly nullable: boolean;
  /** How many steps its innermost part lies inside: see `compileFilter`. */
  readonly depth: number;
  /** That an instant is in ticks of 100 ns from 1970, as durations are, and not in its stored form. */
  readonly ticks?: boolean;
}

/** What an expression is compiled against, and where its constants go. */
export interface Target {
  readonly layout: Layout;
  /** By what the statement calls the layout's table. */
  readonly alias: string;
  readonly dialect: Dialect;
  readonly parameters: Parameters;
  /** Steps that the statement leaves to an expression. */
  readonly room?: number;
  /** Where the variables of the quantifiers around have their values. */
  readonly variables?: ReadonlyMap<string, Place>;
}

/**
 * `condition`: null is as good as false, which spares what tells the two apart and lets an index serve.
 * `value`: null is null.
 */
export type Use = 'condition' | 'value';

/** Of the hundred entries of SQLite's stack, ten go to the statement around. */
const usualRoom = 88;

/**
 * The condition for a WHERE. Refuses: `filterTooIntricate`, by the steps that it takes in the stack of a hundred entries
 * that SQLite's parser has: a level costs one entry at the left end of its parent and several anywhere else. So of
 * operands that may be swapped the deepest comes first, and chains of one logical operator count as one level.
 */
export function compileFilter(expression: Expression, target: Target): string {
  return checked(compile(expression, target, 'condition'), target).sql;
}

export function checked(compiled: Compiled, { room = usualRoom }: Target): Compiled {
  if (compiled.depth <= room) return compiled;
  throw new GraphError('filterTooIntricate', { values: { limit: room, steps: compiled.depth } });
}

/** Recursive in the depth of the tree, which the protocol limits. */
export function compile(expression: Expression, target: Target, use: Use = 'value'): Compiled {
  switch (expression.kind) {
    case 'literal':
      return compileLiteral(expression, target);
    case 'propertyPath':
      return compilePropertyPath(expression, target);
    case 'variable':
      return compileVariable(expression, target);
    case 'comparison':
      return compileComparison(expression, target, use);
    case 'absence':
      return compileAbsence(expression, target);
    case 'membership':
      return compileMembership(expression, target, use);
    case 'flagTest':
      return compileFlagTest(expression, target);
    case 'logical':
      return compileLogical(expression, target, use);
    case 'not':
      return compileNot(expression, target);
    case 'arithmetic':
      return compileArithmetic(expression, target);
    case 'negation':
      return compileNegation(expression, target);
    case 'call':
      return compileFunction(expression, target);
    case 'cast':
      return compileCast(expression, target);
    case 'typeTest':
      return compileTypeTest(expression, target);
    case 'quantifier':
      return compileQuantifier(expression, target);
    case 'count':
      return compileCount(expression, target);
  }
}
