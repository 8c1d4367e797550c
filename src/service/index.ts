// The use cases: who may do what, and what then changes.
export { judgeEntity } from './check.js';
export { actorOf, auditOf, type By, byProgram, type RequestContext } from './context.js';
export type { GroupedRequest } from './group.js';
export { changeLimits, type LimitsStore } from './limits.js';
export { makeChange } from './one-change.js';
export { adminRead, adminWrite, allPermissions, grantablePermissions, requiredPermissions } from './permissions.js';
export type { Result } from './result.js';
export { createService, type Service } from './service.js';
export { createSnapshotKeeper, initialSnapshot, type SnapshotKeeper } from './snapshots.js';
export { changeTenant, mayBeTenant } from './tenants.js';
