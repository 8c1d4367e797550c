// Content negotiation: what a client sends and what it takes must be JSON in UTF-8.
import type { IncomingHttpHeaders } from 'node:http';
import { GraphError } from '../base/index.js';
import { type MetadataLevel, metadataLevels } from '../odata/index.js';

/** The form of a JSON answer (OData JSON 4.01, section 3). */
export interface Representation {
  readonly level: MetadataLevel;
  /** Whether numbers of 64 bits are written as texts. */
  readonly ieee754Compatible: boolean;
}

/** What is answered where nobody asks for another form. */
export const defaultForm: Representation = { level: 'minimal', ieee754Compatible: false };

/** The media type of JSON in that form, with the parameters that Graph tells. */
export function contentTypeOf({ level, ieee754Compatible }: Representation): string {
  return `application/json;odata.metadata=${level};odata.streaming=true;IEEE754Compatible=${ieee754Compatible};charset=utf-8`;
}

/** What every JSON answer is that nobody asked for in another form, errors among them. */
export const jsonContentType = contentTypeOf(defaultForm);

/**
 * The form in which to answer: what `$format` says, else what Accept likes best.
 * Refuses (`notAcceptable`) what leaves no room for JSON.
 */
export function negotiate({ accept }: IncomingHttpHeaders, format: string | undefined): Representation {
  if (format !== undefined) {
    const found = formOf(format.toLowerCase() === 'json' ? 'application/json' : format);
    if (found) return found.form;
    throw new GraphError('notAcceptable', {
      target: '$format',
      values: { name: '$format', accept: format, produced: 'application/json' },
    });
  }
  if (accept === undefined || accept === '*/*' || accept === 'application/json') return defaultForm;
  let best: { form: Representation; quality: number } | undefined;
  for (const range of accept.split(',')) {
    const found = formOf(range);
    if (found && found.quality > (best?.quality ?? 0)) best = found;
  }
  if (best) return best.form;
  throw new GraphError('notAcceptable', {
    target: 'Accept',
    values: { name: 'Accept', accept, produced: 'application/json' },
  });
}

/** The form that a media range asks for, and how much it is wanted; undefined where we have nothing like it. */
function formOf(mediaRange: string): { form: Representation; quality: number } | undefined {
  const { type, parameters } = parse(mediaRange);
  if (!['application/json', 'application/*', '*/*'].includes(type)) return undefined;
  const asked = parameters.get('odata.metadata') ?? parameters.get('metadata') ?? 'minimal';
  const level = metadataLevels.find((known) => known === asked);
  const charset = parameters.get('charset') ?? 'utf-8';
  const ieee754 = parameters.get('ieee754compatible') ?? 'false';
  // Parameters that the model gives no occasion for (streaming, exponential decimals) change nothing.
  if (!level || charset !== 'utf-8' || !/^(true|false)$/.test(ieee754)) return undefined;
  const quality = Number(parameters.get('q') ?? '1');
  return { form: { level, ieee754Compatible: ieee754 === 'true' }, quality };
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
  // Nothing was sent: that is what will be said of the body.
  if (contentType === '' && isEmpty(headers)) return;
  const { type, parameters } = parse(contentType);
  const charset = parameters.get('charset') ?? 'utf-8';
  if (type !== 'application/json' || !/^utf-?8$/.test(charset)) throw unsupported('Content-Type', contentType);
}

function unsupported(header: string, value: string): GraphError {
  return new GraphError('unsupportedMediaType', { target: header, values: { header, value } });
}

/** Refuses (`bodyNotAllowed`) a body where none has a meaning, before it is read. */
export function checkNoBody(headers: IncomingHttpHeaders): void {
  if (!isEmpty(headers)) throw new GraphError('bodyNotAllowed');
}

function isEmpty(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] === undefined && /^0+$/.test(headers['content-length'] ?? '0');
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
