// The thread that writes: applies what it is sent on a connection of its own, all that waits in one commit.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { applyGroup, type WriteStatement } from './apply-group.js';
import { type Connection, configure } from './connection.js';
import { outlives } from './lasting-connection.js';
import { sendFault } from './sent-fault.js';
import { checkInPlace, openAgain, type StoreFile } from './store-file.js';
import type { GroupAnswer } from './writer-thread.js';

type Group = readonly (readonly WriteStatement[])[];
type Message = Group | 'close';

/** Most units of one transaction: bounds how long the first of them waits. */
const largestTransaction = 256;

const file = workerData as StoreFile;
/** Undefined before the first group, and after a fault that it may not outlive. */
let connection: Connection | undefined;

function connect(): Connection {
  const opened = openAgain(file);
  configure(opened);
  return opened;
}

parentPort?.on('message', (message: Message) => {
  for (let next: Message | undefined = message; next !== undefined; ) {
    if (next === 'close') {
      connection?.close();
      parentPort?.close();
      return;
    }
    const groups: Group[] = [next];
    next = gather(groups);
    parentPort?.postMessage(answersTo(groups));
  }
});

/** Adds the groups that wait as well, as far as they fit; answers the message that ended that, if one did. */
function gather(groups: Group[]): Message | undefined {
  let units = groups[0]?.length ?? 0;
  for (;;) {
    const next = receive();
    if (next === undefined || next === 'close' || units + next.length > largestTransaction) return next;
    groups.push(next);
    units += next.length;
  }
}

function receive(): Message | undefined {
  return parentPort ? (receiveMessageOnPort(parentPort)?.message as Message | undefined) : undefined;
}

function answersTo(groups: readonly Group[]): readonly GroupAnswer[] {
  try {
    connection ??= connect();
    checkInPlace(file);
    const results = applyGroup(connection, groups.flat()).map((result) =>
      typeof result === 'string' ? result : { fault: sendFault(result.fault) },
    );
    return groups.map(({ length }) => ({ results: results.splice(0, length) }));
  } catch (error) {
    if (!outlives(error)) {
      connection?.close();
      connection = undefined;
    }
    const fault = sendFault(error);
    return groups.map(() => ({ fault }));
  }
}
