// Events → lines of JSON, by pino: no token, no secret, and nothing personal unless a setting says so.
import { once } from 'node:events';
import { pino } from 'pino';
import { oneLine } from '../base/index.js';
import { type EventName, events, type Observe } from './events.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface LogOptions {
  readonly level: (typeof logLevels)[number];
  /** Whether each request has its line. */
  readonly requests: boolean;
  /** Whether user ids and names, and IP addresses, are told. */
  readonly personal: boolean;
  /** A file descriptor; standard error unless told otherwise. */
  readonly to?: number;
}

export interface Log {
  readonly observe: Observe;
  /** Writes what waits, unless nobody reads it. */
  close(): Promise<void>;
}

/** How long a line of a request may wait for others, in milliseconds; every other line leaves at once. */
const flushInterval = 200;
/** Bytes that wait for a reader that does not read; what comes then is lost, since the server must not wait for it. */
const mostWaiting = 8 * 1024 * 1024;
/** How long the last lines may take, in milliseconds. */
const patience = 1000;

export function openLog({ level, requests, personal, to = 2 }: LogOptions): Log {
  const destination = pino.destination({ dest: to, sync: false, minLength: 4096, maxLength: mostWaiting });
  // A reader that went away, or a full disk, must not take the server along.
  destination.on('error', () => {});
  const logger = pino(
    {
      name: 'offshoot',
      level,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: oneLine },
    },
    destination,
  );
  const flush = setInterval(() => destination.flush(), flushInterval).unref();
  const fields = Object.fromEntries(
    (Object.keys(events) as EventName[]).map((name) => [name, loggedFields(name, personal)]),
  ) as Readonly<Record<EventName, readonly LoggedField[]>>;

  return {
    observe(event) {
      const { event: name } = event;
      if (name === 'requestFinished' && !requests) return;
      const row = events[name];
      if (!logger.isLevelEnabled(row.level)) return;
      const values = event as unknown as Readonly<Record<string, unknown>>;
      const line: Record<string, unknown> = { event: name };
      for (const { field, isError } of fields[name]) {
        const value = values[field];
        if (value !== undefined) line[field] = isError ? describeError(value) : value;
      }
      logger[row.level](line, row.message);
      if (name !== 'requestFinished') destination.flush();
    },
    async close() {
      clearInterval(flush);
      const ended = once(destination, 'close', { signal: AbortSignal.timeout(patience) });
      destination.end();
      await ended.catch(() => {});
    },
  };
}

interface LoggedField {
  readonly field: string;
  readonly isError: boolean;
}

function loggedFields(name: EventName, personalToo: boolean): readonly LoggedField[] {
  return Object.entries(events[name].fields)
    .filter(([, field]) => !('unlogged' in field) && (personalToo || !('personal' in field)))
    .map(([field, { kind }]) => ({ field, isError: kind === 'error' }));
}

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

/** These properties alone: libraries hang onto their errors what they were given, such as the claims of a token. */
function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack,
    ...(cause !== undefined && depth < 5 && { cause: describeError(cause, depth + 1) }),
  };
}
