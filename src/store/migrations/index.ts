// Every step of the schema, in order.
import { firstTables } from './0001-first-tables.js';
import { directory } from './0002-directory.js';
import { signIn } from './0003-sign-in.js';
import type { Migration } from './migration.js';

export const migrations: readonly Migration[] = [firstTables, directory, signIn];
export { checksumOf } from './checksum.js';
export type { Migration };
