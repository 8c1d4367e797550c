// Faults that a driver is made to have: the call of a number fails, in each way in which a call of a database can fail.
import { StorageFault } from '../../src/base/index.js';
import type { Connection } from '../../src/store/connection.js';

export interface FaultKind {
  /** Whether the call takes effect before it is reported as failed: a commit whose answer was lost. */
  readonly effect?: true;
  /** Whether the database ends the transaction by itself, as SQLite does where the disk is full. */
  readonly endsTransaction?: true;
  /** Whether every later call fails as well. */
  readonly lasts?: true;
  readonly error: () => Error;
}

/** After `full` a connection is used again, after `failing` it is opened anew. */
const full = (): Error => new StorageFault('full', 'an injected fault: no room');
const failing = (): Error => new StorageFault('failing', 'an injected fault: the disk fails');

export const faultKinds: Readonly<Record<string, FaultKind>> = {
  'fails once': { error: failing },
  'fails once, and the transaction ends': { error: full, endsTransaction: true },
  'takes effect, but is reported as failed': { error: failing, effect: true },
  'fails, and so does every later one': { error: full, lasts: true },
  'takes effect, is reported as failed, and every later one fails': { error: failing, effect: true, lasts: true },
  'meets a fault of the program': { error: () => new Error('an injected fault of the program') },
};

/**
 * How a connection to a server fails, the likeliest first: it breaks, before or after the effect of what was sent, or the
 * server refuses.
 */
export const wireFaultKinds: Readonly<Record<string, FaultKind>> = {
  'breaks once': { error: broken },
  'is refused once, and the transaction ends': { error: () => refusal('40001'), endsTransaction: true },
  'takes effect, but its answer is lost': { error: broken, effect: true },
  'breaks, and so does every later one': { error: broken, lasts: true },
  'takes effect, its answer is lost, and every later one breaks': { error: broken, effect: true, lasts: true },
  'is refused for a fault of the program': { error: () => refusal('42601'), endsTransaction: true },
};

/** As the driver has it: without an SQLSTATE. */
function broken(): Error {
  return new StorageFault('unreachable', 'an injected fault: the connection broke');
}

function refusal(state: string): Error {
  return Object.assign(new Error(`an injected fault: ${state}`), { code: state });
}

/** Counts the calls while it is armed, and makes those fail that shall. */
export class Faults {
  #kind: FaultKind | undefined;
  #number = 0;
  #calls = 0;
  /** The statements that were called, up to the one that failed. */
  trace: string[] = [];

  /** From now on, the call of this number, counted from 1, has a fault of the kind. */
  arm(number: number, kind: FaultKind): void {
    this.#kind = kind;
    this.#number = number;
    this.#calls = 0;
    this.trace = [];
  }

  /** Ends that; tells whether there were as many calls. */
  disarm(): boolean {
    this.#kind = undefined;
    return this.#calls >= this.#number;
  }

  /** The kind of fault that the call that is about to be made shall have. */
  next(sql: string): FaultKind | undefined {
    const kind = this.#kind;
    if (!kind) return undefined;
    const calls = ++this.#calls;
    if (calls <= this.#number) this.trace.push(sql);
    if (calls === this.#number) return kind;
    return calls > this.#number && kind.lasts ? { error: kind.error } : undefined;
  }
}

/** The connection with faults. Closing it always works, as the end of a process does. */
export function withFaults(connection: Connection, faults: Faults): Connection {
  const call = <T>(sql: string, work: () => T): T => {
    const kind = faults.next(sql);
    if (!kind) return work();
    if (kind.effect) work();
    if (kind.endsTransaction && connection.inTransaction) connection.run('ROLLBACK');
    throw kind.error();
  };
  return {
    get: (sql, parameters) => call(sql, () => connection.get(sql, parameters)),
    all: (sql, parameters) => call(sql, () => connection.all(sql, parameters)),
    until: (sql, parameters, isLast) => call(sql, () => connection.until(sql, parameters, isLast)),
    run: (sql, parameters) => call(sql, () => connection.run(sql, parameters)),
    execute: (sql) => call(sql, () => connection.execute(sql)),
    get inTransaction() {
      return connection.inTransaction;
    },
    close: () => connection.close(),
  };
}
