// What the operating system says of a file or an address, as people say it.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it exists already',
  EACCES: 'the user that this program runs as may not',
  EPERM: 'the user that this program runs as may not',
  EROFS: 'its file system is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'the network does not lead there',
  ENETUNREACH: 'the network does not lead there',
  ETIMEDOUT: 'it does not answer',
  ENOTFOUND: 'nobody knows the name of the host',
  EAI_AGAIN: 'nobody tells where the name of the host is',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'it is no address of this machine',
  ERR_INVALID_ARG_VALUE: 'a name has no U+0000 in it',
};

/** A clause, without its full stop, for whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // One for each address that a name has.
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  const code = 'code' in error ? String(error.code) : '';
  return reasons[code] ?? error.message;
}

/** Whether a call of the operating system failed, and not what the program says. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Of a file that somebody names and that is read whole: longer ones are not what was meant. */
const mostBytes = 16 * 1024 * 1024;

/** The text of a file that a person named. Refuses, with a sentence, what cannot be read, and more than 16 MiB. */
export async function readNamedFile(file: string): Promise<string> {
  try {
    return await readWhole(file);
  } catch (error) {
    throw new Error(`The file '${file}' cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

/**
 * The text of a file that a person named, for whoever has a sentence of their own about it. Throws what the operating system says,
 * and an error where it has more bytes: a device or a pipe never ends.
 */
export async function readWhole(file: string, most = mostBytes): Promise<string> {
  const chunks: Buffer[] = await createReadStream(file, { end: most }).toArray();
  return textWithin(Buffer.concat(chunks), most);
}

/** The same for what is read before anything else goes on. */
export function readWholeSync(file: string): string {
  const bytes = Buffer.alloc(mostBytes + 1);
  const descriptor = openSync(file, 'r');
  try {
    let length = 0;
    let read: number;
    do {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += read;
    } while (read > 0);
    return textWithin(bytes.subarray(0, length), mostBytes);
  } finally {
    closeSync(descriptor);
  }
}

function textWithin(bytes: Buffer, most: number): string {
  if (bytes.length > most) throw new Error(`it has more than ${most} bytes`);
  return bytes.toString('utf8');
}

/** What a file that a person named has in it, however long. Refuses, with a sentence, what cannot be read. */
export async function* bytesOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file);
  } catch (error) {
    throw new Error(`The file '${file}' cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}
