// What outlives the process: one SQL layer over SQLite.
export type { BackupSummary } from './backup/file.js';
export { restoreBackup } from './backup/restore-backup.js';
export { writeBackup } from './backup/write-backup.js';
export { checkStore, type Judge, type Report, type Violation } from './check/check-store.js';
export { type FolderLock, lockDataFolder, storePath } from './data-folder.js';
export { type OpenStoreOptions, openStore } from './open-store.js';
export type {
  AuditEntry,
  AuditTrail,
  EntityReader,
  QueryReader,
  Secrets,
  Store,
  StoreHealth,
  StoreMode,
  TenantReader,
  UnitWriter,
} from './store.js';
