// A unit of work as the statements that apply it.

import type { EntitySet } from '../edm/index.js';
import { auditEvent, auditEvents } from '../model/index.js';
import type { Change, Stored, Unit } from '../plan/index.js';
import type { WriteStatement } from './apply-group.js';
import { type Dialect, newParameters } from './dialect.js';
import { directoryStatement, limitsStatement } from './directory-statements.js';
import { type Layout, layoutOf, linkColumn, linkTable } from './layout.js';
import type { Scalar } from './queries.js';
import { encode } from './rows.js';

/**
 * The audit event goes first: where it exists, the unit was applied before and is done. To the world outside the
 * transaction the order is the same.
 */
export function unitStatements(unit: Unit, dialect: Dialect): WriteStatement[] {
  return [
    insertAuditEvent(unit, dialect),
    ...unit.changes.flatMap((change) => changeStatements(unit, change, dialect)),
    ...(unit.followers ?? []).flatMap((follower) => unitStatements(follower, dialect)),
  ];
}

function changeStatements(unit: Unit, change: Change, dialect: Dialect): WriteStatement[] {
  const { tenantId } = unit;
  switch (change.kind) {
    case 'insert':
      return [insert(unit, change, dialect), ...addLinks(tenantId, change, dialect)];
    case 'update':
      return [
        update(tenantId, change, dialect),
        ...removeLinks(tenantId, change, dialect),
        ...addLinks(tenantId, change, dialect),
      ];
    case 'delete':
      return [remove(tenantId, layoutOf(change.set), change.key, change.expectedVersion, dialect)];
    case 'replace':
      return replace(tenantId, change, dialect);
    case 'unlink':
      return unlink(tenantId, change, dialect);
    case 'cutAudit':
      return cutAudit(tenantId, change, dialect);
    case 'tenant':
      return [keepTenant(tenantId, change, dialect)];
    case 'application':
    case 'user':
      return [directoryStatement(tenantId, change, dialect)];
    case 'limits':
      return [limitsStatement(change, dialect)];
  }
}

function statement(sql: string, parameters: readonly Scalar[], changes = 1): WriteStatement {
  return { sql, parameters, changes, otherwise: 'conflict' };
}

function insertAuditEvent({ tenantId, audit }: Unit, dialect: Dialect): WriteStatement {
  const row = encode(layoutOf(auditEvents), { type: auditEvent, entity: audit, version: 1, links: {} });
  const { append } = texts(auditEvents, dialect);
  return { sql: append, parameters: [tenantId, ...row], chain: tenantId, changes: 1, otherwise: 'done' };
}

function insert(
  { tenantId, audit }: Unit,
  { set, stored }: Change & { kind: 'insert' },
  dialect: Dialect,
): WriteStatement {
  // Settings do not say when they were made; the event of their making does.
  const createdDateTime = String(stored.entity.createdDateTime ?? audit.activityDateTime);
  const row = encode(layoutOf(set), stored);
  const parameters = hasCreationColumn(layoutOf(set)) ? [tenantId, ...row] : [tenantId, ...row, createdDateTime];
  return statement(texts(set, dialect).insert, parameters);
}

function update(tenantId: string, change: Change & { kind: 'update' }, dialect: Dialect): WriteStatement {
  const { set, stored, expectedVersion } = change;
  const row = encode(layoutOf(set), stored);
  const { update: sql, assigned } = texts(set, dialect);
  const parameters = assigned.map((index) => row[index] ?? null);
  parameters.push(tenantId, stored.entity.id, expectedVersion);
  return statement(sql, parameters);
}

/** Texts of statements that differ between units in their parameters alone. */
interface Texts {
  readonly insert: string;
  /** An insert into the tenant's chain, its position and hash the last values; changes nothing where the row exists. */
  readonly append: string;
  readonly update: string;
  /** The places in the row of what an update sets. */
  readonly assigned: readonly number[];
}

const madeTexts = new Map<Dialect, Map<EntitySet, Texts>>();

function texts(set: EntitySet, dialect: Dialect): Texts {
  const made = madeTexts.get(dialect) ?? new Map<EntitySet, Texts>();
  madeTexts.set(dialect, made);
  const known = made.get(set) ?? makeTexts(layoutOf(set), dialect);
  made.set(set, known);
  return known;
}

function makeTexts(layout: Layout, { placeholder }: Dialect): Texts {
  const { table, selected } = layout;
  const columns = ['tenant_id', ...selected, ...(hasCreationColumn(layout) ? [] : ['created_date_time'])];
  const placeholders = (names: readonly string[]) => names.map((_, index) => placeholder(index + 1)).join(', ');
  const appended = ['tenant_id', ...selected, 'position', 'hash'];
  const assigned = [...selected.keys()].filter((index) => isAssigned(layout, index));
  const assignments = assigned.map((place, index) => `${selected[place]} = ${placeholder(index + 1)}`).join(', ');
  const [tenant, id, version] = [1, 2, 3].map((offset) => placeholder(assigned.length + offset));
  return {
    insert: `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${placeholders(columns)})`,
    append: `INSERT INTO ${table} (${appended.join(', ')}) VALUES (${placeholders(appended)}) ON CONFLICT (tenant_id, id) DO NOTHING`,
    update: `UPDATE ${table} SET ${assignments} WHERE tenant_id = ${tenant} AND id = ${id} AND version = ${version}`,
    assigned,
  };
}

