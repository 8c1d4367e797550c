// The rows that a check looks through, each table's in the order of tenants.

import type { Database } from '../database.js';
import { keptTable } from '../kept-tables.js';
import type { Queries } from '../queries.js';
import { pagesOf } from '../table-pages.js';
import { type TenantRows, tenantRows } from '../tenant-rows.js';

/** The rows of each table that a tenant's entities lie in. */
export type StoreRows = Readonly<Record<keyof typeof tenantColumns, TenantRows>>;

/** The column of each table that tells the tenant. */
const tenantColumns = {
  tenants: 'id',
  applications: 'tenant_id',
  users: 'tenant_id',
  derived_credential_settings: 'tenant_id',
  device_configurations: 'tenant_id',
  device_configuration_links: 'tenant_id',
  device_configuration_assignments: 'tenant_id',
  audit_events: 'tenant_id',
  audit_heads: 'tenant_id',
  audit_seals: 'tenant_id',
} as const;

export function rowsOf(queries: Queries, database: Database): StoreRows {
  const streams = Object.entries(tenantColumns).map(([name, column]) => {
    const table = keptTable(name);
    if (!table) throw new Error(`the table '${name}' is not kept`);
    return [name, tenantRows(pagesOf(queries, database, table), column)];
  });
  return Object.fromEntries(streams);
}
