// A request as it came, before its body: whose it is, by what it came and where it is for.
import type { IncomingMessage } from 'node:http';
import type { NewId } from '../base/index.js';
import { echoable } from './errors.js';
import { beginTrail } from './observed.js';
import type { ReadSource } from './proxies.js';
import type { RequestHead } from './walk.js';

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
