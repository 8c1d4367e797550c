// `offshoot backup` and `offshoot restore`: a whole store as one file, and back.
import type { Command } from 'commander';
import { systemClock } from '../base/index.js';
import { type BackupSummary, restoreBackup, storePath, writeBackup } from '../store/index.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';

export function addBackup(program: Command): void {
  const backup = program
    .command('backup')
    .description('write the whole store, as it is at one moment, into a file; a server may run on it')
    .argument('<file>', 'the file, which must not exist yet');
  addStoreOptions(backup)
    .allowExcessArguments(false)
    .action(async (file: string, options: StoreOptions) => {
      const summary = await writeBackup(storePath(options), file, { clock: systemClock });
      process.stderr.write(`${file} has the keys of the store in it: whoever reads it can do what the server can.\n`);
      process.stdout.write(`${describe(summary)} backed up and read again. SHA-256 ${summary.end.sha256}\n`);
    });
}

export function addRestore(program: Command): void {
  const restore = program
    .command('restore')
    .description('make a store of a backup, where there is none; no server runs on it meanwhile')
    .argument('<file>', 'the file that `offshoot backup` wrote');
  addStoreOptions(restore)
    .allowExcessArguments(false)
    .action(async (file: string, options: StoreOptions) => {
      const summary = await restoreBackup(file, storePath(options), { clock: systemClock });
      process.stdout.write(`${describe(summary)} restored, as of ${summary.head.takenDateTime}.\n`);
    });
}

function describe({ head, end }: BackupSummary): string {
  const counts = Object.values(end.rows);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return `A store for ${head.mode}: ${rows} rows of ${counts.length} tables`;
}
