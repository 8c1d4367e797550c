// The thread that writes: applies what it is sent on a connection of its own, all that waits in one commit.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openApplier } from './applier.js';
import { type GroupMessage, openUnpacker } from './group-message.js';
import { sendFault } from './sent-fault.js';
import type { StoreFile } from './store-file.js';
import type { GroupAnswer } from './writer-thread.js';

type Message = GroupMessage | 'close';
type Group = ReturnType<typeof unpack>;

/** Most units of one transaction: bounds how long the first of them waits. */
const largestTransaction = 256;

const unpack = openUnpacker();
const applier = openApplier(workerData as StoreFile);

parentPort?.on('message', (message: Message) => {
  for (let next: Message | undefined = message; next !== undefined; ) {
    if (next === 'close') {
      applier.close();
      parentPort?.close();
      return;
    }
    const groups = [unpack(next)];
    next = gather(groups);
    parentPort?.postMessage(answersTo(groups));
  }
});

/** Adds the groups that wait as well, as far as they fit; answers the message that ended that, if one did. */
function gather(groups: Group[]): Message | undefined {
  let units = groups[0]?.length ?? 0;
  for (;;) {
    const next = receive();
    if (next === undefined || next === 'close' || units + Number(next[0]) > largestTransaction) return next;
    groups.push(unpack(next));
    units += Number(next[0]);
  }
}

function receive(): Message | undefined {
  return parentPort ? (receiveMessageOnPort(parentPort)?.message as Message | undefined) : undefined;
}

function answersTo(groups: readonly Group[]): readonly GroupAnswer[] {
  try {
    const results = applier
      .apply(groups.flat())
      .map((result) => (typeof result === 'string' ? result : { fault: sendFault(result.fault) }));
    return groups.map(({ length }) => ({ results: results.splice(0, length) }));
  } catch (error) {
    const fault = sendFault(error);
    return groups.map(() => ({ fault }));
  }
}
