// `@odata.nextLink`: the URL of the page after this one.
import type { CollectionQuery, Position } from '../plan/index.js';
import { type SkipTokens, tokenScope } from './skip-token.js';

/** Makes the links of the answer to one request. */
export type NextLinkWriter = (next: Position, collection: string, query: CollectionQuery) => string;

/**
 * Links for one tenant. `collection` is the absolute URL of the collection; the options that the client wrote stay, but for
 * `$skip`, which the token has seen to.
 */
export function nextLinkWriter(tenantId: string, tokens: SkipTokens): NextLinkWriter {
  return (next, collection, { options }) => {
    const kept = new Map([...options].filter(([name]) => name !== '$skip' && name !== '$skiptoken'));
    const scope = tokenScope(tenantId, new URL(collection).pathname, kept);
    const query = [...kept, ['$skiptoken', tokens.write(next, scope)] as const]
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&');
    return `${collection}?${query}`;
  };
}
