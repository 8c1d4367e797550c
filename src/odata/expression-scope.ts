// What an expression is bound in: the type it is about, the names that stand for something, and what may be spent.
import type { GraphError } from '../base/index.js';
import type { EntityType, Model } from '../edm/index.js';
import type { Current, Variable } from '../plan/index.js';
import { Budget, type Clause, type ExpressionLimits, invalid } from './clause.js';
import { parseSyntax, type Syntax } from './filter-syntax.js';

/** What the request says beside the expression itself. */
export interface ExpressionContext {
  readonly limits: ExpressionLimits;
  /** The values of parameter aliases, by their names with `@`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What `now()` is, in milliseconds since the epoch. */
  readonly now: number;
  /** Whether the expression stands inside `$expand`: then `$it` is another entity than the one it is about, which is `$this`. */
  readonly nested: boolean;
}

/** Without the rest there are no aliases, it is now, and the expression stands by itself. */
export type GivenContext = Partial<ExpressionContext> & Pick<ExpressionContext, 'limits'>;

export interface Scope extends ExpressionContext {
  readonly clause: Clause;
  readonly model: Model;
  /** What names without anything before them belong to: the entity, or an item of a collection that is filtered. */
  readonly current: Current | Variable;
  /** What `$it` is; undefined where that is none of ours to know. */
  readonly it: Current | undefined;
  /** By the names that the text gives them; the inner ones hide the outer. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly budget: Budget;
  /** The aliases whose values are being bound, outermost first. */
  readonly trail: readonly string[];
}

export function openScope(clause: Clause, type: EntityType, model: Model, { limits, ...context }: GivenContext): Scope {
  const current: Current = { kind: 'current', type };
  return {
    limits,
    aliases: context.aliases ?? new Map(),
    now: context.now ?? Date.now(),
    nested: context.nested ?? false,
    clause,
    model,
    current,
    it: context.nested ? undefined : current,
    variables: new Map(),
    budget: new Budget(limits, clause),
    trail: [],
  };
}

/** An alias's value in place of the alias; one without a value is null (URL conventions, section 5.3). */
export function withoutAlias(syntax: Syntax, scope: Scope): { syntax: Syntax; scope: Scope } {
  if (syntax.kind !== 'literal' || syntax.token.kind !== 'alias') return { syntax, scope };
  const { text: name, position } = syntax.token;
  if (scope.trail.includes(name)) throw problem(scope, `${name} is part of its own value`, position);
  const value = scope.aliases.get(name);
  if (value === undefined || value.trim() === '') {
    return { syntax: { kind: 'literal', token: { kind: 'name', text: 'null', position } }, scope };
  }
  scope.budget.checkDepth(scope.trail.length + 1);
  const inner = { ...scope, trail: [...scope.trail, name] };
  return withoutAlias(parseSyntax(value, scope.clause, scope.budget), inner);
}

/** `filterInvalid`, with the position in the text that is being bound. */
export function problem(scope: Scope, reason: string, position: number): GraphError {
  const alias = scope.trail.at(-1);
  return invalid(scope.clause, alias === undefined ? reason : `in the value of ${alias}, ${reason}`, position);
}
