// Requests for the service's documents about itself: without a token, in the format that the client likes best.
import { GraphError } from '../base/index.js';
import { createDocuments, type Document, type DocumentName } from '../documents/index.js';
import { examples, model } from '../model/index.js';
import { readFormatAlone } from '../odata/index.js';
import type { Answer } from './answer.js';
import { chooseOffer, type Offer } from './media-types.js';
import { checkVersions } from './preconditions.js';
import type { RequestHead } from './request-head.js';
import { readTarget } from './request-target.js';

const documents = createDocuments(model, examples);

/** The formats of each resource, the one to answer with when the client has no wish first. */
const resources: Readonly<Record<string, readonly Offer<DocumentName>[]>> = {
  '': [offer('application/json', 'service')],
  'openapi.json': [offer('application/json', 'openApi')],
  $metadata: [offer('application/xml', 'metadataXml'), offer('application/json', 'metadataJson')],
};

function offer(type: string, name: DocumentName): Offer<DocumentName> {
  return { type, choose: () => name };
}

const documentPath = /^\/+beta\/*((?:\$|%24)metadata|openapi\.json)?\/?(?:[?#]|$)/i;

/**
 * The answer to a request for a document; undefined where the URL names none. `originFor` refuses hosts that are not ours.
 * Refuses: `methodNotAllowed`, `versionNotSupported`, `notAcceptable`, and every option but `$format`.
 */
export function answerDocument(head: RequestHead, originFor: (host: string | undefined) => string): Answer | undefined {
  const { host, url } = readTarget(head.url, head.headers);
  const match = documentPath.exec(url);
  if (!match) return undefined;
  const [, query = ''] = url.split(/[?#]/, 2);
  const formats = resources[(match[1] ?? '').toLowerCase().replace('%24', '$')];
  if (!formats) return undefined;
  head.trail.operation = `read ${match[1] ? match[1].toLowerCase().replace('%24', '$') : 'service document'}`;
  const origin = originFor(host);
  const allow = 'GET, HEAD, OPTIONS';
  if (head.method === 'OPTIONS') return { status: 204, headers: { allow }, body: undefined };
  if (head.method !== 'GET' && head.method !== 'HEAD') {
    throw new GraphError('methodNotAllowed', { values: { method: head.method, allow }, headers: { allow } });
  }
  checkVersions(head.headers);
  const document = documents[chooseOffer(formats, head.headers.accept, readFormatAlone(query))];
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

function isKnown({ etag }: Document, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(etag);
}
