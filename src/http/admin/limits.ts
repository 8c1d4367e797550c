// The limits on requests, for administrators.
import { GraphError, reasonOf } from '../../base/index.js';
import { limitsOf } from '../../limits/index.js';
import type { KeptLimits } from '../../plan/index.js';
import { changeLimits } from '../../service/index.js';
import type { Answer } from '../answer.js';
import { type AdminRequest, type AdminRoute, conditionsOf, told, versionTag } from './route.js';

export const limitsRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: 'limits',
    operation: 'read limits',
    run: async (request) => answer(request, await request.means.store.findLimits()),
  },
  {
    method: 'PUT',
    path: 'limits',
    operation: 'set limits',
    run: (request) => change(request, read(request.body)),
  },
  {
    method: 'DELETE',
    path: 'limits',
    operation: 'reset limits',
    run: (request) => change(request, null),
  },
];

async function change(request: AdminRequest, limits: readonly object[] | null): Promise<Answer> {
  const { means, by, callerTenantId: tenantId } = request;
  const conditions = conditionsOf(request);
  const check = (kept: KeptLimits | undefined): void => conditions(tagOf(kept));
  const kept = await changeLimits(means.store, limits, { tenantId, by, clock: means.clock, check });
  // Every other server looks within the second.
  await means.limits.refresh();
  return answer(request, kept);
}

/** Refuses (`valueInvalid`) what the file that `--limits` names could not say either. */
function read(body: unknown): readonly object[] {
  try {
    return limitsOf(body, 'the body');
  } catch (error) {
    throw new GraphError('valueInvalid', { target: 'limits', values: { property: 'limits', reason: reasonOf(error) } });
  }
}

function answer({ means }: AdminRequest, kept: KeptLimits | undefined): Answer {
  const source = kept?.limits ? 'stored' : 'settings';
  return told(200, { source, limits: kept?.limits ?? means.settingsLimits }, tagOf(kept));
}

function tagOf(kept: KeptLimits | undefined): string {
  return versionTag({ id: 'limits', version: kept?.version ?? 0 });
}
