// What outlives the process: one SQL layer over SQLite and PostgreSQL.

export { type ChainBreak, findBreak, linkOf, startingWith } from './audit-break.js';
export { beginning, type Link } from './audit-chain.js';
export { type AuditRows, readAuditRows, readBackedUpAudit } from './audit-rows.js';
export type { BackupSummary } from './backup/file.js';
export { restoreBackup } from './backup/restore-backup.js';
export { writeBackup } from './backup/write-backup.js';
export { checkStore } from './check/check-store.js';
export type { Violation } from './check/report.js';
export { lockDataFolder, storePath } from './data-folder.js';
export { openStore } from './open-store.js';
export type {
  AuditEnd,
  AuditEntry,
  AuditSeals,
  AuditTrail,
  DecideUnit,
  DirectoryReader,
  EntityReader,
  LimitsReader,
  QueryReader,
  Secrets,
  SignInRecord,
  SignInRecords,
  Snapshot,
  Snapshots,
  Store,
  StoreMode,
  TenantReader,
  UnitWriter,
} from './store.js';
export type { Cells } from './table-pages.js';
export { tenantsOf } from './tenant-rows.js';
