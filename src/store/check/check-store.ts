// Verifies the invariants of a store and names what breaks them.
import { StorageFault } from '../../base/index.js';
import { type Database, openDatabase } from '../database.js';
import { checksumOf, migrations } from '../migrations/index.js';
import type { Queries } from '../queries.js';
import { tenantsOf } from '../tenant-rows.js';
import type { Judge, Report } from './report.js';
import { rowsOf } from './store-rows.js';
import { checkTenant } from './tenant.js';

/**
 * Looks at one state of the whole store, beside whoever serves it, and changes nothing. Refuses a place without a store,
 * and one whose tables are of another version.
 */
export async function checkStore(path: string, judge: Judge, report: Report): Promise<void> {
  const database = await openDatabase(path, { create: false });
  try {
    for (const text of await database.examine()) report({ table: 'database', key: '', text });
    await database.read(async (queries) => {
      if (!(await checkMigrations(queries, database, report))) return;
      const rows = rowsOf(queries, database);
      for await (const tenant of tenantsOf(Object.values(rows))) await checkTenant(tenant, rows, judge, report);
    });
  } catch (error) {
    // What a damaged file does not let out.
    if (!(error instanceof StorageFault) || error.trouble !== 'damaged') throw error;
    report({ table: 'database', key: '', text: error.message });
  } finally {
    await database.close();
  }
}

/** Whether the tables are those that this version knows, so that the rest can be looked at. */
async function checkMigrations(queries: Queries, { schema, name }: Database, report: Report): Promise<boolean> {
  const applied = await queries.all('SELECT number, checksum FROM migrations ORDER BY number');
  if (applied.length !== migrations.length) {
    const difference = `it has ${applied.length} migrations, and this version knows ${migrations.length}`;
    throw new Error(`The store '${name}' is of another version of Offshoot: ${difference}.`);
  }
  for (const [index, step] of migrations.entries()) {
    const [number, checksum] = applied[index] ?? [];
    if (Number(number) === step.number && checksum === checksumOf(step, schema)) continue;
    report({ table: 'migrations', key: `${number}`, text: 'it is not the migration that this version knows' });
    return false;
  }
  return true;
}
