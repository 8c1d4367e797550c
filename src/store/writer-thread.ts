// The thread that writes, seen from the main one: an fsync holds up nobody who reads.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ApplyGroup, UnitResult } from './apply-group.js';

export interface WriterThread {
  readonly apply: ApplyGroup;
  close(): Promise<void>;
}

/** What the thread answers to a group: the result of each unit, or the fault of the whole. */
export type GroupAnswer = { readonly results: readonly UnitResult[] } | { readonly fault: unknown };

/** The thread starts with the first group, since many who open a store only read. */
export function openWriterThread(path: string): WriterThread {
  let worker: Worker | undefined;

  const start = (): Worker => {
    // The options of the process are for its main program (`--input-type` would even end the thread).
    const options = { workerData: { path }, execArgv: [] };
    const started = new Worker(new URL('./writer-worker.js', import.meta.url), options);
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    worker = started;
    return started;
  };

  return {
    async apply(units) {
      const thread = worker ?? start();
      // Between groups the thread alone keeps no process alive.
      thread.ref();
      const answer = answerOf(thread);
      thread.postMessage(units);
      const settled = await answer;
      thread.unref();
      if ('fault' in settled) throw settled.fault;
      return settled.results;
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

/** The thread's next answer. Rejects if the thread ends instead: then nobody knows what became of the group. */
function answerOf(thread: Worker): Promise<GroupAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      act();
    };
    const onMessage = (answer: GroupAnswer): void => settle(() => resolve(answer));
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (): void => settle(() => reject(new Error('the thread that writes has ended')));
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
