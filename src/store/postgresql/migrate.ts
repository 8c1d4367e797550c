// Brings a PostgreSQL database to the program's schema, however many nodes start at the same moment.
import { type Clock, formatInstant } from '../../base/index.js';
import { checksumOf, type Migration } from '../migrations/index.js';
import { type Client, isConflict, isTransient, type Pool, stateOf } from './connection.js';
import { postgresqlSchema } from './dialect.js';

const undefinedTable = '42P01';
/** A table, or the type of its rows. */
const duplicates: readonly unknown[] = ['42P07', '42710'];

/** Whether the database, where its search path leads, has a store's tables; other tables there are nobody's business. */
export async function isStore(client: Client): Promise<boolean> {
  try {
    await client.get('SELECT number, checksum FROM migrations LIMIT 1');
    return true;
  } catch (error) {
    if (stateOf(error) === undefinedTable) return false;
    throw error;
  }
}

/**
 * Applies the steps that the database lacks, each in one transaction. A step's row in `migrations` is written first: its
 * key lets one node through and makes the others wait, who then find it done. Refuses a database with steps that the
 * program does not know, and a step whose text was changed since. Answers how many steps this node applied.
 */
export async function migrate(pool: Pool, name: string, steps: readonly Migration[], clock: Clock): Promise<number> {
  await makeTable(pool);
  let own = 0;
  for (let applied = await countApplied(pool, name, steps); applied < steps.length; ) {
    const next = steps[applied];
    if (!next) break;
    try {
      await pool.lend((client) => apply(client, next, clock));
      own++;
    } catch (error) {
      if (!isConflict(error) && !isTransient(error)) throw error;
    }
    applied = await countApplied(pool, name, steps);
  }
  return own;
}

/** Even IF NOT EXISTS fails for one of two who do it at once. */
async function makeTable(pool: Pool): Promise<void> {
  const { text, integer } = postgresqlSchema;
  try {
    await pool.run(
      `CREATE TABLE IF NOT EXISTS migrations (number ${integer} NOT NULL PRIMARY KEY, checksum ${text} NOT NULL, applied_date_time ${text} NOT NULL)`,
    );
  } catch (error) {
    if (!isConflict(error) && !duplicates.includes(stateOf(error))) throw error;
  }
}

async function apply(client: Client, step: Migration, clock: Clock): Promise<void> {
  await client.run('BEGIN');
  try {
    await client.run('INSERT INTO migrations (number, checksum, applied_date_time) VALUES ($1, $2, $3)', [
      step.number,
      checksumOf(step, postgresqlSchema),
      formatInstant(clock.now()),
    ]);
    for (const statement of statementsOf(step)) await client.run(statement);
    await client.run('COMMIT');
  } catch (error) {
    await client.run('ROLLBACK').catch(() => {});
    throw error;
  }
}

/** The statements of a step, which hold no semicolons but those behind them. */
function statementsOf(step: Migration): string[] {
  return step
    .sql(postgresqlSchema)
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

async function countApplied(client: Client, name: string, steps: readonly Migration[]): Promise<number> {
  const rows = await client.all('SELECT number, checksum FROM migrations ORDER BY number');
  rows.forEach(([number, checksum], index) => {
    const step = steps[index];
    if (!step) {
      throw new Error(
        `The store '${name}' was written by a newer version of Offshoot: it has migration ${number}, and this version knows ${steps.length}.`,
      );
    }
    if (number !== step.number || checksum !== checksumOf(step, postgresqlSchema)) {
      throw new Error(`Migration ${step.number} of the store '${name}' is not the one that this version knows.`);
    }
  });
  return rows.length;
}
