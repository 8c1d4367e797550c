// The ends of the tenants' audit chains, inside one transaction on a SQLite file.
import { beginning, type Link, linkAfter } from './audit-chain.js';
import type { Connection } from './connection.js';
import type { Scalar } from './queries.js';

export interface Heads {
  /** Adds an event to the tenant's chain: its values, behind them its place and its hash. */
  link(tenantId: string, row: readonly Scalar[]): readonly Scalar[];
  copy(): ReadonlyMap<string, Link>;
  /** Goes back to what `copy` gave. */
  restore(heads: ReadonlyMap<string, Link>): void;
  /** Writes the ends where they are now, and reads them anew from then on. */
  save(): void;
}

export function openHeads(connection: Connection): Heads {
  let heads = new Map<string, Link>();

  const headOf = (tenantId: string): Link => {
    const known = heads.get(tenantId);
    if (known) return known;
    const row = connection.get('SELECT position, hash FROM audit_heads WHERE tenant_id = ?1', [tenantId]);
    return row ? { position: Number(row[0]), hash: String(row[1]) } : beginning;
  };

  return {
    link(tenantId, row) {
      const link = linkAfter(headOf(tenantId), row);
      heads.set(tenantId, link);
      return [...row, link.position, link.hash];
    },
    copy: () => new Map(heads),
    restore(before) {
      heads = new Map(before);
    },
    save() {
      for (const [tenantId, { position, hash }] of heads) {
        connection.run(
          'INSERT INTO audit_heads (tenant_id, position, hash) VALUES (?1, ?2, ?3) ON CONFLICT (tenant_id) DO UPDATE SET position = excluded.position, hash = excluded.hash',
          [tenantId, position, hash],
        );
      }
      heads = new Map();
    },
  };
}
