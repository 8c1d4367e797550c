// Keys of seals out of files, and what is said where one cannot be used.
import type { KeyObject } from 'node:crypto';
import { readWhole, reasonOf } from '../base/index.js';
import { publicSealKeyOf, type SealKey, sealKeyOf } from './seal.js';

/** Refuses a file that is not a private key of Ed25519 or P-256, PEM. */
export function readSealKey(file: string): Promise<SealKey> {
  return read(file, sealKeyOf);
}

/** Undefined where there are no files. Refuses a file that is not a key of Ed25519 or P-256, PEM. */
export async function readPublicSealKeys(files: readonly string[]): Promise<readonly KeyObject[] | undefined> {
  if (files.length === 0) return undefined;
  return Promise.all(files.map((file) => read(file, publicSealKeyOf)));
}

async function read<T>(file: string, keyOf: (pem: string) => T): Promise<T> {
  try {
    return keyOf(await readWhole(file));
  } catch (error) {
    throw new Error(`The key '${file}' cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}
