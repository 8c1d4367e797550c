// What an entity leads to, as one JSON value in the row of the entity.
import { isA } from '../../edm/index.js';
import type { Expansion, Page, Reached } from '../../plan/index.js';
import { type Layout, layoutOf, leadsTo } from '../layout.js';
import {
  type Cell,
  conditionsOf,
  entityPage,
  entityTerms,
  identityPage,
  identityTerms,
  type PageSource,
  type RowTerms,
} from './page.js';
import { nestingRoom, type Statement } from './statement.js';

export interface Nested {
  /** A scalar that depends on the row of the entity. */
  readonly sql: string;
  read(cell: Cell): Reached | Page<Reached> | null;
}

/** `source` is the alias of the table of the entities that lead to the targets, which are of the set `from`. */
export function compileExpansion(expansion: Expansion, from: Layout, source: string, outer: Statement): Nested {
  const statement = { ...outer, room: outer.room - nestingRoom };
  const { property, set, type, query, references } = expansion;
  const { dialect } = statement;
  const layout = layoutOf(set);
  const alias = statement.parameters.newAlias();
  const declared = property.target();
  const narrower = type !== declared && isA(type, declared) ? type : set.type;
  const conditions = [
    ...conditionsOf(narrower, query.filter, layout, alias, statement),
    leadsTo({ set: from.set, property, target: set }, { source, target: alias }, statement.parameters),
  ];
  if (!property.collection) {
    const { terms, read }: RowTerms<Reached> = references
      ? identityTerms(layout, alias)
      : entityTerms(query.expand, layout, alias, statement);
    return {
      sql: `(SELECT ${dialect.jsonArray(terms)} FROM ${layout.table} ${alias} WHERE ${conditions.join(' AND ')})`,
      read: (cell) => (cell === null ? null : read(arrayOf(cell))),
    };
  }
  const collection = { layout, alias, conditions, statement };
  const page: PageSource<Reached> = references ? identityPage(query, collection) : entityPage(query, collection);
  const prefixed = page.names.map((term) => ({ ...term, sql: `p.${term.sql}` }));
  const rows = `(SELECT ${dialect.jsonItems(dialect.jsonArray(prefixed), page.order('p.'))} FROM (${page.select}) p)`;
  const count = query.count ? `(${page.count})` : 'NULL';
  return {
    sql: dialect.jsonArray([
      { sql: rows, json: true },
      { sql: count, json: false },
    ]),
    read(cell) {
      const [items, counted] = arrayOf(cell);
      return page.read(arrayOf(items ?? null).map(arrayOf), typeof counted === 'number' ? counted : undefined);
    },
  };
}

/** JSON comes as a text from a row, and is read already inside other JSON. */
function arrayOf(cell: Cell): readonly Cell[] {
  const value: unknown = typeof cell === 'string' ? JSON.parse(cell) : (cell ?? []);
  if (!Array.isArray(value)) throw new Error('a statement answered other JSON than it was to make');
  return value;
}
