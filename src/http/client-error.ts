// Answers to what is no HTTP request, or not yet a whole one: in the shape of every other error.
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, GraphError, type NewId } from '../base/index.js';
import type { Observe } from '../observation/index.js';
import { constantHeaders } from './constant-headers.js';
import { errorBody } from './errors.js';
import { jsonContentType } from './media-types.js';
import { unreadFinished } from './observed.js';

/** What Node's parser tells; `reason` is one of its own fixed texts and says nothing of what was sent. */
export interface ClientError {
  readonly code?: string;
  readonly reason?: unknown;
}

/**
 * Answers and ends the connection: what comes after bytes that could not be read might be anything (RFC 9112, section 6.3).
 * Refuses: `malformedRequest`, `headTooLarge`, `requestTimeout`.
 */
export function answerClientError(
  error: ClientError,
  socket: Socket,
  { clock, newId, observe, maxHeaderSize }: { clock: Clock; newId: NewId; observe: Observe; maxHeaderSize: number },
): void {
  if (socket.destroyed || error.code === 'ECONNRESET') return;
  // Without a handshake nothing can be said, and what is written would wait for one without end.
  if (/^ERR_(SSL|TLS)_/.test(error.code ?? '')) {
    socket.destroy();
    return;
  }
  if (socket.writable) {
    const refusal = refusalOf(error, maxHeaderSize);
    const requestId = newId();
    const body = errorBody(refusal, { requestId, clientRequestId: requestId }, { clock });
    const head = [
      `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}`,
      'Connection: close',
      `Content-Type: ${jsonContentType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...Object.entries(constantHeaders).map(([name, value]) => `${name}: ${value}`),
      `request-id: ${requestId}`,
      `client-request-id: ${requestId}`,
    ];
    observe(unreadFinished(requestId, refusal));
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  }
  socket.destroySoon();
}

function refusalOf({ code, reason }: ClientError, limit: number): GraphError {
  if (code === 'HPE_HEADER_OVERFLOW') return new GraphError('headTooLarge', { values: { limit } });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new GraphError('requestTimeout');
  return new GraphError('malformedRequest', {
    values: { reason: typeof reason === 'string' ? reason : 'it cannot be parsed' },
  });
}

/** Answers a request that expects what nobody here can do, and ends the connection: its body may come all the same. */
export function answerExpectation(
  { headers: { expect } }: IncomingMessage,
  response: ServerResponse,
  { clock, newId, observe }: { clock: Clock; newId: NewId; observe: Observe },
): void {
  const values = { expectation: String(expect) };
  const refusal = new GraphError('expectationFailed', { target: 'Expect', values });
  const requestId = newId();
  const body = errorBody(refusal, { requestId, clientRequestId: requestId }, { clock });
  observe(unreadFinished(requestId, refusal));
  response.writeHead(refusal.status, {
    connection: 'close',
    'content-type': jsonContentType,
    'content-length': Buffer.byteLength(body),
    ...constantHeaders,
    'request-id': requestId,
    'client-request-id': requestId,
  });
  response.end(body);
}
