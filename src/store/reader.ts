// Reads entities: by key, by filter, by reference.
import type { Connection } from './connection.js';
import { type Dialect, newParameters } from './dialect.js';
import { compileFilter } from './filter/compile.js';
import { type Layout, layoutOf, linkColumn, typeNames } from './layout.js';
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

    async list(tenantId, { set, type, filter, count }) {
      const layout = layoutOf(set);
      const parameters = newParameters(dialect);
      const conditions = [`tenant_id = ${parameters.add(tenantId)}`];
      if (type !== set.type) {
        const names = typeNames(layout, type);
        if (names.length === 0) return { rows: [], count: count ? 0 : undefined, next: undefined };
        conditions.push(`type IN (${names.map((name) => parameters.add(name)).join(', ')})`);
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
      const link = linkColumn(query.set, query.property);
      const row = connection.get(
        `SELECT ${source.typed ? 's.type' : 'NULL'}, t.id, ${selection(target, 't.')} FROM ${source.table} s LEFT JOIN ${target.table} t ON t.tenant_id = s.tenant_id AND t.id = s.${link} WHERE s.tenant_id = ${tenant} AND s.id = ${key}`,
        [tenantId, query.key],
      );
      if (!row) return undefined;
      const [typeName, targetId, ...rest] = row;
      const sourceType = source.typed ? source.shapes.get(String(typeName))?.type : query.set.type;
      if (!sourceType) throw new Error(`the entity set '${query.set.name}' has no entities of type '${typeName}'`);
      return { sourceType, target: targetId === null ? undefined : decode(target, rest) };
    },

    async referrers(tenantId, set, property, target) {
      const layout = layoutOf(set);
      const rows = connection.all(
        `SELECT id, ${layout.typed ? 'type' : 'NULL'}, display_name FROM ${layout.table} WHERE tenant_id = ${tenant} AND ${linkColumn(set, property)} = ${key} ORDER BY ${layout.order.join(', ')}`,
        [tenantId, target],
      );
      return rows.map(([id, type, displayName]) => ({
        id: String(id),
        type: String(type ?? set.type.name),
        displayName: String(displayName),
      }));
    },
  };
}
