// Results → answers: status, headers and JSON text.

import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RefusalName } from '../base/index.js';
import { isA } from '../edm/index.js';
import { model } from '../model/index.js';
import {
  collectionPath,
  entityTag,
  type NextLinkWriter,
  objectPath,
  placeOf,
  storedPath,
  type WriteContext,
  writeCollection,
  writeEntity,
  writeLooseEntities,
  writeProperty,
  writeRaw,
  writeReference,
  writeReferences,
  writeResult,
  writeSingleton,
} from '../odata/index.js';
import {
  type EntityQuery,
  type Expansion,
  type Operation,
  type Position,
  type PropertyAddress,
  wholeEntity,
} from '../plan/index.js';
import type { Result } from '../service/index.js';
import { contentTypeOf, type Representation } from './media-types.js';
import { appliedHeader, type Preferences } from './preferences.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  /** Each goes out as a `Set-Cookie` of its own. */
  readonly cookies?: readonly string[];
  /** Why the request was refused, if it was: by Graph's rules, or by those of the token endpoint. */
  readonly refusal?: RefusalName | `AADSTS${number}`;
}

/** Sends the answer with its own headers and with the common ones, which the own override and which may be changed. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body = '', cookies = [] }: Answer,
  common: OutgoingHttpHeaders,
): void {
  const sent = Object.assign(common, headers);
  // Those have none, whatever it may be of (RFC 9110, section 8.6).
  if (status !== 204 && status !== 304) sent['content-length'] = Buffer.byteLength(body);
  if (cookies.length > 0) sent['set-cookie'] = [...cookies];
  response.writeHead(status, sent);
  response.end(body);
}

/** How the answers to one request are made. */
export interface AnswerForm {
  /** The service root that URLs in the answer begin with: `https://localhost:8443/beta`. */
  readonly root: string;
  readonly form: Representation;
  readonly preferences: Preferences;
  readonly nextLink: NextLinkWriter;
}

export function answerOf(
  result: Result,
  operation: Operation,
  { root, form, preferences, nextLink }: AnswerForm,
): Answer {
  const change = operation.kind === 'create' || operation.kind === 'update';
  const minimal = change && preferences.return === 'minimal';
  const isPaged = operation.kind === 'list' || operation.kind === 'listReferences';
  const applied = appliedHeader([
    // By the name that it has in OData 4.0, which answers are in.
    isPaged && preferences.maxPageSize !== undefined && `odata.maxpagesize=${preferences.maxPageSize}`,
    change && preferences.return && `return=${preferences.return}`,
    preferences.unknownEnumMembers && 'include-unknown-enum-members',
  ]);
  const ok = (body: string, headers = {}): Answer => ({
    status: 200,
    headers: { 'content-type': contentTypeOf(form), ...headers, ...applied },
    body,
  });
  const context: WriteContext = { root, model, ...form, query: queryOf(operation), nextLink: linkOf };
  function linkOf(next: Position, collection: string, expansion?: Expansion): string {
    if (expansion) return nextLink(next, `${collection}${suffixOf(expansion)}`, expansion.query);
    if (operation.kind === 'list') {
      return nextLink(next, `${root}/${collectionPath(operation.address, model)}`, operation.query);
    }
    if (operation.kind !== 'listReferences') throw new Error('an operation without pages has a next one');
    return nextLink(next, `${root}/${collectionPath(operation.address.collection, model)}/$ref`, operation.query);
  }
  switch (result.kind) {
    case 'nothing':
      return { status: 204, headers: {}, body: undefined };
    case 'singleton':
      return ok(writeSingleton(result.entity, result.singleton, context));
    case 'collection':
      return ok(writeCollection(result.page, placeOf(result.operation.address, model), context));
    case 'entities': {
      const { set, page, address } = result;
      const { owner } = set;
      const within = owner && { source: address.on, property: owner.property };
      const place = placeOf({ kind: 'collection', set, type: set.type, cast: false, within }, model);
      return ok(writeLooseEntities(page.rows, set.type, place, context));
    }
    case 'count':
      return plain('text/plain;charset=utf-8', String(result.count));
    case 'property': {
      const { value, property, address } = result;
      if (value === null) throw new Error('null has no representation');
      if (address.raw) {
        const { mediaType, body } = writeRaw(value, property);
        return plain(mediaType, body);
      }
      return ok(writeProperty(value, property, propertyPath(address), context));
    }
    case 'value': {
      const { returns, value } = result;
      if (value === null || returns.type.kind === 'entity') throw new Error('a function answers values');
      return ok(writeResult(value, { type: returns.type, collection: returns.collection }, context));
    }
    case 'reference':
      return ok(writeReference(result.stored, placeOf(result.address, model), context));
    case 'references':
      return ok(writeReferences(result.page, placeOf(result.address, model), context));
    case 'entity': {
      const { stored, address, expanded } = result;
      const etag = entityTag(stored);
      if (minimal) return { status: 204, headers: { etag, ...applied }, body: undefined };
      return ok(writeEntity({ stored, expanded }, placeOf(address, model), context), { etag });
    }
    case 'created': {
      const { stored, address } = result;
      const place = { ...placeOf(address, model), cast: undefined };
      const location = `${root}/${storedPath(place, stored)}`;
      const told = { etag: entityTag(stored), location };
      // Where the object is not answered, a client has to be told which it is (OData protocol 4.01, section 8.3.4).
      if (minimal)
        return { status: 204, headers: { ...told, 'odata-entityid': location, ...applied }, body: undefined };
      return { ...ok(writeEntity({ stored, expanded: {} }, place, context), told), status: 201 };
    }
  }
}

/** What the URL of an expanded collection has behind the property. */
function suffixOf({ property, type, references }: Expansion): string {
  const declared = property.target();
  const cast = type !== declared && isA(type, declared) ? `/${model.qualifiedName(type)}` : '';
  return `${cast}${references ? '/$ref' : ''}`;
}

function plain(mediaType: string, body: string | Buffer): Answer {
  return { status: 200, headers: { 'content-type': mediaType }, body };
}

/** `deviceManagement/deviceConfigurations('…')/server/address` */
function propertyPath({ of, path }: PropertyAddress): string {
  const steps = path.map(({ property, cast }) => `${property.name}${cast ? `/${model.qualifiedName(cast)}` : ''}`);
  return [of.kind === 'singleton' ? of.singleton.name : objectPath(of, model), ...steps].join('/');
}

function queryOf(operation: Operation): EntityQuery {
  return 'query' in operation ? operation.query : wholeEntity;
}
