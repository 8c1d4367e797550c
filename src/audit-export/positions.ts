// Up to where the audit of each tenant is out, kept in a file beside what it tells of.
import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The last event of a tenant's chain that is out. */
export interface Exported {
  readonly position: number;
  readonly hash: string;
}

/** By the tenant's id. */
export type Positions = Map<string, Exported>;

/** What is kept: the positions, and what else a destination has to know of itself. */
export interface Kept<Own> {
  readonly own: Own;
  readonly positions: Positions;
}

/** Undefined where nothing was kept yet. Refuses (Error) a file that is something else. */
export async function readPositions<Own>(path: string): Promise<Kept<Own> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { own, positions } = JSON.parse(text) as { own: Own; positions: Record<string, Exported> };
    return { own, positions: new Map(Object.entries(positions)) };
  } catch (error) {
    throw new Error(`'${path}' should tell up to where the audit was exported, and cannot be read`, { cause: error });
  }
}

/** On the disk when this answers; a crash leaves what was there before, or this. */
export async function keepPositions<Own>(path: string, { own, positions }: Kept<Own>): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify({ own, positions: Object.fromEntries(positions) }));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
