// Units that share a commit when the storage itself fails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { applyGroup, type WriteStatement } from '../../src/store/apply-group.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import { type GroupWriter, openGroupWriter } from '../../src/store/group-writer.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-'));
after(() => rmSync(folder, { recursive: true }));

describe('a group of units', () => {
  let count = 0;
  let path: string;
  let connection: Connection;
  let writer: GroupWriter;
  beforeEach(() => {
    path = join(folder, `${++count}.db`);
    connection = openConnection(path, 100);
    connection.execute(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE rows (
        id INTEGER PRIMARY KEY,
        parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
      ) STRICT;`);
    writer = openGroupWriter(async (units) => applyGroup(connection, units));
  });
  afterEach(() => connection.close());

  const add = (id: number, parent: number | null = null): WriteStatement => ({
    sql: 'INSERT INTO rows (id, parent) VALUES (?1, ?2)',
    parameters: [id, parent],
    changes: 1,
    otherwise: 'conflict',
  });
  const ids = (): unknown[] => connection.all('SELECT id FROM rows ORDER BY id').flat();
  const states = async (...units: WriteStatement[][]): Promise<unknown[]> =>
    (await Promise.allSettled(units.map((unit) => writer.write(unit)))).map((result) =>
      result.status === 'fulfilled' ? result.value : 'rejected',
    );

  it('is rejected whole, and leaves nothing, when the commit fails; the next is written', async () => {
    assert.deepEqual(await states([add(1)], [add(2, 99)], [add(3)]), ['rejected', 'rejected', 'rejected']);
    assert.deepEqual(ids(), []);
    assert.equal(connection.inTransaction, false);
    assert.deepEqual(await states([add(4)]), ['done']);
    assert.deepEqual(ids(), [4]);
  });

  it('goes on after a unit whose statement is a fault', async () => {
    const fault: WriteStatement = { ...add(2), sql: 'INSERT INTO nowhere VALUES (?1, ?2)' };
    assert.deepEqual(await states([add(1)], [add(2), fault], [add(3)]), ['done', 'rejected', 'done']);
    assert.deepEqual(ids(), [1, 3]);
  });

  it('is rejected whole when a fault ends the transaction under it', async () => {
    const end: WriteStatement = {
      sql: 'INSERT OR ROLLBACK INTO rows VALUES (1, NULL)',
      parameters: [],
      changes: 1,
      otherwise: 'conflict',
    };
    assert.deepEqual(await states([add(1)], [end], [add(3)]), ['rejected', 'rejected', 'rejected']);
    assert.deepEqual(await states([add(4)]), ['done']);
    assert.deepEqual(ids(), [4]);
  });

  it('is rejected when another process holds the write lock too long, and not before', async () => {
    const other = openConnection(path);
    other.run('BEGIN IMMEDIATE');
    const start = performance.now();
    assert.deepEqual(await states([add(1)], [add(2)]), ['rejected', 'rejected']);
    assert.ok(performance.now() - start >= 90);
    other.run('ROLLBACK');
    other.close();
    assert.deepEqual(await states([add(3)]), ['done']);
    assert.deepEqual(ids(), [3]);
  });

  it('has a bound: what is beyond it comes in the next, and is written as well', async () => {
    const many = Array.from({ length: 1000 }, (_, id) => [add(id)]);
    assert.deepEqual(new Set(await states(...many)), new Set(['done']));
    assert.equal(ids().length, 1000);
  });
});
