// Reads entities: by key, by query, by reference. Each of these is one statement, so that a page is of one committed state.
import type { ListQuery, Page } from '../plan/index.js';
import type { Dialect } from './dialect.js';
import { isMember, type Layout, layoutOf, leadsTo, linkTable, referring } from './layout.js';
import type { Queries, Row } from './queries.js';
import {
  type Collection,
  conditionsOf,
  countOf,
  endsBehind,
  entityPage,
  entityTerms,
  identityPage,
  type PageSource,
} from './query/page.js';
import { nestingRoom, newStatement } from './query/statement.js';
import { decode, selection } from './rows.js';
import type { EntityReader, QueryReader } from './store.js';

/** A page of fewer rows is one portion anyway. */
const fewRows = 100;
/** Most entities of a page that a client can ask for. */
const mostRows = 100_000;
/** Characters of the texts in a page's rows, beyond which it ends and a link leads on: no answer fills the memory. */
const longestPage = 8 * 1024 * 1024;

/** The connection reads in a transaction of its own per statement: what it answers is committed. */
export function createReader(connection: Queries, dialect: Dialect): EntityReader & QueryReader {
  const tenant = dialect.placeholder(1);
  const key = dialect.placeholder(2);
  const byKey = new Map<Layout, string>();

  const selectByKey = (layout: Layout): string => {
    let sql = byKey.get(layout);
    if (sql === undefined) {
      sql = `SELECT ${selection(layout)} FROM ${layout.table} WHERE tenant_id = ${tenant} AND id = ${key}`;
      byKey.set(layout, sql);
    }
    return sql;
  };

  const collectionOf = (tenantId: string, query: ListQuery): Collection => {
    const { set, type, filter, within, count } = query;
    const statement = newStatement(tenantId, dialect);
    // A page that is counted stands inside another SELECT.
    const inner = count ? { ...statement, room: statement.room - nestingRoom } : statement;
    const layout = layoutOf(set);
    const alias = statement.parameters.newAlias();
    const conditions = conditionsOf(type, filter, layout, alias, inner);
    if (within) {
      const source = { tenant: statement.tenant, key: statement.parameters.add(within.key) };
      conditions.push(isMember(within.property, set, source, alias, statement.parameters));
    }
    return { layout, alias, conditions, statement: inner };
  };

  const readPage = async <Item>(
    tenantId: string,
    query: ListQuery,
    longest: number,
    sourceOf: (query: ListQuery, collection: Collection) => PageSource<Item>,
  ): Promise<Page<Item>> => {
    const collection = collectionOf(tenantId, query);
    const page = sourceOf(query, collection);
    const { values } = collection.statement.parameters;
    const ask = async (sql: string): Promise<readonly Row[]> =>
      query.pageSize < fewRows ? connection.all(sql, values) : connection.until(sql, values, endsBehind(longest));
    if (!query.count) return page.read(await ask(page.select), undefined, longest);
    const columns = page.names.map(({ sql }) => `p.${sql}`).join(', ');
    // The collection is counted even where the page has no rows; the last key of a row is never null.
    const rows = await ask(
      `SELECT c.n, ${columns} FROM (${page.count}) c LEFT JOIN (${page.select}) p ON TRUE ORDER BY ${page.order('p.')}`,
    );
    const found = rows.filter((row) => row.at(-1) !== null).map((row) => row.slice(1));
    return page.read(found, Number(rows[0]?.[0]), longest);
  };

  const readRelated: QueryReader['readRelated'] = async (tenantId, query, { expand }) => {
    const [source, target] = [layoutOf(query.set), layoutOf(query.target)];
    const statement = newStatement(tenantId, dialect);
    const [s, t] = [statement.parameters.newAlias(), statement.parameters.newAlias()];
    const { terms, read } = entityTerms(expand, target, t, statement);
    const columns = [source.typed ? `${s}.type` : 'NULL', `${t}.id`, ...terms.map(({ sql }) => sql)];
    const where = `${s}.tenant_id = ${statement.tenant} AND ${s}.id = ${statement.parameters.add(query.key)}`;
    const row = await connection.get(
      `SELECT ${columns.join(', ')} FROM ${source.table} ${s} LEFT JOIN ${target.table} ${t} ON ${leadsTo(query, { source: s, target: t }, statement.parameters)} WHERE ${where}`,
      statement.parameters.values,
    );
    if (!row) return undefined;
    const [typeName, targetId, ...cells] = row;
    const sourceType = source.typed ? source.shapes.get(String(typeName))?.type : query.set.type;
    if (!sourceType) throw new Error(`the entity set '${query.set.name}' has no entities of type '${typeName}'`);
    return { sourceType, target: targetId === null ? undefined : read(cells) };
  };

  return {
    async find(tenantId, set, id) {
      const layout = layoutOf(set);
      const row = await connection.get(selectByKey(layout), [tenantId, id]);
      return row && decode(layout, row);
    },

    async read(tenantId, set, id, { expand }) {
      const layout = layoutOf(set);
      const statement = newStatement(tenantId, dialect);
      const alias = statement.parameters.newAlias();
      const { terms, read } = entityTerms(expand, layout, alias, statement);
      const where = `${alias}.tenant_id = ${statement.tenant} AND ${alias}.id = ${statement.parameters.add(id)}`;
      const row = await connection.get(
        `SELECT ${terms.map(({ sql }) => sql).join(', ')} FROM ${layout.table} ${alias} WHERE ${where}`,
        statement.parameters.values,
      );
      return row && read(row);
    },

    async list(tenantId, query) {
      // What the program asks for itself, it gets whole.
      const longest = query.pageSize > mostRows ? Number.POSITIVE_INFINITY : longestPage;
      return readPage(tenantId, query, longest, entityPage);
    },

    async listKeys(tenantId, query) {
      return readPage(tenantId, query, Number.POSITIVE_INFINITY, identityPage);
    },

    async count(tenantId, query) {
      const collection = collectionOf(tenantId, query);
      const row = await connection.get(countOf(collection), collection.statement.parameters.values);
      return Number(row?.[0]);
    },

    readRelated,

    async findRelated(tenantId, query) {
      const found = await readRelated(tenantId, query, { expand: [] });
      return found && { sourceType: found.sourceType, target: found.target?.stored };
    },

    async referrers(tenantId, set, id) {
      const rows: Row[] = [];
      for (const { layout, columns, linked } of referring(set)) {
        const condition = columns.map((column) => `${column} = ${key}`);
        if (linked) {
          condition.push(
            `id IN (SELECT source_id FROM ${linkTable} WHERE tenant_id = ${tenant} AND target_id = ${key})`,
          );
        }
        const found = await connection.all(
          `SELECT id, ${layout.typed ? 'type' : 'NULL'}, display_name FROM ${layout.table} WHERE tenant_id = ${tenant} AND (${condition.join(' OR ')}) ORDER BY ${layout.order.join(', ')}`,
          [tenantId, id],
        );
        rows.push(...found);
      }
      return rows.map(([referrer, type, displayName]) => ({
        id: String(referrer),
        type: String(type),
        displayName: String(displayName),
      }));
    },
  };
}
