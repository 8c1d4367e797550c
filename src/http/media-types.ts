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

/** Refuses (`unsupportedMediaType`) a body that is not declared as JSON in UTF-8. */
export function checkContentType(headers: IncomingHttpHeaders): void {
  const contentType = headers['content-type'];
  if (contentType === 'application/json') return;
  const { type, parameters } = parse(contentType ?? '');
  const charset = parameters.get('charset') ?? 'utf-8';
  const encoding = headers['content-encoding'] ?? 'identity';
  if (type === 'application/json' && /^utf-?8$/.test(charset) && encoding === 'identity') return;
  throw new GraphError('unsupportedMediaType', {
    target: encoding === 'identity' ? 'Content-Type' : 'Content-Encoding',
    values: { contentType: encoding === 'identity' ? (contentType ?? '') : encoding },
  });
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
