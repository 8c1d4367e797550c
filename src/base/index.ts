// What every room may use: refusals, time, identifiers, and what is said of files and addresses.
export { type Clock, formatInstant, systemClock } from './clock.js';
export { type RefusalName, refusals } from './errors.js';
export { GraphError } from './graph-error.js';
export { isUuid, type NewId, newId } from './ids.js';
export { linesIn, oneLine } from './lines.js';
export { isLoopback } from './loopback.js';
export { bytesOf, readNamedFile, readWhole, readWholeSync } from './named-file.js';
export { nearest } from './nearest.js';
export { type Network, parseNetwork, siteOf } from './network.js';
export { StorageFault, type StorageTrouble } from './storage-fault.js';
export { isSystemError, reasonOf } from './system-reason.js';
