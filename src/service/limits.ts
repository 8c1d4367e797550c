// Changing the server's limits on requests, with the audit event that says so.
import type { Clock } from '../base/index.js';
import type { KeptLimits, Unit } from '../plan/index.js';
import type { LimitsReader, UnitWriter } from '../store/index.js';
import { auditOf, type By } from './context.js';
import { makeChange } from './one-change.js';

export type LimitsStore = LimitsReader & UnitWriter;

/**
 * Keeps the limits instead of those of the settings, or with null lets these hold again. They are the server's; the audit of
 * `tenantId`, whose administrator changes them, tells of it. `check` may refuse what is kept now. Refuses: `tooManyRetries`.
 */
export async function changeLimits(
  store: LimitsStore,
  limits: readonly object[] | null,
  {
    tenantId,
    by,
    clock,
    check,
  }: { tenantId: string; by: By; clock: Clock; check: (kept: KeptLimits | undefined) => void },
): Promise<KeptLimits> {
  return makeChange(store, by, async () => {
    const before = await store.findLimits();
    check(before);
    const [oldValue, newValue] = [textOf(before?.limits), textOf(limits)];
    if (oldValue === newValue) return { result: before ?? { limits: null, version: 0 } };
    const after = { limits, version: (before?.version ?? 0) + 1 };
    const changes = [{ displayName: 'limits', oldValue, newValue }];
    const unit: Unit = {
      tenantId,
      changes: [{ kind: 'limits', before, after }],
      audit: auditOf(by, clock.now(), 'Patch', [{ type: 'limits', id: 'limits', displayName: 'limits', changes }]),
    };
    return { result: after, unit };
  });
}

/** Members in one order, whichever the database gave them. */
function textOf(limits: readonly object[] | null | undefined): string | null {
  if (!limits) return null;
  return JSON.stringify(
    limits.map((limit) => Object.fromEntries(Object.entries(limit).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  );
}
