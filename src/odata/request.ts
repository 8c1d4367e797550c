// A request as text → an operation of the plan.
import { GraphError } from '../base/index.js';
import type { Model } from '../edm/index.js';
import {
  type Address,
  type CollectionAddress,
  type CollectionQuery,
  type Link,
  linkAt,
  type MemberReferenceAddress,
  type Navigation,
  type ObjectAddress,
  type Operation,
  type Precondition,
  type ReferencesAddress,
  wholeEntity,
} from '../plan/index.js';
import { newQueryScope, readCollectionQuery, readEntityQuery, readSelect } from './collection-query.js';
import { parseEntityTags } from './entity-tag.js';
import { type BodyContext, readEntityUrl } from './entity-url.js';
import { readJsonObject } from './json-text.js';
import { takesBody } from './methods.js';
import { invalidOption } from './option-text.js';
import type { QueryLimits } from './query-limits.js';
import { aliasesOf, readAlias, readOptions } from './query-options.js';
import { parsePath } from './resource-path.js';
import { type SkipTokens, tokenScope } from './skip-token.js';
import { isIgnoredName, unknownProperty } from './value-reader.js';

/** A URL whose path has been resolved, and whose query has not been looked at. */
export interface LocatedUrl {
  readonly address: Address;
  /** As sent. */
  readonly path: string;
  readonly query: string;
}

/** Resolves the path of a URL as it was sent: `/beta/…?…`. Refuses what `parsePath` refuses. */
export function locate(url: string, model: Model): LocatedUrl {
  const [path = '', query = ''] = splitOnce(splitOnce(url, '#')[0], '?');
  return { address: addressOf(path, query, model), path, query };
}

/** What the paths asked lately name: most of a server's requests ask for a few. */
const known = new WeakMap<Model, Map<string, Address>>();
const mostKnown = 1000;
/** Characters of a path that is remembered. */
const longestKnown = 300;

function addressOf(path: string, query: string, model: Model): Address {
  const addresses = known.get(model) ?? new Map<string, Address>();
  known.set(model, addresses);
  const found = addresses.get(path);
  if (found) return found;
  let isWhole = true;
  const address = parsePath(path, model, (name) => {
    // Another query gives the alias another value.
    isWhole = false;
    return readAlias(query, name);
  });
  if (addresses.size === mostKnown) addresses.clear();
  if (isWhole && path.length <= longestKnown) addresses.set(path, address);
  return address;
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** How lists are cut into pages. */
export interface Paging {
  readonly limits: QueryLimits;
  readonly tokens: SkipTokens;
}

export interface OperationText {
  readonly url: LocatedUrl;
  readonly action: Operation['kind'];
  readonly body: string;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** A tenant's skip tokens serve nobody else. */
  readonly tenantId: string;
  readonly paging: Paging;
  /** The most entities of a page that the client prefers (`odata.maxpagesize`). */
  readonly maxPageSize?: number | undefined;
  /** Milliseconds since the epoch: what `now()` is in a query. */
  readonly now: number;
  readonly context: BodyContext;
}

/**
 * The operation that a request asks for. Refuses what the query options (`option…`, `filter…`, `propertyNotFound`), the
 * body (`body…`, `duplicateKey`, `forbiddenKey`), If-Match and If-None-Match (`malformedHeader`) and a `$ref` body (`bind…`) are refused for;
 * an entity's properties are judged later, when its type is known (`readForCreate`, `readForUpdate`).
 */
export function readOperation(text: OperationText): Operation {
  const { url, action, body, context } = text;
  const options = readOptions(url.query, action);
  const { model } = context;
  const scope = newQueryScope(model, text.paging.limits, aliasesOf(options), text.now);
  const precondition: Precondition = {
    ifMatch: parseEntityTags('If-Match', text.ifMatch),
    ifNoneMatch: parseEntityTags('If-None-Match', text.ifNoneMatch),
  };
  if (!takesBody(action) && body !== '') throw new GraphError('bodyNotAllowed');
  const { address } = url;
  switch (address.kind) {
    case 'singleton':
      return {
        kind: 'readSingleton',
        address,
        query: { ...wholeEntity, select: readSelect(options, address.singleton.type, model) },
      };
    case 'collection':
      if (action === 'create') return { kind: 'create', address, payload: readJsonObject(body) };
      return { kind: 'list', address, query: readQuery(address) };
    case 'count':
      return { kind: 'count', address, query: readQuery(address.collection) };
    case 'entity':
      if (action === 'delete') return { kind: 'delete', address, precondition };
      return readOrUpdate(address);
    case 'related':
      return readOrUpdate(address);
    case 'property':
      return { kind: 'readProperty', address };
    case 'reference':
      if (action === 'setReference') {
        return { kind: 'setReference', address, link: readLink(address.related), precondition };
      }
      return action === 'removeReference'
        ? { kind: 'removeReference', address, precondition }
        : { kind: 'readReference', address };
    case 'memberReference':
      return action === 'removeReference'
        ? { kind: 'removeReference', address, precondition }
        : { kind: 'readReference', address };
    case 'references':
      if (action === 'addReference') {
        return { kind: 'addReference', address, link: readLink(linkOf(address)), precondition };
      }
      if (action === 'removeReference') {
        return { kind: 'removeReference', address: memberNamed(address, options.get('$id')), precondition };
      }
      return { kind: 'listReferences', address, query: readQuery(address.collection) };
    case 'action':
      return { kind: 'invokeAction', address, payload: readJsonObject(body), precondition };
    case 'function':
      return { kind: 'callFunction', address };
  }

  /** The query of a list, and which page: by the size that the client prefers, and behind the one before. */
  function readQuery(collection: CollectionAddress): CollectionQuery {
    const token = options.get('$skiptoken');
    const start =
      token === undefined ? undefined : text.paging.tokens.read(token, tokenScope(text.tenantId, url.path, options));
    const query = readCollectionQuery(options, collection, { ...scope, now: start?.now ?? scope.now });
    const pageSize = Math.min(query.pageSize, text.maxPageSize ?? query.pageSize);
    if (start === undefined) return { ...query, pageSize };
    if (options.has('$skip')) throw invalidOption('$skip', 'a link to the next page tells where it begins');
    // The first page has told how many there are.
    return { ...query, pageSize, after: start.position, skip: 0, count: false };
  }

  function readOrUpdate(target: ObjectAddress): Operation {
    if (action === 'update') return { kind: 'update', address: target, payload: readJsonObject(body), precondition };
    return {
      kind: 'read',
      address: target,
      query: readEntityQuery(options, target, scope),
    };
  }

  /** `DELETE …/$ref?$id=URL`: the link to the entity that the URL names. */
  function memberNamed(references: ReferencesAddress, id: string | undefined): MemberReferenceAddress {
    if (id === undefined) throw new GraphError('linkRequired', { target: '$id' });
    const { key } = readEntityUrl(id, linkOf(references).property, '$id', context);
    return { kind: 'memberReference', member: { ...references.collection, kind: 'entity', key } };
  }

  function linkOf(references: ReferencesAddress): Navigation {
    const link = linkAt(references);
    if (!link) throw new Error('nobody changes a reference that is no link');
    return link;
  }

  function readLink({ property }: Navigation): Link {
    const { '@odata.id': id, ...others } = readJsonObject(body);
    const unknown = Object.keys(others).find((name) => !isIgnoredName(name));
    if (unknown !== undefined) throw unknownProperty(unknown, unknown, ['@odata.id'], 'an entity reference');
    return readEntityUrl(id, property, '@odata.id', context);
  }
}
