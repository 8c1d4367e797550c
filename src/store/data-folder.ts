// The folder that a server keeps everything in: made for its owner alone, locked by one server at a time.
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { reasonOf } from '../base/index.js';
import { isBusy, openConnection } from './connection.js';

/** Where the store is: the database that is named, or the file in the data folder. */
export function storePath({
  data,
  database,
}: {
  readonly data: string;
  readonly database?: string | undefined;
}): string {
  return database ?? join(data, 'offshoot.db');
}

export interface FolderLock {
  release(): void;
}

/**
 * Locks the folder, which is made if it does not exist, for one server. Refuses while another server, in this process
 * or another, holds it. The lock is an exclusive transaction on a file of its own, so the operating system lets go of
 * it with its process, however that ends. (No process may open that file by other means: closing it would drop POSIX locks.)
 */
export async function lockDataFolder(folder: string): Promise<FolderLock> {
  const path = join(resolve(folder), 'server.lock');
  makeOwnFile(path);
  const connection = openConnection(path, 0);
  try {
    connection.run('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (isBusy(error)) throw new Error(`Another Offshoot server is running on the data folder '${folder}'.`);
    throw new Error(`The data folder '${folder}' cannot be locked: ${reasonOf(error)}.`, { cause: error });
  }
  return {
    release: () => {
      // Said outright: the driver keeps the file open until its statements are collected.
      connection.run('ROLLBACK');
      connection.close();
    },
  };
}

/** Whether there is a file. Refuses, with a sentence, where this user may not even look: there may be a store all the same. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new Error(`The store '${path}' cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Makes the file, and the folders above it, readable by the owner alone; leaves one that exists as it is. */
export function makeOwnFile(path: string): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    makeFile(path);
  } catch (error) {
    throw new Error(`The data folder '${folder}' cannot be written: ${reasonOf(error)}.`, { cause: error });
  }
}

/**
 * A file that exists is not opened: closing it would end the locks (POSIX, fcntl) that this process has on it, under
 * whichever store is open here, and another process that closes the file would take itself for the last one.
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    accessSync(path, constants.R_OK | constants.W_OK);
    if (statSync(path).isDirectory()) throw new Error(`'${path}' is a folder`, { cause: error });
  }
}

/** mkdir's own `recursive` never ends where a folder exists but takes none in it, as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have been first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
