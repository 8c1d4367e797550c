// How many requests a tenant and an application may send.
export { type LimitsInForce, openLimits } from './in-force.js';
export { createLimiter, type Limiter } from './limiter.js';
export { intuneLimits, type Limit, limitsOf, limitsSchema, readLimits } from './limits.js';
