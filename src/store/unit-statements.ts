// A unit of work as the statements that apply it.
import { auditEvent, auditEvents } from '../model/index.js';
import type { Change, Stored, Tenant, Unit } from '../plan/index.js';
import type { WriteStatement } from './apply-group.js';
import type { Scalar } from './connection.js';
import { type Dialect, newParameters } from './dialect.js';
import { type Layout, layoutOf, linkColumn } from './layout.js';
import { encode } from './rows.js';

/**
 * The audit event goes first: where it exists, the unit was applied before and is done. To the world outside the
 * transaction the order is the same.
 */
export function unitStatements(unit: Unit, dialect: Dialect): WriteStatement[] {
  return [
    insertAuditEvent(unit, dialect),
    ...unit.changes.flatMap((change) => changeStatements(unit, change, dialect)),
  ];
}

function changeStatements(unit: Unit, change: Change, dialect: Dialect): WriteStatement[] {
  const { tenantId } = unit;
  switch (change.kind) {
    case 'insert':
      return [insert(unit, layoutOf(change.set), change.stored, dialect)];
    case 'update':
      return [update(tenantId, layoutOf(change.set), change.stored, change.expectedVersion, dialect)];
    case 'delete':
      return [remove(tenantId, layoutOf(change.set), change.key, change.expectedVersion, dialect)];
    case 'unlink':
      return unlink(tenantId, change, dialect);
    case 'tenant':
      return [keepTenant(tenantId, change.tenant, dialect)];
  }
}

function statement(sql: string, parameters: readonly Scalar[], changes = 1): WriteStatement {
  return { sql, parameters, changes, otherwise: 'conflict' };
}

function insertAuditEvent({ tenantId, audit }: Unit, dialect: Dialect): WriteStatement {
  const layout = layoutOf(auditEvents);
  const parameters = newParameters(dialect);
  const tenant = parameters.add(tenantId);
  const position = `(SELECT coalesce(max(position), 0) + 1 FROM ${layout.table} WHERE tenant_id = ${tenant})`;
  const values = encode(layout, { type: auditEvent, entity: audit, version: 1, links: {} }).map(parameters.add);
  return {
    sql: `INSERT INTO ${layout.table} (tenant_id, position, ${layout.selected.join(', ')}) VALUES (${tenant}, ${position}, ${values.join(', ')}) ON CONFLICT (tenant_id, id) DO NOTHING`,
    parameters: parameters.values,
    changes: 1,
    otherwise: 'done',
  };
}

function insert({ tenantId, audit }: Unit, layout: Layout, stored: Stored, dialect: Dialect): WriteStatement {
  const columns = ['tenant_id', ...layout.selected];
  const row = [tenantId, ...encode(layout, stored)];
  // Settings do not say when they were made; the event of their making does.
  if (!columns.includes('created_date_time')) {
    columns.push('created_date_time');
    row.push(String(audit.activityDateTime));
  }
  const parameters = newParameters(dialect);
  const values = row.map(parameters.add);
  return statement(
    `INSERT INTO ${layout.table} (${columns.join(', ')}) VALUES (${values.join(', ')})`,
    parameters.values,
  );
}

function update(
  tenantId: string,
  layout: Layout,
  stored: Stored,
  expectedVersion: number,
  dialect: Dialect,
): WriteStatement {
  const row = encode(layout, stored);
  const parameters = newParameters(dialect);
  // Not the columns that never change: setting them would rewrite their indexes.
  const assignments = layout.selected.flatMap((column, index) =>
    column === 'type' || layout.order.includes(column) ? [] : [`${column} = ${parameters.add(row[index] ?? null)}`],
  );
  const condition = `tenant_id = ${parameters.add(tenantId)} AND id = ${parameters.add(stored.entity.id)} AND version = ${parameters.add(expectedVersion)}`;
  return statement(`UPDATE ${layout.table} SET ${assignments.join(', ')} WHERE ${condition}`, parameters.values);
}

function remove(tenantId: string, { table }: Layout, key: string, version: number, dialect: Dialect): WriteStatement {
  const parameters = newParameters(dialect);
  const condition = `tenant_id = ${parameters.add(tenantId)} AND id = ${parameters.add(key)} AND version = ${parameters.add(version)}`;
  return statement(`DELETE FROM ${table} WHERE ${condition}`, parameters.values);
}

/** Clears the expected links, then makes sure that there was no other. */
function unlink(tenantId: string, change: Change & { kind: 'unlink' }, dialect: Dialect): WriteStatement[] {
  const column = linkColumn(change.set, change.property);
  const parameters = newParameters(dialect);
  const clear = `UPDATE ${layoutOf(change.set).table} SET ${column} = NULL WHERE tenant_id = ${parameters.add(tenantId)} AND ${column} = ${parameters.add(change.target)}`;
  const others = statement(clear, [...parameters.values], 0);
  const keys = parameters.add(JSON.stringify(change.expectedKeys));
  const expected = statement(
    `${clear} AND id IN (${dialect.items(keys)})`,
    parameters.values,
    change.expectedKeys.length,
  );
  return [expected, others];
}

function keepTenant(tenantId: string, tenant: Tenant, dialect: Dialect): WriteStatement {
  if (tenant.id !== tenantId) throw new Error('a unit changes no tenant but its own');
  const parameters = newParameters(dialect);
  const values = [tenant.id, tenant.displayName, tenant.license].map(parameters.add);
  return statement(
    `INSERT INTO tenants (id, display_name, license) VALUES (${values.join(', ')}) ON CONFLICT (id) DO UPDATE SET display_name = excluded.display_name, license = excluded.license`,
    parameters.values,
  );
}
