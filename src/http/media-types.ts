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

/** A media type that can be answered with, and what is chosen with it; undefined for parameters that ask for what there is not. */
export interface Offer<T> {
  readonly type: string;
  readonly choose: (parameters: ReadonlyMap<string, string>) => T | undefined;
}

/**
 * What is chosen of the offers, the one for those without a wish first: by `$format`, which overrides Accept (OData 4.01,
 * part 1, section 11.2.12), else by what Accept likes best.
 * Refuses (`notAcceptable`) what leaves no room for any.
 */
export function chooseOffer<T>(offers: readonly Offer<T>[], accept: string | undefined, format: string | undefined): T {
  const name = format === undefined ? 'Accept' : '$format';
  const wished = format === undefined ? (accept ?? '*/*') : unabbreviated(format, offers);
  const found = bestOf(offers, wished);
  if (found !== undefined) return found;
  const produced = offers.map(({ type }) => type).join(' or ');
  throw new GraphError('notAcceptable', { target: name, values: { name, accept: format ?? wished, produced } });
}

/** `$format=json`: the subtype stands for the whole. */
function unabbreviated(format: string, offers: readonly Offer<unknown>[]): string {
  const whole = `application/${format.toLowerCase()}`;
  return offers.some(({ type }) => type === whole) ? whole : format;
}

/** Each offer is liked as the most specific ranges like it that ask for something there is (RFC 9110, section 12.5.1). */
function bestOf<T>(offers: readonly Offer<T>[], accept: string): T | undefined {
  const ranges = accept.split(',').map(parse);
  let best: { readonly chosen: T; readonly quality: number } | undefined;
  for (const offer of offers) {
    const fitting = [offer.type, 'application/*', '*/*'].map((type) =>
      ranges.flatMap((range) => {
        const chosen = range.type === type ? offer.choose(range.parameters) : undefined;
        return chosen === undefined ? [] : [{ chosen, quality: Number(range.parameters.get('q') ?? '1') }];
      }),
    );
    for (const one of fitting.find(({ length }) => length > 0) ?? []) {
      if (one.quality > (best?.quality ?? 0)) best = one;
    }
  }
  return best?.chosen;
}

/** The form in which to answer with JSON. Refuses as `chooseOffer`. */
export function negotiate({ accept }: IncomingHttpHeaders, format: string | undefined): Representation {
  // What most clients send.
  if (format === undefined && (accept === undefined || accept === '*/*' || accept === 'application/json')) {
    return defaultForm;
  }
  return chooseOffer([{ type: 'application/json', choose: formOf }], accept, format);
}

function formOf(parameters: ReadonlyMap<string, string>): Representation | undefined {
  const asked = parameters.get('odata.metadata') ?? parameters.get('metadata') ?? 'minimal';
  const level = metadataLevels.find((known) => known === asked);
  const charset = parameters.get('charset') ?? 'utf-8';
  const ieee754 = parameters.get('ieee754compatible') ?? 'false';
  // Parameters that the model gives no occasion for (streaming, exponential decimals) change nothing.
  if (!level || charset !== 'utf-8' || !/^(true|false)$/.test(ieee754)) return undefined;
  return { level, ieee754Compatible: ieee754 === 'true' };
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

/** `type/subtype`, whatever parameters follow (RFC 9110, section 8.3.1). */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+[\t ]*(?:;|$)/;

/**
 * Refuses a body where none has a meaning (`bodyNotAllowed`), before it is read, and a change that announces one of no
 * media type (`malformedHeader`).
 */
export function checkNoBody(method: string, headers: IncomingHttpHeaders): void {
  if (!isEmpty(headers)) throw new GraphError('bodyNotAllowed');
  const contentType = headers['content-type'];
  if (method === 'DELETE' && contentType && !mediaType.test(contentType)) {
    throw new GraphError('malformedHeader', {
      target: 'Content-Type',
      values: { header: 'Content-Type', reason: 'it is no media type' },
    });
  }
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
