// The query options that hold expressions, and how what is wrong with one is told.
import { GraphError } from '../base/index.js';

/** The option's name without its `$`. */
export type Clause = 'filter' | 'orderby' | 'search';

/** How much one expression may hold. */
export interface ExpressionLimits {
  /** Deepest nesting of parentheses, `not`, minus, calls and lists. */
  readonly depth: number;
  /** Most operators, calls, paths and literals, those of aliases counted at each use. */
  readonly nodes: number;
  /** Most items of all lists together. */
  readonly list: number;
}

/** `reason` is a sentence's beginning; `position` counts from 0 in the clause's text. */
export function invalid(clause: Clause, reason: string, position: number): GraphError {
  return new GraphError('filterInvalid', { target: `$${clause}`, values: { clause, reason, position } });
}

/** What is OData, but not ours. */
export function notSupported(clause: Clause, feature: string): GraphError {
  return new GraphError('filterNotSupported', { target: `$${clause}`, values: { clause, feature } });
}

/** Counts what an expression holds, over all the texts that it is made of, and refuses what goes beyond the limits. */
export class Budget {
  readonly #limits: ExpressionLimits;
  readonly #clause: Clause;
  #nodes = 0;
  #items = 0;

  constructor(limits: ExpressionLimits, clause: Clause) {
    this.#limits = limits;
    this.#clause = clause;
  }

  /** Refuses: `filterTooLarge`. */
  takeNodes(count = 1): void {
    const limit = this.#limits.nodes;
    this.#nodes += count;
    if (this.#nodes > limit) throw new GraphError('filterTooLarge', this.#told(limit));
  }

  /** Refuses: `filterListTooLong`. */
  takeItem(): void {
    const limit = this.#limits.list;
    if (++this.#items > limit) throw new GraphError('filterListTooLong', this.#told(limit));
  }

  /** Refuses: `filterTooDeep`. */
  checkDepth(depth: number): void {
    const limit = this.#limits.depth;
    if (depth > limit) throw new GraphError('filterTooDeep', this.#told(limit));
  }

  #told(limit: number): { target: string; values: { clause: Clause; limit: number } } {
    return { target: `$${this.#clause}`, values: { clause: this.#clause, limit } };
  }
}
