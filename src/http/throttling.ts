// Requests that are too many: Graph's 429.
import { type Clock, GraphError } from '../base/index.js';
import type { Caller } from '../identity/index.js';
import type { Limiter } from '../limits/index.js';
import type { Observe } from '../observation/index.js';
import type { RequestHead } from './request-head.js';

/**
 * Counts the request for its tenant and application. Refuses (`tooManyRequests`, with Retry-After) one too many, which then
 * does not count.
 */
export function checkLimits(
  { method }: RequestHead,
  { tenantId, applicationId }: Caller,
  { limiter, clock, observe }: { limiter: Limiter | undefined; clock: Clock; observe: Observe },
): void {
  const exceeded = limiter?.({ tenantId, applicationId, method }, clock.now());
  if (!exceeded) return;
  const { limit, retryAfter } = exceeded;
  observe({ event: 'requestThrottled', limit: limit.name, tenantId, applicationId, seconds: retryAfter });
  throw new GraphError('tooManyRequests', { headers: { 'retry-after': String(retryAfter) } });
}
