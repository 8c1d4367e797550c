// Audit events as lines of a file, each once, whenever the server or the machine stops.
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { AuditEntry } from '../store/index.js';
import { type Destination, lineOf, sealLineOf } from './destination.js';
import { keepPositions, type Positions, readPositions, syncFolder } from './positions.js';

/** What was known of the file when the positions were kept. */
interface KnownFile {
  readonly inode: number;
  readonly size: number;
}

/**
 * Opens the file, or makes it. Lines beyond those that the positions know of were written just before a crash: they count; a last line
 * without its end is cut off. A file that was moved away is begun anew.
 */
export async function openFileDestination(path: string): Promise<Destination> {
  const file = resolve(path);
  const beside = `${file}.position`;
  const kept = await readPositions<KnownFile>(beside);
  const positions: Positions = kept?.positions ?? new Map();
  let handle = await openForAppending(file);
  try {
    const { ino, size } = await handle.stat();
    const isKnown = kept !== undefined && kept.own.inode === ino && kept.own.size <= size;
    const end = await readLines(handle, isKnown ? kept.own.size : 0, positions);
    if (end < size) await handle.truncate(end);
    await keep();
  } catch (error) {
    await handle.close();
    throw error;
  }

  async function keep(): Promise<void> {
    const { ino: inode, size } = await handle.stat();
    await keepPositions(beside, { own: { inode, size }, positions });
  }

  /** Whoever rotates logs moves the file away, and expects a new one in its place. */
  async function follow(): Promise<void> {
    const [own, there] = await Promise.all([handle.stat(), stat(file).catch(() => undefined)]);
    if (there && there.ino === own.ino && there.dev === own.dev) return;
    const next = await openForAppending(file);
    await handle.close();
    handle = next;
  }

  async function append(lines: readonly string[]): Promise<void> {
    await follow();
    const { size } = await handle.stat();
    try {
      await handle.appendFile(lines.map((line) => `${line}\n`).join(''));
      await handle.sync();
    } catch (error) {
      // A line in half would be the beginning of the next one.
      await handle.truncate(size).catch(() => {});
      throw error;
    }
  }

  return {
    positions,
    async write(entries) {
      await append(entries.map(lineOf));
      for (const { tenantId, position, hash } of entries) positions.set(tenantId, { position, hash });
      await keep();
    },
    writeSeals: (seals) => append(seals.map(sealLineOf)),
    close: () => handle.close(),
  };
}

async function openForAppending(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a+', 0o600);
  await syncFolder(dirname(file));
  return handle;
}

const newline = 10;

/** Reads what stands behind `begin` into the positions; answers where the last whole line ends. */
async function readLines(handle: FileHandle, begin: number, positions: Positions): Promise<number> {
  const buffer = Buffer.alloc(1024 * 1024);
  let end = begin;
  let rest = Buffer.alloc(0);
  for (let place = begin; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, place);
    if (bytesRead === 0) return end;
    place += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      const { tenantId, position, hash } = entryOf(rest.subarray(0, at).toString());
      // A seal has none.
      if (hash !== undefined) positions.set(tenantId, { position, hash });
      end += at + 1;
      rest = rest.subarray(at + 1);
    }
  }
}

function entryOf(line: string): Pick<AuditEntry, 'tenantId' | 'position'> & { readonly hash?: string } {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error('the file of exported audit events has a line that is none', { cause: error });
  }
}
