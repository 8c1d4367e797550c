// What an address of the API for administrators is: its method and path, what it asks for, and what is done there.
import { createHash } from 'node:crypto';
import { type Clock, GraphError, isUuid, type NewId } from '../../base/index.js';
import type { Applications, Means, Users } from '../../directory/index.js';
import type { LimitsInForce } from '../../limits/index.js';
import { parseEntityTags, sameTag } from '../../odata/index.js';
import type { EntityTags, Payload } from '../../plan/index.js';
import type { By, LimitsStore } from '../../service/index.js';
import type { Answer } from '../answer.js';
import { jsonContentType } from '../media-types.js';
import type { RequestHead } from '../request-head.js';

/** By which the server is administered. */
export interface AdminMeans {
  readonly store: Means['store'] & LimitsStore;
  readonly applications: Applications;
  readonly users: Users;
  readonly limits: LimitsInForce;
  /** The limits of the settings, which hold where none are kept. */
  readonly settingsLimits: readonly object[];
  readonly clock: Clock;
  readonly newId: NewId;
}

/** One request, once it may be carried out. */
export interface AdminRequest {
  readonly means: AdminMeans;
  /** What stands in the path's places, in their order, decoded. */
  readonly keys: readonly string[];
  /** Empty where there is none. */
  readonly body: Payload;
  readonly by: By;
  /** The tenant of whoever asks. */
  readonly callerTenantId: string;
  readonly headers: RequestHead['headers'];
}

export interface AdminRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/admin`; a segment in braces is a key. */
  readonly path: string;
  /** For logs and metrics. */
  readonly operation: string;
  readonly run: (request: AdminRequest) => Promise<Answer>;
}

/** The key in the place, a UUID in lower case. What is none is the key of nothing: `entityNotFound`. */
export function uuidAt({ keys }: AdminRequest, place: number): string {
  const key = keys[place] ?? '';
  if (!isUuid(key)) throw new GraphError('entityNotFound', { values: { id: key } });
  return key.toLowerCase();
}

/** Refuses (`entityNotFound`) a tenant that does not exist. */
export async function tenantAt(request: AdminRequest, place = 0): Promise<string> {
  const id = uuidAt(request, place);
  if (!(await request.means.store.findTenant(id))) throw new GraphError('entityNotFound', { values: { id } });
  return id;
}

/** Weak, as every tag here: it is of the version. */
export function versionTag({ id, version }: { readonly id: string; readonly version: number }): string {
  return `W/"${id}.${version}"`;
}

/** Of what has no version: the tag of all that it says. */
export function contentTag(content: readonly string[]): string {
  return `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;
}

/**
 * Judges a change's conditions by what it finds. Refuses: `preconditionFailed` where If-Match names other versions,
 * `preconditionExcludes` where If-None-Match names this one, `malformedHeader`.
 */
export function conditionsOf({ headers }: AdminRequest): (etag: string) => void {
  const ifMatch = parseEntityTags('If-Match', headers['if-match']);
  const ifNoneMatch = parseEntityTags('If-None-Match', headers['if-none-match']);
  return (etag) => {
    const told = { headers: { etag } };
    if (ifMatch && !matches(ifMatch, etag)) throw new GraphError('preconditionFailed', { target: 'If-Match', ...told });
    if (ifNoneMatch && matches(ifNoneMatch, etag)) {
      throw new GraphError('preconditionExcludes', { target: 'If-None-Match', ...told });
    }
  };
}

/** The same of what has a version. */
export function versionConditions(request: AdminRequest): (item: { id: string; version: number }) => void {
  const check = conditionsOf(request);
  return (item) => check(versionTag(item));
}

function matches(tags: EntityTags, etag: string): boolean {
  return tags === '*' || tags.some((tag) => sameTag(tag, etag));
}

/** An object with its tag, in the body too, as Graph has it. */
export function told(status: 200 | 201, object: object, etag: string, location?: string): Answer {
  const headers = { 'content-type': jsonContentType, etag, ...(location !== undefined && { location }) };
  return { status, headers, body: JSON.stringify({ '@odata.etag': etag, ...object }) };
}

export function list(items: readonly object[]): Answer {
  return { status: 200, headers: { 'content-type': jsonContentType }, body: JSON.stringify({ value: items }) };
}

export const nothing: Answer = { status: 204, headers: {}, body: undefined };
