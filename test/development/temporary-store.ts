// A real development store in a temporary folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/base/index.js';
import { openStore, type Store } from '../../src/store/index.js';

export interface TemporaryStore {
  readonly store: Store;
  readonly folder: string;
  close(): Promise<void>;
}

export async function openTemporaryStore(): Promise<TemporaryStore> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-development-'));
  const path = join(folder, 'offshoot.db');
  const store = await openStore({ path, mode: 'development', create: true, clock: systemClock });
  return {
    store,
    folder,
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}
