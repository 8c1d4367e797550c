// A PostgreSQL database as the administering commands have it.
import type { Database } from '../database.js';
import { type Client, openPool, type Pool, stateOf, unusable, usualLimits } from './connection.js';
import { postgresql, postgresqlSchema } from './dialect.js';
import { migrate } from './migrate.js';

/** A statement looks through a whole table. */
const statementTimeout = 3_600_000;

const undefinedTable = '42P01';

/** As `openDatabase`. */
export function openPostgresqlDatabase(url: string, name: string): Database {
  const pool = openPool(url, { ...usualLimits, statementTimeout, idleTimeout: undefined });
  const inTransaction = <T>(begin: string, work: (client: Client) => Promise<T>): Promise<T> =>
    pool.lend(async (client) => {
      await client.run(begin);
      try {
        const result = await work(client);
        await client.run('COMMIT');
        return result;
      } catch (error) {
        // Where the connection is gone, so is the transaction.
        await client.run('ROLLBACK').catch(() => {});
        throw error;
      }
    });
  return {
    name,
    dialect: postgresql,
    schema: postgresqlSchema,
    isStore: () => hasTables(pool, name),
    async migrate(steps, clock) {
      await migrate(pool, name, steps, clock);
    },
    // PostgreSQL looks after its files itself (data checksums, amcheck).
    examine: async () => [],
    read: (work) => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work),
    write: (work) => inTransaction('BEGIN', work),
    close: () => pool.close(),
  };
}

/** The first step makes them all. */
async function hasTables(pool: Pool, name: string): Promise<boolean> {
  try {
    await pool.get('SELECT mode FROM store');
    return true;
  } catch (error) {
    if (stateOf(error) === undefinedTable) return false;
    throw unusable(name, error);
  }
}
