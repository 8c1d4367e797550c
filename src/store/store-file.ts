// The file that a store is in, told from any other that stands at its path later.
import { statSync } from 'node:fs';
import { StorageFault } from '../base/index.js';
import { type Connection, openConnection } from './connection.js';

/** Plain data. */
export interface StoreFile {
  readonly path: string;
  readonly inode: number | undefined;
}

/** The file that is at the path now. */
export function storeFile(path: string): StoreFile {
  return { path, inode: inodeOf(path) };
}

/** Opens the file again, set up by `prepare`. Refuses (StorageFault) where it is gone: SQLite would make an empty one. */
export function openAgain(
  file: StoreFile,
  prepare: (connection: Connection) => void,
  connect: (path: string) => Connection = openConnection,
): Connection {
  checkInPlace(file);
  const connection = connect(file.path);
  try {
    prepare(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Refuses (StorageFault) where the file was removed or replaced. A connection goes on with a file that was removed, and
 * what it acknowledged would be gone with the last of its users.
 */
export function checkInPlace({ path, inode }: StoreFile): void {
  if (inodeOf(path) === inode) return;
  throw new StorageFault('failing', `The file '${path}' is not the one that was opened: it was removed or replaced.`);
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
