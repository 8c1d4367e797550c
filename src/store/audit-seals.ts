// The ends of audit chains that are to be signed, and what was signed of them.
import type { WriteStatement } from './apply-group.js';
import type { Dialect } from './dialect.js';
import type { Queries, Row } from './queries.js';
import type { AuditEnd, AuditSeals } from './store.js';

/** Ends that are read at once. */
const pageSize = 200;

export function createAuditSeals(
  queries: Queries,
  write: (statements: readonly WriteStatement[]) => Promise<unknown>,
  { placeholder }: Dialect,
): AuditSeals {
  const [first, second, third, fourth] = [1, 2, 3, 4].map((position) => placeholder(position));
  const unsealed = `SELECT h.tenant_id, h.position, h.hash FROM audit_heads h
    LEFT JOIN audit_seals s ON s.tenant_id = h.tenant_id AND s.position = h.position
    WHERE s.position IS NULL AND h.position > 0`;
  const ofTenant = `${unsealed} AND h.tenant_id = ${first}`;
  const behind = `${unsealed} AND h.tenant_id > ${first} ORDER BY h.tenant_id LIMIT ${pageSize}`;
  // A development store may have been reset since the end was read.
  const keep = `INSERT INTO audit_seals (tenant_id, position, seal) SELECT e.tenant_id, e.position, ${third}
    FROM audit_events e WHERE e.tenant_id = ${first} AND e.position = ${second} AND e.hash = ${fourth}
    ON CONFLICT (tenant_id, position) DO NOTHING`;
  return {
    async findUnsealed(tenantId) {
      const row = await queries.get(ofTenant, [tenantId]);
      return row && endOf(row);
    },
    async listUnsealed(after) {
      return (await queries.all(behind, [after])).map(endOf);
    },
    async keepSeal({ tenantId, position, hash }, seal) {
      await write([{ sql: keep, parameters: [tenantId, position, seal, hash], changes: 1, otherwise: 'done' }]);
    },
  };
}

function endOf([tenantId, position, hash]: Row): AuditEnd {
  return { tenantId: String(tenantId), position: Number(position), hash: String(hash) };
}
