// What outlives the process: one SQL layer over SQLite.
export { databaseFile, type FolderLock, lockDataFolder } from './data-folder.js';
export { type OpenStoreOptions, openStore } from './open-store.js';
export type {
  EntityReader,
  QueryReader,
  Secrets,
  Store,
  StoreHealth,
  StoreMode,
  TenantReader,
  UnitWriter,
} from './store.js';
