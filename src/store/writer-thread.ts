// The thread that writes, seen from the main one: an fsync holds up nobody who reads.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StorageFault } from '../base/index.js';
import type { UnitOutcome } from '../plan/index.js';
import type { ApplyGroup, UnitResult } from './apply-group.js';
import { openPacker } from './group-message.js';
import { receiveFault, type SentFault } from './sent-fault.js';
import type { StoreFile } from './store-file.js';

export interface WriterThread {
  /** Groups that wait while one is written share the next commit. */
  readonly apply: ApplyGroup;
  close(): Promise<void>;
}

/** What the thread answers to a group: the result of each unit, or the fault of the whole. */
export type GroupAnswer =
  | { readonly results: readonly (UnitOutcome | { readonly fault: SentFault })[] }
  | { readonly fault: SentFault };

interface Waiting {
  resolve(results: readonly UnitResult[]): void;
  reject(fault: unknown): void;
}

/** The thread starts with the first group, since many who open a store only read. */
export function openWriterThread(file: StoreFile): WriterThread {
  let worker: Worker | undefined;
  let pack = openPacker();
  /** Groups sent and not yet answered, in their order. */
  const waiting: Waiting[] = [];

  const start = (): Worker => {
    // The options of the process are for its main program (`--input-type` would even end the thread).
    const options = { workerData: file, execArgv: [] };
    const started = new Worker(new URL('./writer-worker.js', import.meta.url), options);
    started.on('message', (answers: readonly GroupAnswer[]) => {
      for (const answer of answers) settle(waiting.shift(), answer);
      // Between groups the thread alone keeps no process alive.
      if (waiting.length === 0) started.unref();
    });
    // The groups that it had taken: nobody knows what became of them.
    started.once('error', (cause) =>
      rejectAll(new StorageFault('failing', 'the thread that writes failed', { cause })),
    );
    started.once('exit', () => {
      rejectAll(new StorageFault('failing', 'the thread that writes has ended'));
      if (worker === started) worker = undefined;
    });
    worker = started;
    pack = openPacker();
    return started;
  };

  const rejectAll = (fault: StorageFault): void => {
    for (const group of waiting.splice(0)) group.reject(fault);
  };

  return {
    apply(units) {
      const thread = worker ?? start();
      if (waiting.length === 0) thread.ref();
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        thread.postMessage(pack(units));
      });
    },
    async close() {
      if (!worker) return;
      const exited = once(worker, 'exit');
      worker.ref();
      worker.postMessage('close');
      await exited;
    },
  };
}

function settle(group: Waiting | undefined, answer: GroupAnswer): void {
  if ('fault' in answer) {
    group?.reject(receiveFault(answer.fault));
    return;
  }
  const results = answer.results.map((result) =>
    typeof result === 'string' ? result : { fault: receiveFault(result.fault) },
  );
  group?.resolve(results);
}
