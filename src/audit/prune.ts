// Retention: removes the oldest audit events of each tenant, up to an end that was signed.
import { type Clock, formatInstant, type NewId } from '../base/index.js';
import { auditEventOf, cutAuditType } from '../domain/index.js';
import { readAuditRows, type UnitWriter } from '../store/index.js';
import { type Evidence, type Verdict, verifyAudit } from './verify.js';

/** Most events, beyond those between two seals, that one unit of work removes: others wait for it. */
const largestCut = 10_000;

/** What retention may remove of a tenant's audit, and whether that is as it was written. */
export interface PrunePlan {
  readonly verdict: Verdict;
  /** Positions of signed ends, each to be cut at, the last the farthest; none where nothing is old enough and signed. */
  readonly cuts: readonly number[];
}

/** What would go if everything before the instant did. Each tenant's chain is verified on the way. */
export function planPrune(path: string, before: string, evidence: Evidence): Promise<readonly PrunePlan[]> {
  return readAuditRows(path, async (trail) => {
    const plans: PrunePlan[] = [];
    let cuts: number[] = [];
    let start: number | undefined;
    let old = true;
    const verdicts = verifyAudit(trail, evidence, ({ position }, event, sealed) => {
      start ??= position - 1;
      old &&= String(event.activity_date_time) < before;
      if (!old || !sealed) return;
      // One that is near the cut before gives way to the next.
      if (cuts.length > 0 && position - (cuts.at(-2) ?? start) <= largestCut) cuts.pop();
      cuts.push(position);
    });
    for await (const verdict of verdicts) {
      plans.push({ verdict, cuts });
      cuts = [];
      start = undefined;
      old = true;
    }
    return plans;
  });
}

/** Removes what the plan says. Each cut is an audit event, written with it. */
export async function prune(
  store: UnitWriter,
  { verdict: { tenant }, cuts }: PrunePlan,
  { clock, newId, program }: { clock: Clock; newId: NewId; program: string },
): Promise<void> {
  for (const position of cuts) {
    const audit = auditEventOf({
      id: newId(),
      time: formatInstant(clock.now()),
      correlationId: newId(),
      operation: 'Delete',
      actor: { type: 'System', applicationDisplayName: program, userPermissions: [] },
      resources: [{ type: cutAuditType, id: `${position}`, displayName: `up to position ${position}`, changes: [] }],
    });
    const outcome = await store.write({ tenantId: tenant, changes: [{ kind: 'cutAudit', position }], audit });
    if (outcome === 'conflict') throw new Error(`The seal of ${tenant} at position ${position} is gone; try again.`);
  }
}
