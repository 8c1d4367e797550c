// A change of one thing that no desk takes in turn: a tenant, the limits, an application, a user.
import { GraphError } from '../base/index.js';
import type { UnitWriter } from '../store/index.js';
import type { By } from './context.js';
import type { Decision } from './desk.js';

/** How often a change is decided anew when another was first. */
const maximumAttempts = 5;

/** Those that something was written by. */
const spent = new WeakSet<By>();

/**
 * Decides, and writes what was decided, which a condition on all that was looked at has to guard: on one row's version or
 * values, whose key nobody has twice. Where that no longer holds, decides anew. Refuses: `tooManyRetries` where others keep
 * changing it. Throws where `by` has changed something before: the event of that would be taken for this change's, and the
 * change for made.
 */
export async function makeChange<T>(store: UnitWriter, by: By, decide: () => Promise<Decision<T>>): Promise<T> {
  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    const { result, unit } = await decide();
    if (!unit) return result;
    if (attempt === 0 && spent.has(by)) throw new Error('a request, or a command, makes one change');
    spent.add(by);
    if ((await store.write(unit)) === 'done') return result;
  }
  throw new GraphError('tooManyRetries');
}
