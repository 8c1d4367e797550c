// Writes a backup: one state of a whole store into a file, beside whoever serves it.
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { createGzip } from 'node:zlib';
import { type Clock, formatInstant, isSystemError, reasonOf } from '../../base/index.js';
import { type Database, modeOf, noStore, openDatabase } from '../database.js';
import { keptTables } from '../kept-tables.js';
import { migrations } from '../migrations/index.js';
import { pagesOf } from '../table-pages.js';
import { type BackupSummary, verifyBackup } from './file.js';
import { type BackupEnd, type BackupHead, formatNumber, writeEnd, writeRow } from './format.js';

/**
 * Backs the store at `path` up. The file, readable by its owner alone, has its name only once it is on disk, was read
 * again and found whole; one that exists is refused.
 */
export async function writeBackup(path: string, file: string, { clock }: { clock: Clock }): Promise<BackupSummary> {
  if (existsSync(file)) throw new Error(`The file '${file}' exists already.`);
  const database = await openDatabase(path, { create: false });
  const partial = `${file}.${randomBytes(4).toString('hex')}.partial`;
  try {
    await database.migrate(migrations, clock);
    const written = await writeTo(partial, database, clock);
    await sync(partial);
    const found = await verifyBackup(partial);
    if (!isDeepStrictEqual(found, written)) throw new Error(`The backup '${file}' is not what was written.`);
    await rename(partial, file);
    // A file's name is on disk when its folder is.
    await sync(dirname(resolve(file)));
    return found;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new Error(`The backup '${file}' cannot be written: ${reasonOf(error)}.`, { cause: error });
  } finally {
    // What could not be made need not be removed.
    await rm(partial, { force: true }).catch(() => {});
    await database.close();
  }
}

function writeTo(file: string, database: Database, clock: Clock): Promise<BackupSummary> {
  return database.read(async (queries) => {
    const mode = await modeOf(queries);
    if (!mode) throw noStore(database.name);
    const head: BackupHead = {
      backup: 'offshoot',
      format: formatNumber,
      migrations: migrations.length,
      mode,
      takenDateTime: formatInstant(clock.now()),
    };
    const rows: Record<string, number> = {};
    const hash = createHash('sha256');
    const lines = async function* (): AsyncGenerator<string> {
      yield hashed(hash, JSON.stringify(head));
      for (const table of keptTables) {
        for await (const page of pagesOf(queries, database, table)) {
          rows[table.name] = (rows[table.name] ?? 0) + page.length;
          yield hashed(hash, page.map((cells) => writeRow(table, cells)).join('\n'));
        }
      }
    };
    let end: BackupEnd | undefined;
    const all = async function* (): AsyncGenerator<string> {
      yield* lines();
      end = { rows, sha256: hash.digest('hex') };
      yield `${writeEnd(end)}\n`;
    };
    await pipeline(Readable.from(all()), createGzip(), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
    if (!end) throw new Error('a backup without an end');
    return { head, end };
  });
}

function hashed(hash: Hash, text: string): string {
  const lines = `${text}\n`;
  hash.update(lines);
  return lines;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