function hasCreationColumn({ selected }: Layout): boolean {
  return selected.includes('created_date_time');
}

/** Whether an update sets the selected column: setting those that never change would rewrite their indexes. */
function isAssigned({ selected, order }: Layout, index: number): boolean {
  const column = selected[index] ?? '';
  return column !== 'type' && !order.includes(column);
}

function remove(tenantId: string, { table }: Layout, key: string, version: number, dialect: Dialect): WriteStatement {
  const parameters = newParameters(dialect);
  const condition = `tenant_id = ${parameters.add(tenantId)} AND id = ${parameters.add(key)} AND version = ${parameters.add(version)}`;
  return statement(`DELETE FROM ${table} WHERE ${condition}`, parameters.values);
}

/** The links that the entity's collections have, by the property's name and the target's key. */
function linksOf({ links }: Stored): (readonly [property: string, target: string])[] {
  return Object.entries(links).flatMap(([property, keys]) =>
    typeof keys === 'string' || keys === null ? [] : keys.map((target) => [property, target] as const),
  );
}

function removeLinks(
  tenantId: string,
  { set, stored }: Change & { kind: 'update' },
  dialect: Dialect,
): WriteStatement[] {
  if (!hasCollections(set, stored)) return [];
  const [tenant, source] = [1, 2].map((position) => dialect.placeholder(position));
  const sql = `DELETE FROM ${linkTable} WHERE tenant_id = ${tenant} AND source_id = ${source}`;
  return [{ sql, parameters: [tenantId, stored.entity.id], changes: 'any', otherwise: 'conflict' }];
}

function addLinks(
  tenantId: string,
  { set, stored }: Change & { kind: 'insert' | 'update' },
  dialect: Dialect,
): WriteStatement[] {
  if (!hasCollections(set, stored)) return [];
  const values = [1, 2, 3, 4].map((position) => dialect.placeholder(position)).join(', ');
  const sql = `INSERT INTO ${linkTable} (tenant_id, source_id, property, target_id) VALUES (${values})`;
  return linksOf(stored).map(([property, target]) => statement(sql, [tenantId, stored.entity.id, property, target]));
}

function hasCollections(set: EntitySet, { type }: Stored): boolean {
  return (layoutOf(set).shapes.get(type.name)?.collections ?? []).length > 0;
}

/** Touching the owner first makes those who replace the same members at the same moment take turns. */
function replace(tenantId: string, change: Change & { kind: 'replace' }, dialect: Dialect): WriteStatement[] {
  const { set, within, expectedVersion, expectedKeys, members } = change;
  const layout = layoutOf(set);
  const touched = newParameters(dialect);
  const touch = `UPDATE ${layoutOf(within.set).table} SET version = version WHERE tenant_id = ${touched.add(tenantId)} AND id = ${touched.add(within.key)} AND version = ${touched.add(expectedVersion)}`;
  const removed = newParameters(dialect);
  const remove = `DELETE FROM ${layout.table} WHERE tenant_id = ${removed.add(tenantId)} AND ${layout.owner} = ${removed.add(within.key)}`;
  const others = statement(remove, [...removed.values], 0);
  const expected = `${remove} AND id IN (${dialect.items(removed.add(JSON.stringify(expectedKeys)))})`;
  const columns = ['tenant_id', 'position', ...layout.selected];
  const values = columns.map((_, index) => dialect.placeholder(index + 1)).join(', ');
  const add = `INSERT INTO ${layout.table} (${columns.join(', ')}) VALUES (${values})`;
  return [
    statement(touch, touched.values),
    statement(expected, removed.values, expectedKeys.length),
    others,
    ...members.map((member, index) => statement(add, [tenantId, index + 1, ...encode(layout, member)])),
  ];
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

/** Touching the seal first makes sure that it is there, and stays. */
function cutAudit(tenantId: string, { position }: Change & { kind: 'cutAudit' }, dialect: Dialect): WriteStatement[] {
  const [tenant, place] = [1, 2].map((index) => dialect.placeholder(index));
  const where = `WHERE tenant_id = ${tenant} AND position`;
  const parameters = [tenantId, position];
  return [
    statement(`UPDATE audit_seals SET seal = seal ${where} = ${place}`, parameters),
    { ...statement(`DELETE FROM audit_events ${where} <= ${place}`, parameters), changes: 'any' },
    { ...statement(`DELETE FROM audit_seals ${where} < ${place}`, parameters), changes: 'any' },
  ];
}

function keepTenant(tenantId: string, change: Change & { kind: 'tenant' }, dialect: Dialect): WriteStatement {
  const { tenant, expected } = change;
  if (tenant.id !== tenantId) throw new Error('a unit changes no tenant but its own');
  const parameters = newParameters(dialect);
  const [id, name, license] = [tenant.id, tenant.displayName, tenant.license].map(parameters.add);
  if (!expected) {
    const sql = `INSERT INTO tenants (id, display_name, license, version) VALUES (${id}, ${name}, ${license}, 1) ON CONFLICT (id) DO NOTHING`;
    return statement(sql, parameters.values);
  }
  const [nameBefore, licenseBefore] = [expected.displayName, expected.license].map(parameters.add);
  const condition = `id = ${id} AND display_name = ${nameBefore} AND license = ${licenseBefore}`;
  return statement(
    `UPDATE tenants SET display_name = ${name}, license = ${license}, version = version + 1 WHERE ${condition}`,
    parameters.values,
  );
}
