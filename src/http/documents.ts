// Requests for the service's documents about itself: without a token, in the format that the client likes best.
import { GraphError } from '../base/index.js';
import { createDocuments, type Document, type DocumentName } from '../documents/index.js';
import { examples, model } from '../model/index.js';
import { readFormat } from '../odata/index.js';
import type { Answer } from './answer.js';
import { checkVersions } from './preconditions.js';
import type { RequestHead } from './walk.js';

const documents = createDocuments(model, examples);

/** The formats of each resource, the one to answer with when the client has no wish first. */
const resources: Readonly<Record<string, Readonly<Record<string, DocumentName>>>> = {
  '': { 'application/json': 'service' },
  'openapi.json': { 'application/json': 'openApi' },
  $metadata: { 'application/xml': 'metadataXml', 'application/json': 'metadataJson' },
};

const documentPath = /^\/+beta\/*((?:\$|%24)metadata|openapi\.json)?\/?$/i;

/**
 * The answer to a request for a document; undefined where the URL names none. `originFor` refuses hosts that are not ours.
 * Refuses: `methodNotAllowed`, `versionNotSupported`, `optionNotSupported`, `notAcceptable`.
 */
export function answerDocument(head: RequestHead, originFor: () => string): Answer | undefined {
  const [path = '', query = ''] = head.url.split(/[?#]/, 2);
  const match = documentPath.exec(path);
  if (!match) return undefined;
  const formats = resources[(match[1] ?? '').toLowerCase().replace('%24', '$')];
  if (!formats) return undefined;
  head.trail.operation = `read ${match[1] ? match[1].toLowerCase().replace('%24', '$') : 'service document'}`;
  const origin = originFor();
  const allow = 'GET, HEAD, OPTIONS';
  if (head.method === 'OPTIONS') return { status: 204, headers: { allow }, body: undefined };
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    throw new GraphError('methodNotAllowed', { values: { method: head.method, allow }, headers: { allow } });
  }
  checkVersions(head.headers);
  const document = documents[choose(formats, query, head.headers.accept)];
  const headers = {
    etag: document.etag,
    vary: 'accept',
    // Kept, but asked after each time: the next release may say something else.
    'cache-control': 'no-cache',
    'odata-version': document.version,
  };
  if (isKnown(document, head.headers['if-none-match'])) return { status: 304, headers, body: undefined };
  return {
    status: 200,
    headers: { ...headers, 'content-type': document.contentType },
    body: document.textFor(origin),
  };
}

/** By `$format`, which overrides Accept (OData 4.01, part 1, section 11.2.12), else by Accept. */
function choose(formats: Readonly<Record<string, DocumentName>>, query: string, accept = '*/*'): DocumentName {
  const refuse = (name: string, wanted: string): GraphError =>
    new GraphError('notAcceptable', {
      target: name,
      values: { name, accept: wanted, produced: Object.keys(formats).join(' or ') },
    });
  refuseOtherOptions(query);
  const format = readFormat(query);
  if (format !== undefined) {
    const wished = (format.split(';')[0] ?? '').trim().toLowerCase();
    const found = formats[wished] ?? formats[`application/${wished}`];
    if (found) return found;
    throw refuse('$format', format);
  }
  const [best] = Object.entries(formats)
    .map(([format, name]) => ({ name, weight: weightOf(format, accept) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight);
  if (best) return best.name;
  throw refuse('Accept', accept);
}

/** No other option of OData's means anything here; custom ones are nobody's business. */
function refuseOtherOptions(query: string): void {
  for (const part of query.split('&')) {
    const name = part.split('=', 1)[0]?.replace(/^%24/, '$') ?? '';
    if (!name.startsWith('$') || name.toLowerCase() === '$format') continue;
    throw new GraphError('optionNotSupported', { target: name, values: { option: name } });
  }
}

/** How much an Accept header likes the format, from 0 to 1: by the most specific range that matches (RFC 9110, 12.5.1). */
function weightOf(format: string, accept: string): number {
  const ranges = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range
      .toLowerCase()
      .split(';')
      .map((part) => part.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, weight: quality === undefined ? 1 : Number(quality) || 0 };
  });
  for (const type of [format, 'application/*', '*/*']) {
    const range = ranges.find((candidate) => candidate.type === type);
    if (range) return range.weight;
  }
  return 0;
}

function isKnown({ etag }: Document, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
