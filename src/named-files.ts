// The files that the settings name, read before anything is made.
import { readSealKey } from './audit/index.js';
import type { Clock } from './base/index.js';
import { openCertificateFiles } from './certificates.js';
import type { ServerSettings } from './config/index.js';
import { issuersOf, reachOf } from './issuers.js';
import { readLimits } from './limits/index.js';
import type { Observe } from './observation/index.js';
import { readSigningFiles } from './token-endpoint.js';

export type NamedFiles = Awaited<ReturnType<typeof readNamedFiles>>;

/** What the files say that the settings name. Refuses, with a sentence, those that cannot be used. */
export async function readNamedFiles(settings: ServerSettings, means: { clock: Clock; observe: Observe }) {
  const { sealKey } = settings;
  return {
    issuers: await issuersOf(settings),
    reach: await reachOf(settings),
    limits: await readLimits(settings.limits),
    sealKey: sealKey === undefined ? undefined : await readSealKey(sealKey),
    keysIn: await readSigningFiles(settings, means.clock),
    certificates: await openCertificateFiles(settings, means),
  };
}
