// Entities that were read by key lately, so that a hot object is not read from the file for each request.
import type { Stored } from '../plan/index.js';
import type { EntityReader } from './store.js';

export interface EntityMemory {
  readonly find: EntityReader['find'];
  /** Forgets everything, and remembers nothing new until `done` has settled. */
  forgetDuring<T>(done: () => Promise<T>): Promise<T>;
}

/** Most entities remembered. */
const limit = 1000;

/**
 * Remembers what `find` answers. That holds because one server alone writes entities to a file (`lockDataFolder`), and
 * every group that it writes passes through `forgetDuring`: while a commit is under way, everyone reads the file, so that
 * nobody who has seen the new state is shown the old one again.
 */
export function openEntityMemory(find: EntityReader['find']): EntityMemory {
  const remembered = new Map<string, Stored>();
  let writing = 0;
  /** How often everything was forgotten: what was read before does not count after. */
  let generation = 0;

  const forget = (): void => {
    remembered.clear();
    generation++;
  };

  const findAnew = async (key: string, ...wanted: Parameters<typeof find>): Promise<Stored | undefined> => {
    const before = generation;
    const stored = await find(...wanted);
    if (remembered.size >= limit) remembered.clear();
    if (stored && writing === 0 && generation === before) remembered.set(key, stored);
    return stored;
  };

  return {
    find(tenantId, set, id) {
      const key = `${set.name}\n${tenantId}\n${id}`;
      const known = remembered.get(key);
      return known ? Promise.resolve(known) : findAnew(key, tenantId, set, id);
    },
    async forgetDuring(done) {
      writing++;
      forget();
      try {
        return await done();
      } finally {
        writing--;
      }
    },
  };
}
