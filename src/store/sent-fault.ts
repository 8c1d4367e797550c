// A fault on its way from one thread to another: copying keeps an error's text and stack, not its class.
import { StorageFault, type StorageTrouble } from '../base/index.js';

/** Plain data. */
export interface SentFault {
  readonly message: string;
  readonly stack: string | undefined;
  /** Undefined for a fault of the program. */
  readonly trouble: StorageTrouble | undefined;
}

export function sendFault(fault: unknown): SentFault {
  if (!(fault instanceof Error)) return { message: String(fault), stack: undefined, trouble: undefined };
  const { message, stack } = fault;
  return { message, stack, trouble: fault instanceof StorageFault ? fault.trouble : undefined };
}

export function receiveFault({ message, stack, trouble }: SentFault): Error {
  const fault = trouble === undefined ? new Error(message) : new StorageFault(trouble, message);
  if (stack !== undefined) fault.stack = stack;
  return fault;
}
