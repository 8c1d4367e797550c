// What SQLite itself says when the storage fails, and what the store calls it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { StorageFault, type StorageTrouble } from '../../src/base/index.js';
import { type Connection, isConflict, openConnection } from '../../src/store/connection.js';

const folder = mkdtempSync(join(tmpdir(), 'offshoot-trouble-'));
after(() => rmSync(folder, { recursive: true }));
let count = 0;

function newFile(): { path: string; connection: Connection } {
  const path = join(folder, `${++count}.db`);
  const connection = openConnection(path, 0);
  connection.execute('PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT;');
  return { path, connection };
}

function troubleOf(work: () => unknown): StorageTrouble | undefined {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof StorageFault, String(error));
    assert.ok(error.cause instanceof Error, "the driver's error is the cause");
    return error.trouble;
  }
  return undefined;
}

const long = 'x'.repeat(10_000);
const insert = (connection: Connection, text = long): number =>
  connection.run('INSERT INTO rows (text) VALUES (?1)', [text]);

describe('a fault of the storage is told as', () => {
  it('full, and the transaction under way is over', () => {
    const { connection } = newFile();
    connection.run('PRAGMA max_page_count = 6');
    connection.run('BEGIN IMMEDIATE');
    insert(connection, 'short');
    assert.equal(
      troubleOf(() => Array.from({ length: 10 }, (_, index) => insert(connection, long + index))),
      'full',
    );
    assert.equal(connection.inTransaction, false);
    assert.deepEqual(connection.all('SELECT * FROM rows'), []);
    connection.close();
  });

  it('readOnly', () => {
    const { connection } = newFile();
    connection.run('PRAGMA query_only = ON');
    assert.equal(
      troubleOf(() => insert(connection)),
      'readOnly',
    );
    connection.close();
  });

  it('locked, until a connection that was closed in its transaction lets go', () => {
    const { path, connection } = newFile();
    const other = openConnection(path, 0);
    other.run('BEGIN IMMEDIATE');
    insert(other, 'never committed');
    assert.equal(
      troubleOf(() => insert(connection)),
      'locked',
    );
    other.close();
    assert.equal(insert(connection), 1);
    connection.close();
  });

  it('damaged, of a file that is none of SQLite’s or has lost its pages', () => {
    const { path, connection } = newFile();
    for (let index = 0; index < 20; index++) insert(connection, long + index);
    connection.all('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
    const whole = readFileSync(path);
    const files = {
      text: Buffer.alloc(8192, 'text'),
      pages: Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 0xaa)]),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const file = join(folder, `${name}.db`);
      writeFileSync(file, bytes);
      const damaged = openConnection(file, 0);
      assert.equal(
        troubleOf(() => damaged.all('SELECT * FROM rows')),
        'damaged',
        name,
      );
      damaged.close();
    }
  });

  it('failing, of a file that cannot be opened', () => {
    const path = join(folder, 'a folder');
    mkdirSync(path);
    assert.equal(
      troubleOf(() => openConnection(path)),
      'failing',
    );
  });

  it('nothing of the kind, where a statement is wrong or other rows forbid it', () => {
    const { connection } = newFile();
    insert(connection);
    for (const [sql, conflict] of [
      ['SELECT * FROM nowhere', false],
      [`INSERT INTO rows (text) VALUES ('${long}')`, true],
    ] as const) {
      assert.throws(
        () => connection.run(sql),
        (error) => !(error instanceof StorageFault) && isConflict(error) === conflict,
      );
    }
    connection.close();
  });
});
