// Carrying out what the simulation says of a request.
import { setTimeout as delay } from 'node:timers/promises';
import type { Observe } from '../observation/index.js';
import type { Tenant } from '../plan/index.js';
import type { RequestContext } from '../service/index.js';
import type { DevelopmentOptions } from './development.js';
import type { RequestHead } from './request-head.js';

/** Tells, on an answer, what was simulated. */
export const simulatedHeader = 'offshoot-simulated';

interface Options {
  readonly observe: Observe;
  /** Nothing is simulated without. */
  readonly development: DevelopmentOptions | undefined;
}

/** Waits, refuses, or changes what is known of the tenant. Refuses: any of the refusals that are simulated. */
export async function simulate(
  { trail, requestId }: RequestHead,
  tenant: Tenant,
  { observe, development }: Options,
): Promise<Tenant> {
  const { simulated } = trail;
  if (!simulated) return tenant;
  const { effects, latency, refusal, license } = simulated;
  trail.simulatedEffects = effects.join(', ');
  for (const effect of effects) observe({ event: 'requestSimulated', requestId, effect });
  // A server that is told to stop waits for nothing that is only simulated.
  if (latency > 0) await delay(latency, undefined, { signal: development?.stopping }).catch(() => {});
  if (refusal) throw refusal;
  return license ? { ...tenant, license } : tenant;
}

/** The reader of an earlier state, where the simulation says so. */
export function earlierReader({ trail }: RequestHead, { development }: Options): RequestContext['reader'] {
  const ago = trail.simulated?.eventualDelay;
  return ago === undefined ? undefined : development?.readerOf(ago);
}
