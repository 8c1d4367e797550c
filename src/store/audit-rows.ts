// All that there is of the audit, tenant by tenant, out of a store or of a backup.

import { systemClock } from '../base/index.js';
import { readBackup, verifyBackup } from './backup/file.js';
import type { BackupHead } from './backup/format.js';
import { openDatabase } from './database.js';
import { type KeptTable, keptTable } from './kept-tables.js';
import { migrations } from './migrations/index.js';
import { type Cells, pagesOf } from './table-pages.js';
import { type TenantRows, tenantRows } from './tenant-rows.js';

/** Rows of the tables, each in the order of tenants and positions. */
export interface AuditRows {
  readonly events: TenantRows;
  readonly heads: TenantRows;
  readonly seals: TenantRows;
}

const tables = { events: 'audit_events', heads: 'audit_heads', seals: 'audit_seals' } as const;

/** One state of the store at `path`, which somebody may be writing. */
export async function readAuditRows<T>(path: string, use: (trail: AuditRows) => Promise<T>): Promise<T> {
  const database = await openDatabase(path, { create: false });
  try {
    await database.migrate(migrations, systemClock);
    return await database.read((queries) => use(trailOf((table) => pagesOf(queries, database, table))));
  } finally {
    await database.close();
  }
}

/** Throws as `verifyBackup` does. */
export async function readBackedUpAudit<T>(
  file: string,
  use: (trail: AuditRows, head: BackupHead) => Promise<T>,
): Promise<T> {
  const { head } = await verifyBackup(file);
  return use(
    trailOf((table) => pagesIn(file, table)),
    head,
  );
}

function trailOf(pagesOfTable: (table: KeptTable) => AsyncIterable<readonly Cells[]>): AuditRows {
  const rows = (name: string): TenantRows => {
    const table = keptTable(name);
    if (!table) throw new Error(`the table '${name}' is not kept`);
    return tenantRows(pagesOfTable(table));
  };
  return { events: rows(tables.events), heads: rows(tables.heads), seals: rows(tables.seals) };
}

async function* pagesIn(file: string, table: KeptTable): AsyncGenerator<readonly Cells[]> {
  for await (const line of readBackup(file)) {
    if (line.kind === 'row' && line.row.table === table) yield [line.row.cells];
  }
}
