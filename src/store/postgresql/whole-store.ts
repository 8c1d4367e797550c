// Statements that concern the whole of a PostgreSQL store, in one transaction, whoever writes meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import type { UnitOutcome } from '../../plan/index.js';
import type { WriteStatement } from '../apply-group.js';
import { type Client, isConflict, isTransient, type Pool, stateOf } from './connection.js';

/** A table, or the type of its rows, that somebody else made at the same moment. */
const duplicates: readonly unknown[] = ['42P07', '42710'];
const maximumAttempts = 20;

/**
 * Applies all of the statements or none, between the units of all tenants and nodes: each of those takes its turn in
 * `audit_heads`, which is locked here, while reads go on. `audit_seals` are written without a turn.
 */
export async function applyToStore(pool: Pool, statements: readonly WriteStatement[]): Promise<UnitOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await pool.lend((client) => apply(client, statements));
    } catch (error) {
      const again = isTransient(error) || isConflict(error) || duplicates.includes(stateOf(error));
      if (!again || attempt === maximumAttempts) throw error;
      await delay(10 * Math.random() * attempt);
    }
  }
}

async function apply(client: Client, statements: readonly WriteStatement[]): Promise<UnitOutcome> {
  await client.run('BEGIN ISOLATION LEVEL READ COMMITTED');
  try {
    await client.run('LOCK TABLE audit_heads, audit_seals IN EXCLUSIVE MODE');
    for (const { sql, parameters, changes, otherwise } of statements) {
      const changed = await client.run(sql, parameters);
      if (changes === 'any' || changed === changes) continue;
      await client.run('ROLLBACK');
      return otherwise;
    }
    await client.run('COMMIT');
    return 'done';
  } catch (error) {
    await client.run('ROLLBACK').catch(() => {});
    throw error;
  }
}
