// The audit that shows tampering: signed ends of chains, and whether the events are those that were written.
export { anchorsUntil, readAnchors } from './anchors.js';
export { verifyExport } from './exported.js';
export { planPrune, prune } from './prune.js';
export { type SealKey, sealKeyOf } from './seal.js';
export { readPublicSealKeys, readSealKey } from './seal-files.js';
export { openSealer, type Sealer } from './sealer.js';
export { type Evidence, type Verdict, verifyAudit } from './verify.js';
