// A file that a person named: its text, and the sentence where it cannot be read.
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { reasonOf } from './system-reason.js';

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
