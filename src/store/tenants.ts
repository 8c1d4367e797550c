// Reads tenants, each time from the database: another process may have changed them.
import type { Tenant } from '../plan/index.js';
import type { Dialect } from './dialect.js';
import type { Queries, Row } from './queries.js';
import type { TenantReader } from './store.js';

const columns = 'id, display_name, license';

export function createTenantReader(connection: Queries, dialect: Dialect): TenantReader {
  return {
    async findTenant(id) {
      const row = await connection.get(`SELECT ${columns} FROM tenants WHERE id = ${dialect.placeholder(1)}`, [id]);
      return row && tenantOf(row);
    },
    async listTenants() {
      return (await connection.all(`SELECT ${columns} FROM tenants ORDER BY id`)).map(tenantOf);
    },
  };
}

/** The table's CHECK says what a licence can be. */
function tenantOf([id, displayName, license]: Row): Tenant {
  return { id: String(id), displayName: String(displayName), license: license as Tenant['license'] };
}
