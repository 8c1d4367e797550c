// Statements whose rows are fetched in portions: they end where enough is there, and leave nothing open behind them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { StorageFault } from '../../src/base/index.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import { openPool, type Pool, usualLimits } from '../../src/store/postgresql/connection.js';
import type { Queries } from '../../src/store/queries.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';

const numbers = 'SELECT n FROM numbers WHERE n >= ';
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const table = 'CREATE TABLE numbers (n INTEGER)';
const fill = `INSERT INTO numbers WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 999) SELECT n FROM c`;

async function endWhereTold(queries: Queries, placeholder: string): Promise<void> {
  for (const last of [0, 98, 99, 100, 254, 255, 256, 511, 512, 600, 998, 999, 1000]) {
    const seen: unknown[] = [];
    const rows = await queries.until(`${numbers}${placeholder} ORDER BY n`, [0], ([n]) => {
      seen.push(n);
      return n === last;
    });
    const expected = upTo(Math.min(last + 1, 1000));
    assert.deepEqual(rows, expected.map((n) => [n]), `${last}`); // biome-ignore format: one line
    assert.deepEqual(seen, expected);
    assert.deepEqual(await queries.get(`${numbers}${placeholder} ORDER BY n LIMIT 1`, [7]), [7]);
    assert.equal((await queries.all(`${numbers}${placeholder} ORDER BY n`, [500])).length, 500);
  }
  assert.deepEqual(await queries.until(`${numbers}${placeholder}`, [1000], () => true), []);
}

describe('over SQLite, rows in portions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
  const file = join(folder, 'portions.db');
  let writing: Connection;
  let reading: Connection;
  before(() => {
    writing = openConnection(file);
    writing.all('PRAGMA journal_mode = WAL');
    writing.execute(table);
    writing.run(fill);
    reading = openConnection(file);
  });
  after(() => {
    reading.close();
    writing.close();
    rmSync(folder, { recursive: true });
  });

  it('end where they are told to, and the same statement begins anew', () => endWhereTold(reading, '?1'));

  it('keep no state of the file open', () => {
    reading.until(`${numbers}?1`, [0], ([n]) => n === 150);
    writing.run('INSERT INTO numbers SELECT 2000');
    const [busy] = writing.get('PRAGMA wal_checkpoint(TRUNCATE)') ?? [];
    assert.equal(busy, 0);
  });
});

describe('over PostgreSQL, rows in portions', () => {
  let server: PostgresqlServer;
  let pool: Pool;
  before(async () => {
    server = await sharedPostgresql();
    // The one connection that all use shows that each gives it back, and in order.
    pool = openPool(await newDatabase(server.url), { ...usualLimits, connections: 1 });
    await pool.run(table);
    await pool.run(fill);
  });
  after(async () => {
    await pool.close();
    await server.stop();
  });

  it('end where they are told to, on a connection of the pool', () => endWhereTold(pool, '$1'));

  it('end where they are told to, inside a transaction', () =>
    pool.lend(async (client) => {
      await client.run('BEGIN');
      await endWhereTold(client, '$1');
      await client.run('ROLLBACK');
    }));

  it('take turns with other statements', async () => {
    const all = await Promise.all(
      upTo(12).map((n) =>
        n % 3 === 0
          ? pool.all(`${numbers}$1`, [0])
          : pool.until(`${numbers}$1`, [0], ([row]) => n % 3 === 1 && row === 300),
      ),
    );
    assert.deepEqual(
      all.map(({ length }) => length),
      upTo(12).map((n) => (n % 3 === 1 ? 301 : 1000)),
    );
  });

  it('are not made beyond the portion in which they end', async () => {
    await pool.run('CREATE SEQUENCE made');
    await pool.until("SELECT n, nextval('made') FROM numbers", [], ([n]) => n === 300);
    assert.deepEqual(await pool.get('SELECT last_value FROM made'), [512]);
  });

  it('that fail leave the connection as any statement does', async () => {
    const failing = 'SELECT 1 / (400 - n) FROM numbers WHERE n >= $1 ORDER BY n';
    for (const statement of [failing, 'SELECT nothing FROM numbers WHERE n >= $1']) {
      await assert.rejects(
        pool.until(statement, [0], () => false),
        /division by zero|does not exist/,
      );
      assert.deepEqual(await pool.get('SELECT 1'), [1]);
      await pool.lend(async (client) => {
        await client.run('BEGIN');
        await assert.rejects(
          client.until(statement, [0], () => false),
          /division by zero|does not exist/,
        );
        await client.run('ROLLBACK');
        assert.equal((await client.until(`${numbers}$1`, [0], () => false)).length, 1000);
      });
    }
  });

  it('whose connection breaks in the middle are a fault of the storage, and the pool goes on', async () => {
    const breaking =
      'SELECT CASE WHEN n = 400 THEN pg_terminate_backend(pg_backend_pid()) END FROM numbers WHERE n >= $1';
    await assert.rejects(
      pool.until(breaking, [0], () => false),
      StorageFault,
    );
    assert.equal((await pool.until(`${numbers}$1`, [0], () => false)).length, 1000);
  });
});
