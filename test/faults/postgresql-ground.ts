// PostgreSQL as the tests of injected faults have it: each store in a schema of its own, of one database.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { systemClock } from '../../src/base/index.js';
import { type Client, openPool, type Pool } from '../../src/store/postgresql/connection.js';
import { openPostgresqlStore } from '../../src/store/postgresql/open.js';
import { rowsOf } from '../postgresql-rows.js';
import type { Ground, Tables } from './ground.js';
import { type Faults, wireFaultKinds } from './injected-faults.js';

/** How long a write is tried again; a test cannot wait for as long as a server does. */
const patience = 40;

/** `npm run test:crash` tries every way in which a call fails, and every call of a start. */
const { kinds, startStep } =
  process.env.OFFSHOOT_CRASH === undefined ? { kinds: 3, startStep: 9 } : { kinds: 6, startStep: 1 };

export interface PostgresqlGround extends Ground {
  close(): Promise<void>;
}

export function postgresqlGround(database: string): PostgresqlGround {
  const urlOf = (store: string): string => {
    const url = new URL(database);
    url.searchParams.set('options', `-c search_path="${store}"`);
    return url.href;
  };
  const client = new pg.Pool({ connectionString: database, max: 2 });
  const looks = new Map<string, pg.Pool>();
  const look = (store: string): pg.Pool => {
    const pool = looks.get(store) ?? new pg.Pool({ connectionString: urlOf(store), max: 1, types: { getTypeParser } });
    looks.set(store, pool);
    return pool;
  };
  return {
    name: 'PostgreSQL',
    faultKinds: Object.fromEntries(Object.entries(wireFaultKinds).slice(0, kinds)),
    startStep,
    async open(store, faults) {
      await client.query(`CREATE SCHEMA IF NOT EXISTS "${store}"`);
      const opening = { mode: 'development', birthMode: 'development', clock: systemClock, observe: () => {} } as const;
      const connect = (url: string): Pool => withFaults(openPool(url), faults);
      return openPostgresqlStore(urlOf(store), store, opening, { connect, patience });
    },
    rows: async (store, tenantId) => (await rowsOf(look(store), tenantId)) as Tables,
    async schema(store) {
      const { rows: columns } = await client.query(
        'SELECT table_name, column_name, data_type, collation_name, is_nullable FROM information_schema.columns WHERE table_schema = $1 ORDER BY 1, 2',
        [store],
      );
      const { rows: indexes } = await client.query(
        "SELECT indexname, replace(indexdef, quote_ident(schemaname) || '.', '') FROM pg_indexes WHERE schemaname = $1 ORDER BY 1",
        [store],
      );
      const { rows: migrations } = await client.query(`SELECT number, checksum FROM "${store}".migrations ORDER BY 1`);
      return createHash('sha256')
        .update(JSON.stringify([columns, indexes, migrations]))
        .digest('hex');
    },
    async close() {
      await Promise.all([client, ...looks.values()].map((pool) => pool.end()));
    },
  };
}

/** Whole numbers as numbers. */
function getTypeParser(oid: number): (text: string) => unknown {
  return oid === 20 ? Number : pg.types.getTypeParser(oid);
}

/** The pool with faults. What breaks on a connection that was lent ends its transaction and all that comes later on it. */
export function withFaults(pool: Pool, faults: Faults): Pool {
  return {
    ...faulty(pool, faults),
    lend: (work) => pool.lend((client) => work(faulty(client, faults, true))),
    close: () => pool.close(),
  };
}

function faulty(client: Client, faults: Faults, lent = false): Client {
  let broken: Error | undefined;
  const call = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    if (broken) throw broken;
    const kind = faults.next(sql);
    if (!kind) return work();
    if (kind.effect) await work();
    const error = kind.error();
    if (lent) await client.run('ROLLBACK');
    if (lent && !kind.endsTransaction) broken = error;
    throw error;
  };
  return {
    get: (sql, parameters) => call(sql, () => client.get(sql, parameters)),
    all: (sql, parameters) => call(sql, () => client.all(sql, parameters)),
    until: (sql, parameters, isLast) => call(sql, () => client.until(sql, parameters, isLast)),
    run: (sql, parameters) => call(sql, () => client.run(sql, parameters)),
  };
}
