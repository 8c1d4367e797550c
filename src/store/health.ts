// Whether the store can be used: what became of the last write, and of a read made to find out.
import { StorageFault, type StorageTrouble } from '../base/index.js';

export interface Health {
  /** The trouble of the last write, else that of a read made now; undefined where there is none. */
  trouble(): Promise<StorageTrouble | undefined>;
  /** Lets a write pass, and learns from it. */
  watch<T>(write: () => Promise<T>): Promise<T>;
  close(): void;
}

/** How long after a fault a write is made to find out whether it is over, in milliseconds. */
const pause = 1000;

/**
 * `read` and `write` touch the storage for its own sake; `write` passes through `watch`. While the last write failed,
 * one is tried again and again, so that recovery needs no traffic: a balancer may keep it away until then.
 */
export function openHealth(tools: {
  read: () => Promise<unknown>;
  write: () => Promise<unknown>;
  /** Told when the storage can be written again. */
  onRecovery: () => void;
}): Health {
  let written: StorageTrouble | undefined;
  let probe: NodeJS.Timeout | undefined;
  let open = true;

  const probeLater = (): void => {
    if (probe || !open) return;
    probe = setTimeout(() => {
      probe = undefined;
      // What becomes of it is learnt where it passes.
      tools.write().catch(() => {});
    }, pause);
    probe.unref();
  };

  return {
    async trouble() {
      if (written) return written;
      try {
        await tools.read();
        return undefined;
      } catch (error) {
        if (error instanceof StorageFault) return error.trouble;
        throw error;
      }
    },
    async watch(write) {
      try {
        const result = await write();
        if (written) {
          written = undefined;
          clearTimeout(probe);
          probe = undefined;
          tools.onRecovery();
        }
        return result;
      } catch (error) {
        if (error instanceof StorageFault) written = error.trouble;
        if (written) probeLater();
        throw error;
      }
    },
    close() {
      open = false;
      clearTimeout(probe);
    },
  };
}
