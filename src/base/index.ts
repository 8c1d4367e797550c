// What every room may use: refusals, time, identifiers.
export { type Clock, formatInstant, systemClock } from './clock.js';
export { type RefusalName, refusals } from './errors.js';
export { GraphError } from './graph-error.js';
export { isUuid, type NewId, newId } from './ids.js';
export { linesIn, oneLine } from './lines.js';
export { isLoopback } from './loopback.js';
export { nearest } from './nearest.js';
export { type Network, parseNetwork, siteOf } from './network.js';
export { StorageFault, type StorageTrouble } from './storage-fault.js';
export { bytesOf, isSystemError, readNamedFile, readWhole, readWholeSync, reasonOf } from './system-reason.js';
