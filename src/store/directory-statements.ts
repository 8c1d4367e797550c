// A change of an application, a user or the limits as the statement that applies it.
import { type Change, nameKey } from '../plan/index.js';
import type { WriteStatement } from './apply-group.js';
import type { Dialect } from './dialect.js';
import type { Scalar } from './queries.js';

type DirectoryChange = Change & { readonly kind: 'application' | 'user' };

const tables = { application: 'applications', user: 'users' } as const;

/** Makes, replaces or removes a row of the tenant; the condition is the version before. */
export function directoryStatement(tenantId: string, change: DirectoryChange, dialect: Dialect): WriteStatement {
  const { before, after } = change;
  const table = tables[change.kind];
  const present = after ?? before;
  if (!present) throw new Error('a change of something that exists neither before nor after it');
  const key = [tenantId, present.id] as const;
  const where = (from: number): string => {
    const [tenant, id, version] = [0, 1, 2].map((place) => dialect.placeholder(from + place));
    return `WHERE tenant_id = ${tenant} AND id = ${id} AND version = ${version}`;
  };
  if (!after) return statement(`DELETE FROM ${table} ${where(1)}`, [...key, present.version]);
  const columns = columnsOf(change);
  const names = Object.keys(columns);
  const values = Object.values(columns);
  if (!before) {
    const places = ['tenant_id', 'id', ...names].map((_, index) => dialect.placeholder(index + 1)).join(', ');
    const sql = `INSERT INTO ${table} (tenant_id, id, ${names.join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING`;
    return statement(sql, [...key, ...values]);
  }
  const assignments = names.map((name, index) => `${name} = ${dialect.placeholder(index + 1)}`).join(', ');
  const sql = `UPDATE ${table} SET ${assignments} ${where(names.length + 1)}`;
  return statement(sql, [...values, ...key, before.version]);
}

function columnsOf(change: DirectoryChange): Readonly<Record<string, Scalar>> {
  const { id: _id, version = 0, ...properties } = change.after ?? {};
  const document = JSON.stringify(properties);
  if (change.kind === 'application' || !change.after) return { version, properties: document };
  return { version, name_key: nameKey(change.after.userPrincipalName), properties: document };
}

export function limitsStatement({ before, after }: Change & { kind: 'limits' }, dialect: Dialect): WriteStatement {
  const [version, limits, last] = [1, 2, 3].map((place) => dialect.placeholder(place));
  const values = [after.version, after.limits && JSON.stringify(after.limits)];
  if (!before) {
    const sql = `INSERT INTO limits (id, version, limits) VALUES (1, ${version}, ${limits}) ON CONFLICT DO NOTHING`;
    return statement(sql, values);
  }
  const sql = `UPDATE limits SET version = ${version}, limits = ${limits} WHERE id = 1 AND version = ${last}`;
  return statement(sql, [...values, before.version]);
}

function statement(sql: string, parameters: readonly Scalar[]): WriteStatement {
  return { sql, parameters, changes: 1, otherwise: 'conflict' };
}
