// Where the development server of a data folder listens, for commands that have the folder alone.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, replaceFile } from './files.js';

const fileIn = (folder: string): string => join(folder, 'server.json');

/** Keeps the server's plain origin in its folder for as long as it runs; answers what forgets it. */
export async function keepAddress(folder: string, url: string): Promise<() => void> {
  await replaceFile(fileIn(folder), `${JSON.stringify({ url, processId: process.pid })}\n`, 0o600);
  return () => rmSync(fileIn(folder), { force: true });
}

/**
 * The plain origin of the server that runs on the folder; undefined where none does. What a server left that was killed
 * is known by its process, which is gone: another server may have its port by now, whose state is not meant.
 */
export async function findAddress(folder: string): Promise<string | undefined> {
  const text = await readIfThere(fileIn(folder));
  if (text === undefined) return undefined;
  const { url, processId } = JSON.parse(text) as { url: string; processId: number };
  return isRunning(processId) ? url : undefined;
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    // It is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
