// Errors → bodies: the one function that makes Graph's error shape.
import { type Clock, GraphError, StorageFault } from '../base/index.js';
import type { Answer } from './answer.js';
import { storageRetryAfter } from './health.js';
import { nestedError } from './intune-errors.js';
import { jsonContentType } from './media-types.js';
import type { RequestIds } from './request-head.js';

export interface ErrorStyle {
  readonly clock: Clock;
  /** Whether errors nest as Intune's do. */
  readonly intuneErrors?: boolean;
}

/**
 * Graph's error body (JSON). `innerError.date` has no zone and no fraction, as Graph's has; it is UTC.
 * The same error always has the same text: nothing of a fault's own message is shown.
 * `path` is the request's, for errors that name it.
 */
export function errorBody(
  error: GraphError,
  ids: RequestIds,
  { clock, intuneErrors = false }: ErrorStyle,
  path = '/',
): string {
  const nested = intuneErrors ? nestedError(error, ids, path) : undefined;
  return JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      ...(!nested && error.target !== undefined && { target: error.target }),
      ...nested,
      innerError: {
        // As Graph has it for this status alone.
        ...(error.status === 429 && { code: '429', status: '429' }),
        date: new Date(clock.now()).toISOString().slice(0, 19),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  });
}

/** The answer to a request that is refused. */
export function answerOfError(error: GraphError, ids: RequestIds, style: ErrorStyle, path: string): Answer {
  return {
    status: error.status,
    headers: { ...errorHeaders(error), 'content-type': jsonContentType },
    body: errorBody(error, ids, style, path),
    refusal: error.refusal,
  };
}

/** Graph's own application id, which its challenges name as the resource to get a token for. */
const graphApplicationId = '00000003-0000-0000-c000-000000000000';

/**
 * The headers that go with an error: its own, and for 401 the challenge of RFC 6750, section 3.
 * DEVIATION: the challenge of a 401 has no `authorization_uri`; Graph names its own sign-in there, whose tokens mean nothing here.
 */
function errorHeaders(error: GraphError): Readonly<Record<string, string>> {
  if (error.status !== 401) return error.headers;
  const reason = error.refusal === 'tokenMissing' ? '' : ', error="invalid_token"';
  return {
    ...error.headers,
    'www-authenticate': `Bearer realm="", client_id="${graphApplicationId}"${reason}`,
  };
}

/** What the web framework refuses by itself, in our words; anything else is a fault of ours. */
export function asRefusal(error: unknown, bodyLimit: number): GraphError {
  if (error instanceof GraphError) return error;
  if (error instanceof StorageFault) {
    return new GraphError('storageUnavailable', { headers: { 'retry-after': storageRetryAfter }, cause: error });
  }
  switch ((error as { code?: unknown }).code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new GraphError('bodyTooLarge', { values: { limit: bodyLimit } });
    case 'FST_ERR_BAD_URL':
      return new GraphError('malformedUrl', { values: { reason: 'its percent-encoding is broken' } });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new GraphError('malformedHeader', {
        target: 'Content-Length',
        values: { header: 'Content-Length', reason: 'the body has another length' },
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new GraphError('malformedHeader', {
        target: 'Content-Type',
        values: { header: 'Content-Type', reason: 'it is no media type' },
      });
    case 'ECONNRESET': // Nobody is there to read it; the log is spared a client that went away.
      return new GraphError('bodyNotJson', { values: { reason: 'it ends before its end' } });
    default:
      return new GraphError('internalError', { cause: error });
  }
}

/** Whether the refusal stands for what went wrong here, which the log has to tell. */
export function isFault({ refusal }: GraphError): boolean {
  return refusal === 'internalError' || refusal === 'storageUnavailable';
}
