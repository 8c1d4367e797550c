// A request as it came, before its body: whose it is, by what it came and where it is for; and what is found out about it.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { NewId } from '../base/index.js';
import type { Caller } from '../identity/index.js';
import type { Simulated } from '../simulation/index.js';
import type { ReadSource } from './proxies.js';

export interface RequestIds {
  readonly requestId: string;
  /** The client's own, or the request's. */
  readonly clientRequestId: string;
}

/** The parts of a request that can be judged before its body is read. */
export interface RequestHead extends RequestIds {
  readonly method: string;
  /** The request target, as sent: path and query, or a whole URL. */
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly headers: IncomingHttpHeaders;
  readonly ipAddress: string;
  /** Of a request of a batch: the batch's own id. */
  readonly batchId: string | undefined;
  readonly trail: Trail;
}

/** What is found out about a request on its way. */
export interface Trail {
  /** When the request's head was there, by `performance.now()`. */
  readonly begun: number;
  operation: string;
  caller: Caller | undefined;
  /** What is to be simulated, in development mode. */
  simulated: Simulated | undefined;
  /** What of that was done, for the answer and the log to tell. */
  simulatedEffects: string | undefined;
}

/** What can stand in a header again: visible ASCII, not long. */
export const echoable = /^[\x21-\x7e]{1,128}$/;

/** `scheme` is that of the listener: a proxy that is believed may say otherwise. */
export function readHead(
  { method = '', url = '/', headers, socket }: IncomingMessage,
  { newId, scheme: expected, sourceOf }: { newId: NewId; scheme: 'http' | 'https'; sourceOf: ReadSource },
): RequestHead {
  const requestId = newId();
  const given = headers['client-request-id'];
  const connection = { ipAddress: socket.remoteAddress ?? '', scheme: expected, host: headers.host };
  const { ipAddress, scheme, host } = sourceOf(connection, headers);
  return {
    method,
    url,
    scheme,
    headers: host === headers.host ? headers : { ...headers, host },
    ipAddress,
    requestId,
    clientRequestId: typeof given === 'string' && echoable.test(given) ? given : requestId,
    batchId: undefined,
    trail: beginTrail(),
  };
}

export function beginTrail(): Trail {
  return {
    begun: performance.now(),
    operation: 'none',
    caller: undefined,
    simulated: undefined,
    simulatedEffects: undefined,
  };
}
