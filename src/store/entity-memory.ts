// Entities that were read by key lately, so that a hot object is not read from the file for each request.
import type { EntitySet } from '../edm/index.js';
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
  const remembered = new Map<EntitySet, Map<string, Stored>>();
  let size = 0;
  let writing = 0;

  const remember = (key: string, set: EntitySet, stored: Stored): void => {
    if (size >= limit) forget();
    const entities = remembered.get(set) ?? new Map<string, Stored>();
    remembered.set(set, entities.set(key, stored));
    size++;
  };
  const forget = (): void => {
    remembered.clear();
    size = 0;
  };

  return {
    async find(tenantId, set, id) {
      const key = `${tenantId}\n${id}`;
      const known = remembered.get(set)?.get(key);
      if (known) return known;
      const stored = await find(tenantId, set, id);
      if (stored && writing === 0) remember(key, set, stored);
      return stored;
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
