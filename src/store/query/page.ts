// A page of a collection: the part of a statement that finds its rows, and how they are read back.
import { type EntityType, isA } from '../../edm/index.js';
import type { CollectionQuery, Expanded, Identity, Page, Position, Reached } from '../../plan/index.js';
import type { Term } from '../dialect.js';
import { compileFilter } from '../filter/compile.js';
import { type OrderTerm, orderedBy } from '../filter/order.js';
import { type Layout, typeNames } from '../layout.js';
import type { Row } from '../queries.js';
import { decode } from '../rows.js';
import { compileExpansion } from './expansion.js';
import { isBehind, orderTerms } from './order.js';
import { type Statement, targetOf } from './statement.js';

/** A value of a row, or of the JSON that a statement makes of rows. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** Terms that make something of a row: an entity with what is expanded beside it, or what tells it from others. */
export interface RowTerms<Row> {
  readonly terms: readonly Term[];
  /** What is made of the values of the terms. */
  read(cells: readonly Cell[]): Row;
}

export function entityTerms(
  expand: CollectionQuery['expand'],
  layout: Layout,
  alias: string,
  statement: Statement,
): RowTerms<Expanded> {
  const own = layout.selected.map((column) => ({ sql: `${alias}.${column}`, json: false }));
  const nested = expand.map((expansion) => ({ expansion, ...compileExpansion(expansion, layout, alias, statement) }));
  return {
    terms: [...own, ...nested.map(({ sql }) => ({ sql, json: true }))],
    read(cells) {
      // The columns of a table are scalars.
      const stored = decode(layout, cells as Row);
      const expanded: Record<string, Reached | Page<Reached> | null> = {};
      for (const [index, { expansion, read }] of nested.entries()) {
        const { name } = expansion.property;
        if (!isA(stored.type, expansion.on) || !stored.type.navigationProperties.has(name)) continue;
        expanded[name] = read(cells[own.length + index] ?? null);
      }
      return { stored, expanded };
    },
  };
}

export function identityTerms({ owner }: Layout, alias: string): RowTerms<Identity> {
  const columns = ['id', ...(owner === undefined ? [] : [owner])];
  return {
    terms: columns.map((column) => ({ sql: `${alias}.${column}`, json: false })),
    read: ([id, key]) => ({ entity: { id: String(id) }, ...(owner !== undefined && { owner: String(key) }) }),
  };
}

/** Which rows of a table belong to a collection: conditions, all of which must hold. */
export function conditionsOf(
  type: EntityType,
  filter: CollectionQuery['filter'],
  layout: Layout,
  alias: string,
  statement: Statement,
): string[] {
  const { parameters, tenant } = statement;
  const conditions = [`${alias}.tenant_id = ${tenant}`];
  if (type !== layout.set.type && !isA(layout.set.type, type)) {
    const names = typeNames(layout, type).map((name) => parameters.add(name));
    conditions.push(names.length === 0 ? 'FALSE' : `${alias}.type IN (${names.join(', ')})`);
  }
  if (filter) conditions.push(compileFilter(filter, targetOf(statement, { layout, alias })));
  return conditions;
}

/** The rows of a table for which all conditions hold. */
export interface Collection {
  readonly layout: Layout;
  /** By what the statement calls the table. */
  readonly alias: string;
  readonly conditions: readonly string[];
  readonly statement: Statement;
}

/** A statement that answers, as `n`, how many rows there are. */
export function countOf({ layout, alias, conditions }: Collection): string {
  return `SELECT count(*) AS n FROM ${layout.table} ${alias} WHERE ${conditions.join(' AND ')}`;
}

export interface PageSource<Row> {
  /** Counts the whole collection. */
  readonly count: string;
  /** The page's rows and one more, in their order; the columns are those of `names`. */
  readonly select: string;
  readonly names: readonly Term[];
  /** The order of the rows in terms of `names`, each behind `prefix`. */
  order(prefix: string): string;
  /** The page ends, after one row at least, where its texts are longer together than `longest`. */
  read(rows: readonly (readonly Cell[])[], count: number | undefined, longest?: number): Page<Row>;
}

