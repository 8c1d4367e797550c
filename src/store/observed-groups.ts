// Tells of the groups that are written.
import type { Observe } from '../observation/index.js';
import type { ApplyGroup } from './apply-group.js';

/** The same, telling of each group: that it was written, or what of it failed. */
export function observeGroups(apply: ApplyGroup, observe: Observe): ApplyGroup {
  return async (units) => {
    const begun = performance.now();
    try {
      const results = await apply(units);
      const faults = results.filter((result) => typeof result !== 'string');
      const [first] = faults;
      if (first) observe({ event: 'storageFailed', units: faults.length, error: first.fault });
      observe({ event: 'groupWritten', units: units.length - faults.length, milliseconds: performance.now() - begun });
      return results;
    } catch (error) {
      observe({ event: 'storageFailed', units: units.length, error });
      throw error;
    }
  };
}
