// A running server from its settings: what it needs is opened in its order, and closed in the other.
import { openSealer, type Sealer, type SealKey } from './audit/index.js';
import { openDestination, startAuditExport } from './audit-export/index.js';
import { type Clock, newId, systemClock } from './base/index.js';
import type { ServerSettings } from './config/index.js';
import { type Development, keepAddress, openDevelopment, openDevelopmentSealKey } from './development/index.js';
import { type Listeners, listen } from './listeners.js';
import { readNamedFiles } from './named-files.js';
import type { Observe } from './observation/index.js';
import { openObservers } from './observers.js';
import { createService } from './service/index.js';
import { lockDataFolder, openStore, type Store, storePath } from './store/index.js';
import { openTokenEndpoint } from './token-endpoint.js';

export interface Server extends Omit<Listeners, 'close'> {
  /** What development mode brings; undefined in production. */
  readonly development: Development | undefined;
  /** Lets running requests finish, then closes the store. */
  close(): Promise<void>;
}

/** Starts a server. What was opened is closed again when a later step fails. */
export async function openServer(
  settings: ServerSettings,
  { clock = systemClock, open = openStore }: { clock?: Clock; open?: typeof openStore } = {},
): Promise<Server> {
  const begun = performance.now();
  const observers = openObservers(settings, process.env);
  const { observe, metrics } = observers;
  const opened: (() => void | Promise<void>)[] = [
    () => {
      if (ready) observe({ event: 'serverStopped', milliseconds: performance.now() - stopping });
      return observers.close();
    },
  ];
  const undoAll = async (): Promise<void> => {
    const undo = opened.pop();
    if (!undo) return;
    try {
      await undo();
    } finally {
      await undoAll();
    }
  };
  let closing: Promise<void> | undefined;
  let ready = false;
  let stopping = 0;
  const close = (): Promise<void> => {
    if (ready && !closing) {
      stopping = performance.now();
      observe({ event: 'serverStopping' });
    }
    closing ??= undoAll();
    return closing;
  };
  try {
    // Before anything is made: a store is born once, and whoever mistypes a file's name has not begun yet.
    const files = await readNamedFiles(settings, { clock, observe });
    opened.push(() => files.certificates?.close());
    const lock = await lockDataFolder(settings.data);
    opened.push(() => lock.release());
    const mode = settings.dev ? 'development' : 'production';
    const stored = await open({ path: storePath(settings), mode, create: true, clock, observe });
    opened.push(() => stored.close());
    if (settings.auditExport !== undefined) {
      const auditExport = startAuditExport(stored, await openDestination(settings.auditExport, settings.data), observe);
      observers.add(auditExport.observe);
      opened.push(() => auditExport.close());
    }
    // Closed before the export, so that the last seals are in it.
    const sealer = await openSealing(settings, files.sealKey, stored, { clock, observe });
    if (sealer) opened.push(() => sealer.close());
    const { write, decideInTurn } = sealer ?? stored;
    const store = { ...stored, write, ...(decideInTurn && { decideInTurn }) };
    const service = createService({ store, clock, newId });
    opened.push(() => service.settled());
    const development = settings.dev
      ? await openDevelopment({ store, service, folder: settings.data, clock, newId, observe })
      : undefined;
    const signIn = await openTokenEndpoint(settings, files.keysIn, { store, development, clock, observe });
    if (signIn) opened.push(() => signIn.close());
    const listeners = await listen(settings, files, { store, service, development, signIn, clock, observe, metrics });
    opened.push(() => listeners.close());
    const { url, plainUrl, adminUrl, reload } = listeners;
    if (development && plainUrl !== undefined) opened.push(await keepAddress(settings.data, plainUrl));
    if (settings.devBeyondLoopback) observe({ event: 'developmentBeyondLoopback', host: settings.host });
    observe({ event: 'serverStarted', mode, url, plainUrl, adminUrl, milliseconds: performance.now() - begun });
    ready = true;
    return { url, plainUrl, adminUrl, development, reload, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Undefined where nobody signs: in production without a key. */
async function openSealing(
  { dev, data, sealEvery, sealSeconds }: ServerSettings,
  sealKey: SealKey | undefined,
  store: Store,
  { clock, observe }: { clock: Clock; observe: Observe },
): Promise<Sealer | undefined> {
  if (sealKey === undefined && !dev) return undefined;
  return openSealer({
    store,
    key: sealKey ?? (await openDevelopmentSealKey(store, data)),
    every: sealEvery,
    seconds: sealSeconds,
    clock,
    onSealed: ({ tenant, position }, seal) => observe({ event: 'auditSealed', tenantId: tenant, position, seal }),
    onFailure: (error) => observe({ event: 'sealingFailed', error }),
  });
}
