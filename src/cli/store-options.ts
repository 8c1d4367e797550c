// Where a command finds a store: in a data folder or in a PostgreSQL database.
import type { Command } from 'commander';
import { settings } from '../config/index.js';
import { databaseFile } from '../store/index.js';

export interface StoreOptions {
  readonly data: string;
  readonly database?: string;
}

export function addStoreOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'the data folder of the store', settings.data.default)
    .option('--database <url>', 'the PostgreSQL database of the store: postgres://…');
}

/** As `openStore` takes it. */
export function storePath({ data, database }: StoreOptions): string {
  return database ?? databaseFile(data);
}