/** The page of the entities with what the query expands. */
export function entityPage(query: CollectionQuery, collection: Collection): PageSource<Expanded> {
  const { layout, alias, statement } = collection;
  return pageSource(query, collection, entityTerms(query.expand, layout, alias, statement));
}

/** The page of what tells the entities from others. */
export function identityPage(query: CollectionQuery, collection: Collection): PageSource<Identity> {
  return pageSource(query, collection, identityTerms(collection.layout, collection.alias));
}

function pageSource<Row>(
  query: CollectionQuery,
  collection: Collection,
  { terms, read }: RowTerms<Row>,
): PageSource<Row> {
  const { layout, alias, conditions, statement } = collection;
  const { parameters } = statement;
  const { pageSize, skip, after } = query;
  const keys = orderTerms(query.orderBy, layout, alias, statement);
  const behind = after === undefined ? [] : [isBehind(keys, after, statement)];
  // Wide keys are told as texts, and ordered by as numbers.
  const told = keys.flatMap(({ sql, wide }, index) => (wide ? [{ name: `w${index}`, sql }] : []));
  const columns = [
    ...terms.map(({ sql }, index) => `${sql} AS c${index}`),
    ...told.map(({ name, sql }) => `CAST(${sql} AS TEXT) AS ${name}`),
    ...keys.map(({ sql }, index) => `${sql} AS k${index}`),
  ];
  // One row more tells whether there is another page.
  const limit = parameters.add(pageSize === 0 ? 0 : pageSize + 1);
  const offset = skip === 0 ? '' : ` OFFSET ${parameters.add(skip)}`;
  const names = [
    ...terms.map(({ json }, index) => ({ sql: `c${index}`, json })),
    ...told.map(({ name }) => ({ sql: name, json: false })),
    ...keys.map(({ fraction }, index) => ({ sql: `k${index}`, json: false, fraction })),
  ];
  const places = keys.map(({ wide }, index) => names.findIndex(({ sql }) => sql === `${wide ? 'w' : 'k'}${index}`));
  return {
    count: countOf(collection),
    select: `SELECT ${columns.join(', ')} FROM ${layout.table} ${alias} WHERE ${[...conditions, ...behind].join(' AND ')} ORDER BY ${keys.map(orderedBy).join(', ')} LIMIT ${limit}${offset}`,
    names,
    order: (prefix) => keys.map((key, index) => orderedBy({ ...key, sql: `${prefix}k${index}` })).join(', '),
    read(rows, count, longest = Number.POSITIVE_INFINITY) {
      let size = 0;
      let end = 0;
      for (; end < Math.min(rows.length, pageSize) && (end === 0 || size < longest); end++) size += sizeOf(rows[end]);
      const last = rows.length > end ? rows[end - 1] : undefined;
      return {
        rows: rows.slice(0, end).map(read),
        count,
        // The values of keys are scalars.
        next: last && (keys.map((key, index) => keyCell(key, last[places[index] ?? -1])) as Position),
      };
    },
  };
}

/**
 * Of the rows of a page in their order, whether no further one is needed: the texts of those before it are as long together
 * as `longest`, so that it stands for the next page.
 */
export function endsBehind(longest: number): (row: readonly Cell[]) => boolean {
  let size = 0;
  return (row) => {
    const full = size >= longest;
    size += sizeOf(row);
    return full;
  };
}

/** Characters of the texts in a row. */
function sizeOf(row: readonly Cell[] = []): number {
  return row.reduce<number>((size, cell) => size + (typeof cell === 'string' ? cell.length : 0), 0);
}

function keyCell({ fraction }: OrderTerm, cell: Cell | undefined): Cell {
  return fraction && typeof cell === 'string' ? Number(cell) : (cell ?? null);
}
