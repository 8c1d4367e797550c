// Content negotiation: what a client sends and what it takes must be JSON in UTF-8.
import type { IncomingHttpHeaders } from 'node:http';
import { GraphError } from '../base/index.js';

/** What every JSON answer is (OData JSON 4.01, section 3). */
export const jsonContentType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** Refuses (`notAcceptable`) an Accept header that leaves no room for the one representation that there is. */
export function checkAccept({ accept }: IncomingHttpHeaders): void {
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return;
  if (accept.split(',').some(isAcceptable)) return;
  throw new GraphError('notAcceptable', { target: 'Accept', values: { accept } });
}

function isAcceptable(mediaRange: string): boolean {
  const { type, parameters } = parse(mediaRange);
  if (!['application/json', 'application/*', '*/*'].includes(type)) return false;
  if (Number(parameters.get('q') ?? '1') === 0) return false;
  const metadata = parameters.get('odata.metadata') ?? parameters.get('metadata') ?? 'minimal';
  const charset = parameters.get('charset') ?? 'utf-8';
  const ieee754 = parameters.get('ieee754compatible') ?? 'false';
  // Parameters that the model gives no occasion for (streaming, exponential decimals) change nothing.
  return metadata === 'minimal' && charset === 'utf-8' && ieee754 === 'false';
}

/**
 * Refuses a body that is not declared as plain JSON in UTF-8 (`unsupportedMediaType`), or that comes in a transfer coding
 * besides chunked (`malformedHeader`).
 */
export function checkContentType(headers: IncomingHttpHeaders): void {
  const transferEncoding = headers['transfer-encoding'];
  if (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked') {
    throw new GraphError('malformedHeader', {
      target: 'Transfer-Encoding',
      values: { header: 'Transfer-Encoding', reason: 'only chunked is known here' },
    });
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw unsupported('Content-Encoding', encoding);
  const contentType = headers['content-type'] ?? '';
  if (contentType === 'application/json') return;
  const { type, parameters } = parse(contentType);
  const charset = parameters.get('charset') ?? 'utf-8';
  if (type !== 'application/json' || !/^utf-?8$/.test(charset)) throw unsupported('Content-Type', contentType);
}

function unsupported(header: string, value: string): GraphError {
  return new GraphError('unsupportedMediaType', { target: header, values: { header, value } });
}

/** Refuses (`bodyNotAllowed`) a body where none has a meaning, before it is read. */
export function checkNoBody(headers: IncomingHttpHeaders): void {
  const length = headers['content-length'] ?? '0';
  if (headers['transfer-encoding'] !== undefined || !/^0+$/.test(length)) throw new GraphError('bodyNotAllowed');
}

/** A media type and its parameters (RFC 9110, section 8.3.1); names and values in lower case, quotes removed. */
function parse(text: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const [type = '', ...rest] = text.toLowerCase().split(';');
  const parameters = rest.map((parameter) => {
    const [name = '', value = ''] = parameter.split('=');
    return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')] as const;
  });
  return { type: type.trim(), parameters: new Map(parameters) };
}
