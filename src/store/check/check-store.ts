// Verifies the invariants of a store and names what breaks them.
import { StorageFault } from '../../base/index.js';
import type { EntitySet } from '../../edm/index.js';
import type { Stored } from '../../plan/index.js';
import type { Queries } from '../connection.js';
import { type Database, openDatabase } from '../database.js';
import { keptTable } from '../kept-tables.js';
import { checksumOf, migrations } from '../migrations/index.js';
import { pagesOf } from '../table-pages.js';
import { type TenantRows, tenantRows, tenantsOf } from '../tenant-rows.js';
import { checkTenant } from './tenant.js';

export interface Violation {
  /** `database` where it is no single table's. */
  readonly table: string;
  /** The values of the primary key, a slash between them; of a whole table, nothing. */
  readonly key: string;
  readonly text: string;
}

export type Report = (violation: Violation) => void;

/** What is wrong with an entity that could be read, as far as the store does not know: sentences. */
export type Judge = (set: EntitySet, stored: Stored) => readonly string[];

/**
 * Looks at one state of the whole store, beside whoever serves it, and changes nothing. Refuses a place without a store,
 * and one whose tables are of another version.
 */
export async function checkStore(path: string, judge: Judge, report: Report): Promise<void> {
  const database = await openDatabase(path, { create: false });
  try {
    for (const text of await database.examine()) report({ table: 'database', key: '', text });
    await database.read(async (queries) => {
      if (!(await checkMigrations(queries, database, report))) return;
      const rows = rowsOf(queries, database);
      for await (const tenant of tenantsOf(Object.values(rows))) await checkTenant(tenant, rows, judge, report);
    });
  } catch (error) {
    // What a damaged file does not let out.
    if (!(error instanceof StorageFault) || error.trouble !== 'damaged') throw error;
    report({ table: 'database', key: '', text: error.message });
  } finally {
    await database.close();
  }
}

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

function rowsOf(queries: Queries, database: Database): StoreRows {
  const streams = Object.entries(tenantColumns).map(([name, column]) => {
    const table = keptTable(name);
    if (!table) throw new Error(`the table '${name}' is not kept`);
    return [name, tenantRows(pagesOf(queries, database, table), column)];
  });
  return Object.fromEntries(streams);
}

/** Whether the tables are those that this version knows, so that the rest can be looked at. */
async function checkMigrations(queries: Queries, { schema, name }: Database, report: Report): Promise<boolean> {
  const applied = await queries.all('SELECT number, checksum FROM migrations ORDER BY number');
  if (applied.length !== migrations.length) {
    const difference = `it has ${applied.length} migrations, and this version knows ${migrations.length}`;
    throw new Error(`The store '${name}' is of another version of Offshoot: ${difference}.`);
  }
  for (const [index, step] of migrations.entries()) {
    const [number, checksum] = applied[index] ?? [];
    if (Number(number) === step.number && checksum === checksumOf(step, schema)) continue;
    report({ table: 'migrations', key: `${number}`, text: 'it is not the migration that this version knows' });
    return false;
  }
  return true;
}
