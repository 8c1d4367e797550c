// A filter's tree as an SQL expression with bound parameters.
import type { Expression } from '../../plan/index.js';
import type { Dialect, Parameters } from '../dialect.js';
import type { Layout } from '../layout.js';
import { compileComparison } from './comparison.js';
import { compileLogical, compileNot } from './logical.js';
import { compileLiteral, compilePropertyPath } from './operands.js';

export interface Compiled {
  /** Stands on its own as an operand: in parentheses unless it is a single term. */
  readonly sql: string;
  /** Whether it can be null. */
  readonly nullable: boolean;
  /** How deep its parentheses nest. */
  readonly depth: number;
}

/** What an expression is compiled against, and where its constants go. */
export interface Target {
  readonly layout: Layout;
  /** By what the statement calls the layout's table. */
  readonly alias: string;
  readonly dialect: Dialect;
  readonly parameters: Parameters;
}

/**
 * Recursive in the depth of the tree, which the protocol limits; chains of one logical operator, however long, count
 * as one level. Of operands that may be swapped the deepest comes first: SQLite's parser has a stack of a hundred
 * entries, on which a level costs one entry at the left end of its parent and several anywhere else. So about eighty
 * levels fit.
 */
export function compile(expression: Expression, target: Target): Compiled {
  switch (expression.kind) {
    case 'literal':
      return compileLiteral(expression, target);
    case 'propertyPath':
      return compilePropertyPath(expression, target);
    case 'comparison':
      return compileComparison(expression, target);
    case 'logical':
      return compileLogical(expression, target);
    case 'not':
      return compileNot(expression, target);
  }
}
