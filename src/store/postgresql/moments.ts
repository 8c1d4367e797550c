// Committed states of a PostgreSQL database that stay readable: transactions that see what was there when they began.
import type { Moment } from '../past.js';
import { createReader } from '../reader.js';
import { openPool, type Pool, usualLimits } from './connection.js';
import { postgresql } from './dialect.js';

export interface Moments {
  open(): Promise<Moment>;
  close(): Promise<void>;
}

/** Connections beside those of the store, since each moment holds one; none is open before the first. */
export function openMoments(url: string): Moments {
  let pool: Pool | undefined;
  return {
    async open() {
      pool ??= openPool(url, { ...usualLimits, connections: 16, idleTimeout: undefined });
      return openMoment(pool);
    },
    async close() {
      await pool?.close();
    },
  };
}

function openMoment(pool: Pool): Promise<Moment> {
  return new Promise((resolve, reject) => {
    const lent = pool.lend(async (client) => {
      await client.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // What the transaction sees is what is committed at its first statement.
      await client.get('SELECT mode FROM store');
      await new Promise<void>((end) => {
        const close = async (): Promise<void> => {
          end();
          await lent;
        };
        resolve({ reader: createReader(client, postgresql), close });
      });
      await client.run('ROLLBACK');
    });
    lent.catch(reject);
  });
}
