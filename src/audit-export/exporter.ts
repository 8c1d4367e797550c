// Brings the audit events of all tenants to where they are to be kept, each once and in the order of its chain.
import type { Observe } from '../observation/index.js';
import type { AuditTrail } from '../store/index.js';
import type { Destination, Seal } from './destination.js';

export interface AuditExport {
  /** Looks for new events soon after something was written. */
  readonly observe: Observe;
  /** Brings out what is there still. */
  close(): Promise<void>;
}

/** Most events that are read, and written, at once. */
const together = 100;
/** How soon after a write, and how often anyway (other programs write too), in milliseconds. */
const soon = 200;
const anyway = 5000;
/** The longest that passes before it is tried again, in milliseconds. */
const longestPause = 60_000;

export function startAuditExport(trail: AuditTrail, destination: Destination, observe: Observe): AuditExport {
  let failures = 0;
  let closed = false;
  let woken = false;
  let wake = (): void => {};
  /** The tenants whose chain was found to be the one that was exported. */
  const checked = new Set<string>();
  /** By the tenant, the last that waits: it stands for those before. */
  const seals = new Map<string, Seal>();

  const bringOut = async (): Promise<void> => {
    let events = 0;
    for (const { tenantId, position: end } of await trail.auditEnds()) {
      if ((await positionOf(tenantId, end)) >= end) continue;
      for (;;) {
        const after = destination.positions.get(tenantId)?.position ?? 0;
        const entries = await trail.auditAfter(tenantId, after, together);
        const [next] = entries;
        if (!next) break;
        if (next.position > after + 1) {
          observe({ event: 'auditEventsMissing', tenantId, from: after + 1, to: next.position - 1 });
        }
        await destination.write(entries);
        events += entries.length;
      }
    }
    if (events > 0) observe({ event: 'auditExported', events });
    const waiting = [...seals.values()];
    if (waiting.length === 0) return;
    await destination.writeSeals(waiting);
    for (const seal of waiting) if (seals.get(seal.tenantId) === seal) seals.delete(seal.tenantId);
  };

  /** A store that was restored from a backup goes on from there, by another chain: that is brought out from its beginning. */
  const positionOf = async (tenantId: string, end: number): Promise<number> => {
    const known = destination.positions.get(tenantId);
    if (!known || (checked.has(tenantId) && known.position <= end)) return known?.position ?? 0;
    const [entry] = await trail.auditAfter(tenantId, known.position - 1, 1);
    checked.add(tenantId);
    // Where retention has removed the event, those behind it go on from there.
    const isGone = entry?.position !== known.position && known.position <= end;
    if (isGone || entry?.hash === known.hash) return known.position;
    observe({ event: 'auditChainReplaced', tenantId, position: known.position });
    destination.positions.delete(tenantId);
    return 0;
  };
  const run = async (): Promise<void> => {
    try {
      await bringOut();
      failures = 0;
    } catch (error) {
      failures++;
      observe({ event: 'auditExportFailed', error });
    }
  };
  const pause = (): Promise<void> => {
    const milliseconds = failures > 0 ? Math.min(longestPause, 1000 * 2 ** (failures - 1)) : anyway;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const work = async (): Promise<void> => {
    while (!closed) {
      woken = false;
      await run();
      if (!closed) await pause();
    }
  };
  const working = work();

  return {
    observe(observed) {
      const { event } = observed;
      if (event === 'stateRestored') checked.clear();
      if (observed.event === 'auditSealed') {
        const { tenantId, position, seal } = observed;
        seals.set(tenantId, { tenantId, position, seal });
      }
      // While it fails, its own pauses count.
      if ((event !== 'groupWritten' && event !== 'auditSealed') || woken || failures > 0) return;
      woken = true;
      setTimeout(() => wake(), soon).unref();
    },
    async close() {
      closed = true;
      wake();
      await working;
      await run();
      await destination.close();
    },
  };
}
