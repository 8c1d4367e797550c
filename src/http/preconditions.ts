// Conditions on requests: If-None-Match and If-Match (RFC 9110, section 13), and the versions of OData.
import type { IncomingHttpHeaders } from 'node:http';
import { GraphError } from '../base/index.js';
import { parseEntityTags, sameTag } from '../odata/index.js';
import type { Operation } from '../plan/index.js';
import type { Answer } from './answer.js';

/**
 * Refuses (`headerNotSupported`) conditions of a create, which finds no version to judge them by. (If-Modified-Since and
 * its like are no conditions where nothing tells a date, RFC 9110, section 13.1.3.)
 */
export function checkConditions(action: Operation['kind'], headers: IncomingHttpHeaders): void {
  if (action !== 'create') return;
  for (const header of ['If-Match', 'If-None-Match']) {
    const value = headers[header.toLowerCase()];
    if (value === undefined || (header === 'If-Match' && value === '*')) continue;
    throw new GraphError('headerNotSupported', { target: header, values: { header, method: 'POST' } });
  }
}

/**
 * The answer to a read under its conditions: 304 where the client has this version, which is compared weakly. `expanded`
 * says that the answer holds more than the object, of which its tag tells nothing: then it is always answered.
 * Refuses: `preconditionFailed` where If-Match names another version, `malformedHeader`.
 */
export function underConditions(
  answer: Answer,
  { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
  expanded: boolean,
): Answer {
  if (!isRead(method) || answer.status !== 200) return answer;
  const { etag } = answer.headers;
  const wanted = parseEntityTags('If-Match', headers['if-match']);
  if (Array.isArray(wanted) && !wanted.some((tag) => etag !== undefined && sameTag(tag, etag))) {
    throw new GraphError('preconditionFailed', { target: 'If-Match', headers: etag === undefined ? {} : { etag } });
  }
  const known = parseEntityTags('If-None-Match', headers['if-none-match']);
  if (known === undefined) return answer;
  const isKnown = known === '*' || (!expanded && known.some((tag) => etag !== undefined && sameTag(tag, etag)));
  return isKnown ? { status: 304, headers: etag === undefined ? {} : { etag }, body: undefined } : answer;
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/**
 * Refuses (`versionNotSupported`) requests in, or clients of, an OData before 4.0, and bodies in one after 4.01. Answers
 * are in 4.0, which clients of 4.01 read, as Graph's are.
 */
export function checkVersions(headers: IncomingHttpHeaders): void {
  const version = headers['odata-version'];
  const maximum = headers['odata-maxversion'];
  if (version !== undefined && !/^\s*4\.01?\s*$/.test(String(version))) throw tooOld('OData-Version', String(version));
  if (maximum !== undefined && !/^\s*(?:[4-9]|[1-9]\d)\.\d{1,2}\s*$/.test(String(maximum))) {
    throw tooOld('OData-MaxVersion', String(maximum));
  }
}

function tooOld(header: string, value: string): GraphError {
  return new GraphError('versionNotSupported', { target: header, values: { header, value } });
}
