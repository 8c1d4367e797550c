// `$expand`: what of an entity's neighbours is answered with it, as a tree.
//
//   expand = item *( ',' item )
//   item   = *( cast '/' ) ( '*' / navigationProperty ) [ '/' cast ] [ '/$ref' / '/$count' ] [ '(' option *( ';' option ) ')' ]
//
// (OData ABNF 4.01, expandItem)
import { GraphError } from '../base/index.js';
import { type EntitySet, type EntityType, findByName, type NavigationProperty } from '../edm/index.js';
import type { Expansion } from '../plan/index.js';
import { type QueryScope, readCollectionQuery } from './collection-query.js';
import { type Item, invalidOption, readItems } from './option-text.js';
import { propertyNotFound } from './property-not-found.js';
import { aliasesOf, expandOptions, readNestedOptions } from './query-options.js';
import { takeCasts } from './select.js';
import { areRelated } from './type-annotation.js';

const option = '$expand';

/** Most entities of an expanded collection of which each is expanded in turn: levels multiply. A link leads to the others. */
const mostExpandedFurther = 20;

/** Where the entities are from whose neighbours are asked for. */
export interface Origin {
  readonly set: EntitySet;
  readonly type: EntityType;
}

/**
 * The expansions that an `$expand` asks for beside entities of a set and a type. Names match in any case; a navigation property
 * that only derived types have may do without a cast, as Graph serves it.
 * Refuses: `optionInvalid`, `propertyNotFound`, `unknownType`, `castNotDerived`, `optionNotSupported`, and what the nested
 * options are refused for.
 */
export function parseExpand(text: string, origin: Origin, scope: QueryScope): Expansion[] {
  if (scope.depth >= scope.limits.expandDepth) {
    throw invalidOption(option, `it is nested deeper than the limit of ${scope.limits.expandDepth}`);
  }
  const items = readItems(text, option);
  const stars = items.filter(({ path }) => starOf(path) !== undefined);
  const named = items.filter((item) => !stars.includes(item)).map((item) => expandItem(item, origin, scope));
  const byStar = stars.flatMap((item) => expandAll(item, origin, scope));
  const expansions = [...named];
  for (const expansion of byStar) {
    // What stands there by its name has options of its own.
    if (!expansions.some((other) => other.property.name === expansion.property.name)) expansions.push(expansion);
  }
  refuseRepeated(named);
  return expansions;
}

function expandItem(item: Item, origin: Origin, scope: QueryScope): Expansion {
  const { model } = scope;
  const { type: on, rest } = takeCasts(item.path, origin.type, option, model);
  const [name, ...further] = rest;
  if (name === undefined) throw invalidOption(option, 'it names a type, and no navigation property of it');
  const property = model.findNavigation(on, name);
  if (!property) {
    if (findByName(on.properties, name)) throw invalidOption(option, `'${name}' is no navigation property`);
    throw propertyNotFound(name, option, on, model);
  }
  return expandProperty(property, on, further, item.inside, origin.set, scope);
}

/** `*` stands for every navigation property, and for those that only derived types have, since they need no cast. */
function expandAll({ path, inside }: Item, origin: Origin, scope: QueryScope): Expansion[] {
  const { type: on, rest } = takeCasts(path, origin.type, option, scope.model);
  const suffix = rest.slice(1);
  return [...scope.model.navigationProperties(on).values()]
    .filter((property) => suffix[0]?.toLowerCase() !== '$count' || property.collection)
    .map((property) => expandProperty(property, on, suffix, inside, origin.set, scope));
}

function expandProperty(
  property: NavigationProperty,
  on: EntityType,
  further: readonly string[],
  inside: string | undefined,
  from: EntitySet,
  scope: QueryScope,
): Expansion {
  const { model } = scope;
  const set = property.contained ? model.findContainedSet(from, property) : model.setOf(property.target());
  if (!set)
    throw new GraphError('optionNotSupported', { target: option, values: { option: `$expand=${property.name}` } });
  const { type, rest } = takeCasts(further, property.target(), option, model);
  const [suffix, ...beyond] = rest.map((segment) => segment.toLowerCase());
  const references = suffix === '$ref';
  const countOnly = suffix === '$count' && property.collection;
  if (beyond.length > 0 || (suffix !== undefined && !references && !countOnly)) {
    throw invalidOption(option, `a path goes on behind '${property.name}'`);
  }
  scope.countExpansion();
  const kind = countOnly ? 'count' : references ? 'references' : property.collection ? 'collection' : 'single';
  const options = readNestedOptions(inside, references && !property.collection ? [] : expandOptions[kind], option);
  checkLevels(options.get('$levels'));
  const aliases = new Map([...scope.aliases, ...aliasesOf(options)]);
  const query = readCollectionQuery(options, { set, type }, { ...scope, aliases, depth: scope.depth + 1 });
  const pageSize = query.expand.length === 0 ? query.pageSize : Math.min(query.pageSize, mostExpandedFurther);
  return {
    property,
    on,
    set,
    type,
    references,
    countOnly,
    query: countOnly ? { ...query, count: true, pageSize: 0 } : { ...query, pageSize },
  };
}

/**
 * `$levels`, a number from 1 or `max`: in this model no navigation property leads to what has the property again, so one
 * level is as deep as any of them goes. Refuses: `optionInvalid`.
 */
function checkLevels(value: string | undefined): void {
  if (value === undefined || /^(?:[1-9]\d{0,8}|max)$/i.test(value.trim())) return;
  throw invalidOption('$levels', 'it is neither a number from 1 nor max');
}

function starOf(path: readonly string[]): string | undefined {
  return path.find((segment) => segment === '*');
}

/** Two expansions of one property can stand beside each other on types of which none is the other's. */
function refuseRepeated(expansions: readonly Expansion[]): void {
  for (const [index, { property, on }] of expansions.entries()) {
    const again = expansions.slice(index + 1).some((other) => {
      return other.property.name === property.name && areRelated(other.on, on);
    });
    if (again) throw invalidOption(option, `it names '${property.name}' more than once`);
  }
}
