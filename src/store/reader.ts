// Reads entities: by key, by filter, by reference.
import type { Connection } from './connection.js';
import { type Dialect, newParameters } from './dialect.js';
import { compileFilter } from './filter/compile.js';
import { type Layout, layoutOf, leadsTo, linkTable, referring, typeNames } from './layout.js';
import { decode, selection } from './rows.js';
import type { EntityReader } from './store.js';

/** The connection reads in a transaction of its own per statement: what it answers is committed. */
export function createReader(connection: Connection, dialect: Dialect): EntityReader {
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

  return {
    async find(tenantId, set, id) {
      const layout = layoutOf(set);
      const row = connection.get(selectByKey(layout), [tenantId, id]);
      return row && decode(layout, row);
    },

    async list(tenantId, { set, type, filter, count, within }) {
      const layout = layoutOf(set);
      const parameters = newParameters(dialect);
      const conditions = [`t.tenant_id = ${parameters.add(tenantId)}`];
      if (type !== set.type) {
        const names = typeNames(layout, type);
        if (names.length === 0) return { rows: [], count: count ? 0 : undefined, next: undefined };
        conditions.push(`t.type IN (${names.map((name) => parameters.add(name)).join(', ')})`);
      }
      if (within) {
        const source = `SELECT 1 FROM ${layoutOf(within.set).table} s WHERE s.tenant_id = t.tenant_id AND s.id = ${parameters.add(within.key)}`;
        const condition = leadsTo({ ...within, target: set }, { source: 's', target: 't' }, parameters);
        conditions.push(`EXISTS (${source} AND ${condition})`);
      }
      if (filter) conditions.push(compileFilter(filter, { layout, alias: 't', dialect, parameters }));
      const rows = connection.all(
        `SELECT ${selection(layout)} FROM ${layout.table} t WHERE ${conditions.join(' AND ')} ORDER BY ${layout.order.join(', ')}`,
        parameters.values,
      );
      return {
        rows: rows.map((row) => ({ stored: decode(layout, row), expanded: {} })),
        count: count ? rows.length : undefined,
        next: undefined,
      };
    },

    async findRelated(tenantId, query) {
      const source = layoutOf(query.set);
      const target = layoutOf(query.target);
      const parameters = newParameters(dialect);
      const from = `${source.table} s LEFT JOIN ${target.table} t ON ${leadsTo(query, { source: 's', target: 't' }, parameters)}`;
      const row = connection.get(
        `SELECT ${source.typed ? 's.type' : 'NULL'}, t.id, ${selection(target, 't.')} FROM ${from} WHERE s.tenant_id = ${parameters.add(tenantId)} AND s.id = ${parameters.add(query.key)}`,
        parameters.values,
      );
      if (!row) return undefined;
      const [typeName, targetId, ...rest] = row;
      const sourceType = source.typed ? source.shapes.get(String(typeName))?.type : query.set.type;
      if (!sourceType) throw new Error(`the entity set '${query.set.name}' has no entities of type '${typeName}'`);
      return { sourceType, target: targetId === null ? undefined : decode(target, rest) };
    },

    async referrers(tenantId, set, id) {
      const rows = referring(set).flatMap(({ layout, columns, linked }) => {
        const condition = columns.map((column) => `${column} = ${key}`);
        if (linked) {
          condition.push(
            `id IN (SELECT source_id FROM ${linkTable} WHERE tenant_id = ${tenant} AND target_id = ${key})`,
          );
        }
        return connection.all(
          `SELECT id, ${layout.typed ? 'type' : 'NULL'}, display_name FROM ${layout.table} WHERE tenant_id = ${tenant} AND (${condition.join(' OR ')}) ORDER BY ${layout.order.join(', ')}`,
          [tenantId, id],
        );
      });
      return rows.map(([referrer, type, displayName]) => ({
        id: String(referrer),
        type: String(type),
        displayName: String(displayName),
      }));
    },
  };
}
