// The thread that writes: applies each group that it is sent on a connection of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { applyGroup, type WriteStatement } from './apply-group.js';
import { configure, openConnection } from './connection.js';
import type { GroupAnswer } from './writer-thread.js';

const connection = openConnection((workerData as { path: string }).path);
configure(connection);

parentPort?.on('message', (message: readonly (readonly WriteStatement[])[] | 'close') => {
  if (message === 'close') {
    connection.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(answerTo(message));
});

function answerTo(units: readonly (readonly WriteStatement[])[]): GroupAnswer {
  try {
    return { results: applyGroup(connection, units) };
  } catch (fault) {
    return { fault };
  }
}
