// What every change of a profile, its links included, has in common.
import { type Clock, formatInstant } from '../base/index.js';
import { differs } from '../domain/index.js';
import type { Structure } from '../edm/index.js';
import { deviceConfigurations } from '../model/index.js';
import type { Stored } from '../plan/index.js';
import type { RequestContext } from './context.js';
import { changedResource, unitOf } from './decisions.js';
import type { Decision } from './desk.js';

/** A new version of the profile, unless neither properties nor links differ (rule 2 holds for profiles too). */
export function changed(
  before: Stored,
  values: Structure,
  links: Stored['links'],
  context: RequestContext,
  clock: Clock,
): Decision<Stored> {
  if (!differs(before.entity, values) && !differs(before.links, links)) return { result: before };
  const now = clock.now();
  const version = before.version + 1;
  const own = { version, lastModifiedDateTime: formatInstant(now) };
  const after: Stored = { ...before, entity: { ...before.entity, ...values, ...own }, version, links };
  return {
    result: after,
    unit: unitOf(
      context,
      now,
      'Patch',
      [{ kind: 'update', set: deviceConfigurations, stored: after, expectedVersion: before.version }],
      [changedResource(before, after)],
    ),
  };
}
