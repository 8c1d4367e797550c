// Reads the audit events of all tenants in the order of their chains, for those who keep them elsewhere.

import type { Dialect } from './dialect.js';
import type { Queries } from './queries.js';
import type { AuditEntry, AuditTrail } from './store.js';

export function createAuditTrail(connection: Queries, dialect: Dialect): AuditTrail {
  const [tenant, after, limit] = [1, 2, 3].map((place) => dialect.placeholder(place));
  const entries = `SELECT position, hash, id, activity_date_time, activity_type, category, display_name, properties
    FROM audit_events WHERE tenant_id = ${tenant} AND position > ${after} ORDER BY position LIMIT ${limit}`;
  return {
    async auditEnds() {
      const rows = await connection.all('SELECT tenant_id, position FROM audit_heads ORDER BY tenant_id');
      return rows.map(([tenantId, position]) => ({ tenantId: String(tenantId), position: Number(position) }));
    },
    async auditAfter(tenantId, position, most) {
      const rows = await connection.all(entries, [tenantId, position, most]);
      return rows.map(([place, hash, id, activityDateTime, activityType, category, displayName, properties]) => {
        // In the order of the columns, the rest behind them: so the hash can be worked out again from the event.
        const columns = { id: String(id), activityDateTime, activityType, category, displayName };
        const event = { ...columns, ...(JSON.parse(String(properties)) as object) } as AuditEntry['event'];
        return { tenantId, position: Number(place), hash: String(hash), event };
      });
    },
  };
}
