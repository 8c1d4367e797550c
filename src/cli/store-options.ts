// Where a command finds a store: in a data folder or in a PostgreSQL database.
import type { Command } from 'commander';
import { settings } from '../config/index.js';

export interface StoreOptions {
  readonly data: string;
  readonly database?: string;
}

/** Adds the options to a command that has no other settings; what they leave open, the server's own settings say. */
export function addStoreOptions(command: Command): Command {
  return command
    .option('--data <folder>', 'the data folder of the store', settings.data.default)
    .option('--database <url>', 'the PostgreSQL database of the store: postgres://…');
}
