// A backup's file: its lines, compressed by gzip.
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { createGunzip } from 'node:zlib';
import { bytesOf, linesIn } from '../../base/index.js';
import { type BackupEnd, type BackupHead, type BackupLine, formatNumber, readLine } from './format.js';

/** What a backup is, once every line of it was read. */
export interface BackupSummary {
  readonly head: BackupHead;
  readonly end: BackupEnd;
}

/**
 * The lines of the file, the head first and the end last. Throws at what is no backup or of a newer format, at a line
 * that was damaged, and at the end where the digest or the counts are not those of the lines before or the end is missing.
 */
export async function* readBackup(path: string): AsyncGenerator<BackupLine> {
  const hash = createHash('sha256');
  const rows: Record<string, number> = {};
  let mode: string | undefined;
  let number = 0;
  let ended = false;
  for await (const bytes of linesOf(path)) {
    number++;
    const line = readLine(bytes.toString());
    if (!line || (number === 1) !== (line.kind === 'head') || ended)
      throw number === 1 ? noBackup(path) : damaged(path, `at line ${number}`);
    switch (line.kind) {
      case 'head':
        if (line.head.format > formatNumber) {
          throw new Error(
            `The backup '${path}' was written by a newer version of Offshoot: its format is ${line.head.format}, and this version knows ${formatNumber}.`,
          );
        }
        mode = line.head.mode;
        break;
      case 'row': {
        const { name } = line.row.table;
        rows[name] = (rows[name] ?? 0) + 1;
        if (name === 'store' && line.row.cells.mode !== mode) throw damaged(path, `at line ${number}`);
        break;
      }
      case 'end':
        ended = true;
        if (hash.copy().digest('hex') !== line.end.sha256) throw damaged(path, 'its digest is another');
        if (!isDeepStrictEqual(rows, { ...line.end.rows }))
          throw damaged(path, 'it does not have the rows that it counts');
        // Without it the store would be whatever it is first started as.
        if (rows.store !== 1) throw damaged(path, 'it does not say what its store is for');
        break;
    }
    hash.update(bytes).update('\n');
    yield line;
  }
  if (number === 0) throw noBackup(path);
  if (!ended) throw damaged(path, 'its end is missing');
}

/** Reads all of it. Throws as `readBackup` does. */
export async function verifyBackup(path: string): Promise<BackupSummary> {
  let head: BackupHead | undefined;
  let end: BackupEnd | undefined;
  for await (const line of readBackup(path)) {
    if (line.kind === 'head') head = line.head;
    if (line.kind === 'end') end = line.end;
  }
  if (!head || !end) throw noBackup(path);
  return { head, end };
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  // Its failure is the stream's own, too.
  pipeline(bytesOf(path), stream, () => {});
  let begun = false;
  try {
    for await (const line of linesIn(stream)) {
      begun = true;
      yield line;
    }
  } catch (error) {
    if (error instanceof RangeError) throw damaged(path, error.message);
    if (!isCompressionError(error)) throw error;
    throw begun ? damaged(path, 'it is cut or changed') : noBackup(path);
  }
}

function isCompressionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}

function noBackup(path: string): Error {
  return new Error(`The file '${path}' is no backup of Offshoot.`);
}

function damaged(path: string, how: string): Error {
  return new Error(`The backup '${path}' is damaged: ${how}.`);
}
