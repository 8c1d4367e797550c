// `offshoot check`: verifies what a store keeps.
import type { Command } from 'commander';
import { judgeEntity } from '../service/index.js';
import { checkStore, storePath } from '../store/index.js';
import { addStoreOptions, type StoreOptions } from './store-options.js';

export function addCheck(program: Command): void {
  const check = program
    .command('check')
    .description("verify a store's invariants, beside a running server too; exit code 1 if one is broken")
    .option('--json', 'one JSON object for each violation: table, key, text');
  addStoreOptions(check)
    .allowExcessArguments(false)
    .action(async (options: StoreOptions & { json?: boolean }) => {
      let violations = 0;
      await checkStore(storePath(options), judgeEntity, (violation) => {
        violations++;
        const { table, key, text } = violation;
        process.stdout.write(
          `${options.json ? JSON.stringify(violation) : `${`${table} ${key}`.trimEnd()}: ${text}`}\n`,
        );
      });
      if (violations > 0) process.exitCode = 1;
      else if (!options.json) process.stdout.write('The store is as it should be.\n');
    });
}
