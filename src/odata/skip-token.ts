// Skip tokens: where the page before ended and what `now()` was on it, signed for one query of one tenant.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Position } from '../plan/index.js';
import { invalidOption } from './option-text.js';
import type { Options } from './query-options.js';

/** The query that a token belongs to, as text: nobody can take the token to another. */
export type TokenScope = string;

/**
 * The scope of a query: the tenant, the path, percent-decoded, and all options but those that say where a page begins.
 */
export function tokenScope(tenantId: string, path: string, options: Options): TokenScope {
  const rest = [...options].filter(([name]) => name !== '$skip' && name !== '$skiptoken').sort();
  return JSON.stringify([2, tenantId, decodeURIComponent(path), rest]);
}

/** Where a page begins. */
export interface PageStart {
  /** Where the page before ended. */
  readonly position: Position;
  /** What `now()` is on all pages, in milliseconds since the epoch. */
  readonly now: number;
}

/** Writes and reads the tokens of one server, or of several with one key. */
export interface SkipTokens {
  write(start: PageStart, scope: TokenScope): string;
  /** Refuses (`optionInvalid`) a text that is no token of the scope. */
  read(token: string, scope: TokenScope): PageStart;
}

/** `key` is a secret of at least 32 bytes. */
export function createSkipTokens(key: Buffer): SkipTokens {
  const signature = (body: string, scope: TokenScope): Buffer =>
    createHmac('sha256', key).update(`${body}\n${scope}`).digest();
  return {
    write({ position, now }, scope) {
      const body = Buffer.from(JSON.stringify([now, ...position])).toString('base64url');
      return `${body}.${signature(body, scope).toString('base64url')}`;
    },
    read(token, scope) {
      const [, body = '', signed = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
      const [expected, given] = [signature(body, scope), Buffer.from(signed, 'base64url')];
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw invalidOption('$skiptoken', 'it does not come from an @odata.nextLink of this query');
      }
      // Signed, so it is what `write` made.
      const [now, ...position] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [number, ...Position];
      return { position, now };
    },
  };
}
