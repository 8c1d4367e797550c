// URLs that stand for entities: those we send, and those that clients send in `@odata.bind` and `$ref`.
import { GraphError } from '../base/index.js';
import { type EntitySet, isA, type Model, type NavigationProperty } from '../edm/index.js';
import type { Link } from '../plan/index.js';
import { describe } from './json-text.js';
import { resolveSegments, splitPath } from './resource-path.js';

/** What a request body is read by. */
export interface BodyContext {
  readonly model: Model;
  /** Origins, such as `https://localhost:8443`, at which URLs in the request may point. */
  readonly ownOrigins: readonly string[];
}

/** Graph's own hosts, which clients that do not know of us put into URLs. */
export const graphOrigins: ReadonlySet<string> = new Set([
  'https://graph.microsoft.com',
  'https://graph.microsoft.us',
  'https://dod-graph.microsoft.us',
  'https://microsoftgraph.chinacloudapi.cn',
]);

const longestUrl = 2048;

/** `deviceManagement/derivedCredentials` */
export function setPath(set: EntitySet, model: Model): string {
  const singleton = model.singletons.find(({ sets }) => sets.includes(set));
  return singleton ? `${singleton.name}/${set.name}` : set.name;
}

/**
 * The entity that a URL names, absolute or relative to the service root, to be the target of the navigation property.
 * `where` names the place of the URL for the error. Refuses: `bindMalformed`, `bindForeign`, `bindWrongTarget`.
 */
export function readEntityUrl(
  value: unknown,
  property: NavigationProperty,
  where: string,
  { model, ownOrigins }: BodyContext,
): Link {
  const malformed = (found: string): GraphError =>
    new GraphError('bindMalformed', { target: where, values: { property: where, found } });
  if (typeof value !== 'string') throw malformed(describe(value));
  if (value.length > longestUrl) throw malformed(`a text longer than ${longestUrl} characters`);
  const wrongTarget = (): GraphError =>
    new GraphError('bindWrongTarget', {
      target: where,
      values: { property: where, url: value, expected: model.qualifiedName(property.target()) },
    });
  const path = pathOf(value, where, malformed, ownOrigins);
  try {
    const segments = splitPath(path);
    if (/^beta$/i.test(segments[0] ?? '')) segments.shift();
    const address = resolveSegments(segments, model);
    if (address.kind === 'entity' && isA(property.target(), address.set.type)) {
      return { set: address.set, key: address.key, url: value };
    }
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
  }
  throw wrongTarget();
}

function pathOf(
  text: string,
  where: string,
  malformed: (found: string) => GraphError,
  ownOrigins: readonly string[],
): string {
  if (/[\s\\?#\p{Cc}]/u.test(text)) throw malformed('a text with white space, a query or a fragment');
  const [, origin, path] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(\/.*)?$/i.exec(text) ?? [];
  if (origin === undefined) {
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(text)) throw malformed('another kind of URL');
    return text;
  }
  // With a user before the host it would be this origin too, and meant to look like another.
  const given = URL.canParse(origin) && !origin.includes('@') ? new URL(origin).origin : origin;
  if (graphOrigins.has(given) || ownOrigins.includes(given)) return path ?? '';
  throw new GraphError('bindForeign', { target: where, values: { property: where, host: origin } });
}
