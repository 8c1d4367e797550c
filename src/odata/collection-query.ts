// The options of a query, at the top or in the parentheses of `$expand`, as a query of the plan.
import type { EntityType, Model } from '../edm/index.js';
import type { CollectionQuery, EntityQuery, Expression, OrderKey, Selection } from '../plan/index.js';
import { type Origin, parseExpand } from './expand.js';
import type { ExpressionContext } from './expression-scope.js';
import { parseFilter } from './filter.js';
import { invalidOption } from './option-text.js';
import { parseOrderBy } from './order-by.js';
import type { QueryLimits } from './query-limits.js';
import type { Options } from './query-options.js';
import { parseSearch } from './search.js';
import { parseSelect } from './select.js';

/** What a query is read by. */
export interface QueryScope {
  readonly model: Model;
  readonly limits: QueryLimits;
  /** Texts of the parameter aliases, by their names with `@`. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What `now()` is, in milliseconds since the epoch. */
  readonly now: number;
  /** How many expansions lie around. */
  readonly depth: number;
  /** Called for each expansion of the whole query. Refuses: `optionInvalid`. */
  readonly countExpansion: () => void;
}

/** The scope of one request's whole query. */
export function newQueryScope(model: Model, limits: QueryLimits, aliases: Options, now: number): QueryScope {
  let expansions = 0;
  return {
    model,
    limits,
    aliases,
    now,
    depth: 0,
    countExpansion() {
      if (++expansions <= limits.expansions) return;
      throw invalidOption('$expand', `it names more than the limit of ${limits.expansions} navigation properties`);
    },
  };
}

/** `$select` and `$expand`. Refuses what `parseSelect` and `parseExpand` refuse. */
export function readEntityQuery(options: Options, origin: Origin, scope: QueryScope): EntityQuery {
  const expand = options.get('$expand');
  return {
    select: readSelect(options, origin.type, scope.model),
    expand: expand === undefined ? [] : parseExpand(expand, origin, scope),
  };
}

/**
 * Every option of a collection. Refuses: `optionInvalid`, and what the filter, the order, the search, `$select` and `$expand`
 * are refused for.
 *
 * DEVIATION: `$top` is the size of a page, with a link to the next one while more remain, as Graph does it; OData would
 * end there.
 */
export function readCollectionQuery(options: Options, origin: Origin, scope: QueryScope): CollectionQuery {
  const { pageSize } = scope.limits;
  return {
    ...readEntityQuery(options, origin, scope),
    filter: bothOf(readFilter(options, origin.type, scope), readSearch(options, origin.type, scope)),
    orderBy: readOrderBy(options, origin.type, scope),
    count: readCount(options),
    skip: readNumber(options, '$skip') ?? 0,
    pageSize: readNumber(options, '$top', pageSize) ?? pageSize,
    after: undefined,
    now: scope.now,
    options: new Map([...scope.aliases, ...options]),
  };
}

/** `$select` alone. */
export function readSelect(options: Options, type: EntityType, model: Model): Selection {
  const value = options.get('$select');
  return value === undefined ? undefined : parseSelect(value, type, model);
}

/** `$filter`, bound to the type; an empty one is none. */
function readFilter(options: Options, type: EntityType, scope: QueryScope): Expression | undefined {
  const value = options.get('$filter') ?? '';
  return value.trim() === '' ? undefined : parseFilter(value, type, scope.model, contextOf(scope));
}

/** `$search`, a condition beside the filter; an empty one is none. */
function readSearch(options: Options, type: EntityType, scope: QueryScope): Expression | undefined {
  const value = options.get('$search') ?? '';
  return value.trim() === '' ? undefined : parseSearch(value, type, scope.model, contextOf(scope));
}

function bothOf(left: Expression | undefined, right: Expression | undefined): Expression | undefined {
  return left && right ? { kind: 'logical', operator: 'and', left, right } : (left ?? right);
}

/** `$orderby`, bound to the type; an empty one is none. */
function readOrderBy(options: Options, type: EntityType, scope: QueryScope): OrderKey[] {
  const value = options.get('$orderby') ?? '';
  return value.trim() === '' ? [] : parseOrderBy(value, type, scope.model, contextOf(scope));
}

function contextOf({ limits, aliases, now, depth }: QueryScope): ExpressionContext {
  return { limits: limits.expression, aliases, now, nested: depth > 0 };
}

function readCount(options: Options): boolean {
  const value = options.get('$count')?.trim().toLowerCase() ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalidOption('$count', 'it is neither true nor false');
}

/** What any database takes as a number of rows. */
const largestNumber = 2 ** 31 - 1;

function readNumber(options: Options, option: string, limit = largestNumber): number | undefined {
  const value = options.get(option)?.trim();
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value)) throw invalidOption(option, 'it is no whole number from 0');
  if (Number(value) > limit) throw invalidOption(option, `it is larger than the limit of ${limit}`);
  return Number(value);
}
