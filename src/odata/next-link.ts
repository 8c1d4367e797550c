// `@odata.nextLink`: the URL of the page after this one.
import { GraphError } from '../base/index.js';
import type { CollectionQuery, Position } from '../plan/index.js';
import { type SkipTokens, tokenScope } from './skip-token.js';

/** Makes the links of the answer to one request. */
export type NextLinkWriter = (position: Position, collection: string, query: CollectionQuery) => string;

/** What a token has seen to, and what says something inside `$expand` alone. */
const dropped: ReadonlySet<string> = new Set(['$skip', '$skiptoken', '$levels']);

/**
 * Links for one tenant. `collection` is the absolute URL of the collection; the other options that the client wrote stay.
 * What a request may ask, its links may: they hold nothing that the reader of requests refuses. A link that is longer than
 * `longest`, in bytes, could not be followed, and is refused instead (`nextLinkTooLong`).
 */
export function nextLinkWriter(tenantId: string, tokens: SkipTokens, longest: number): NextLinkWriter {
  return (position, collection, { options, now }) => {
    const kept = new Map([...options].filter(([name]) => !dropped.has(name)));
    const scope = tokenScope(tenantId, new URL(collection).pathname, kept);
    const query = [...kept, ['$skiptoken', tokens.write({ position, now }, scope)] as const]
      .map(([name, value]) => `${name}=${encodeValue(value)}`)
      .join('&');
    const link = `${collection}?${query}`;
    if (link.length > longest) throw new GraphError('nextLinkTooLong', { values: { limit: longest } });
    return link;
  };
}

/** What may stand in a query stands there as it is (RFC 3986, section 3.4), so that a link is not much longer than its request. */
function encodeValue(text: string): string {
  return encodeURIComponent(text).replace(/%(?:24|2C|2F|3A|3B|3D|40)/g, decodeURIComponent);
}
