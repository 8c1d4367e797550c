// The walk of a request: each step may refuse, and only for its own reason.
import { type Clock, GraphError, isUuid, type NewId } from '../base/index.js';
import type { Caller, Verifier } from '../identity/index.js';
import type { Limiter } from '../limits/index.js';
import { model } from '../model/index.js';
import type { Observe } from '../observation/index.js';
import {
  actionOf,
  answersText,
  type LocatedUrl,
  locate,
  methodsAt,
  nextLinkWriter,
  type Paging,
  readFormat,
  readFormatAlone,
  readOperation,
  takesBody,
} from '../odata/index.js';
import type { Operation, Tenant } from '../plan/index.js';
import { actorOf, type Result, type Service } from '../service/index.js';
import type { Admitted, Prepared } from './admitted.js';
import { type Answer, answerOf } from './answer.js';
import { carryOutBatch } from './batch.js';
import { isBatchUrl, maximumLinkLength } from './batch-request.js';
import { decodeUtf8 } from './body.js';
import type { DevelopmentOptions } from './development.js';
import { answerDocument } from './documents.js';
import { checkContentType, checkNoBody, defaultForm, negotiate, type Representation } from './media-types.js';
import { operationName } from './observed.js';
import type { OriginPolicy } from './origin.js';
import { checkConditions, checkVersions, underConditions } from './preconditions.js';
import { type Preferences, readPreferences } from './preferences.js';
import type { RequestHead, RequestIds } from './request-head.js';
import { readTarget } from './request-target.js';
import { earlierReader, simulate } from './simulate.js';
import { checkLimits } from './throttling.js';

export interface WalkOptions {
  readonly verifier: Verifier;
  readonly service: Service;
  readonly origins: OriginPolicy;
  readonly paging: Paging;
  /** Most bytes of a request's head. */
  readonly bounds: { readonly head: number };
  readonly clock: Clock;
  readonly newId: NewId;
  /** Counts the requests of tenants and applications; without one, any number is allowed. */
  readonly limiter: Limiter | undefined;
  readonly observe: Observe;
  /** What development mode brings; nothing is simulated without it. */
  readonly development: DevelopmentOptions | undefined;
  /** The answer to a request of a batch that is refused, or failed. */
  readonly refuse: (error: unknown, ids: RequestIds, path: string) => Answer;
  /** Told of each request of a batch that was answered. */
  readonly finished: (head: RequestHead, answer: Answer) => void;
}

interface AdmittedRequest {
  readonly head: RequestHead;
  readonly origin: string;
  readonly caller: Caller;
  readonly tenant: Tenant;
  readonly url: LocatedUrl;
  readonly action: Operation['kind'];
  readonly form: Representation;
  readonly preferences: Preferences;
}

/** Every step before the body, in order. What is wrong with the URL is told to those alone who may call. */
export async function admitRequest(head: RequestHead, options: WalkOptions): Promise<Admitted> {
  const { verifier, service, origins } = options;
  const target = readTarget(head.url, head.headers);
  const origin = origins.originFor(target.host, head.scheme); //                           400 hostNotAllowed
  const caller = await verifier.verify(head.headers.authorization); //                     401 token…
  head.trail.caller = caller;
  const found = await service.admit(caller); //                                            403 personalAccount, 401 tenantUnknown
  const tenant = head.trail.simulated ? await simulate(head, found, options) : found; //   any, in development mode
  if (isBatchUrl(target.url)) return admitBatch(head, target.url, origin, options);
  checkLimits(head, caller, options); //                                                   429 tooManyRequests
  const url = locate(target.url, model); //                                                400 segmentNotFound, malformedUrl …
  if (head.method === 'OPTIONS') return { carryOut: async () => allowed(methodsAt(url.address)) };
  const action = actionOf(head.method, url.address); //                                    405 methodNotAllowed
  head.trail.operation = operationName(action, url.address);
  service.authorize(caller, tenant, action, url.address); //                               403 permissionMissing, tenantNotLicensed
  const form = formFor(url, head.headers); //                                              406 notAcceptable
  checkVersions(head.headers); //                                                          400 versionNotSupported
  checkConditions(action, head.headers); //                                               501 headerNotSupported
  if (takesBody(action))
    checkContentType(head.headers); //                                                    415 unsupportedMediaType
  else checkNoBody(head.method, head.headers); //                                          400 bodyNotAllowed
  const preferences = readPreferences(head.headers.prefer);
  const admitted = { head, origin, caller, tenant, url, action, form, preferences };
  const prepare = (body: Buffer): Prepared => prepareOperation(admitted, body, options);
  return {
    prepare,
    async carryOut(body) {
      const { operation, context, answer } = prepare(body);
      return answer(await service.execute(operation, context)); //                         400, 404, 409, 412: the rules
    },
  };
}

/** A bare text has one form, whatever a client takes. */
function formFor({ address, query }: LocatedUrl, headers: RequestHead['headers']): Representation {
  return answersText(address) ? defaultForm : negotiate(headers, readFormat(query));
}

/** What the body asks for. */
function prepareOperation(request: AdmittedRequest, body: Buffer, options: WalkOptions): Prepared {
  const { head, origin, caller, tenant, url, action, form, preferences } = request;
  const ownOrigins = [origin, ...options.origins.ownOrigins];
  const operation = readOperation({
    url,
    action,
    body: decodeUtf8(body),
    ifMatch: head.headers['if-match'],
    ifNoneMatch: head.headers['if-none-match'],
    tenantId: tenant.id,
    paging: options.paging,
    maxPageSize: preferences.maxPageSize,
    now: options.clock.now(),
    context: { model, ownOrigins },
  }); //                                                                                    400, 501: options, body
  const context = {
    tenant,
    actor: actorOf(caller, head.ipAddress),
    requestId: head.requestId,
    correlationId: isUuid(head.clientRequestId) ? head.clientRequestId.toLowerCase() : head.requestId,
    model,
    ownOrigins,
    reader: earlierReader(head, options),
  };
  const nextLink = nextLinkWriter(tenant.id, options.paging.tokens, longestLink(head, options.bounds.head)); // 400 nextLinkTooLong
  const answer = (result: Result): Answer =>
    underConditions(
      answerOf(result, operation, { root: `${origin}/beta`, form, preferences, nextLink }),
      head,
      'query' in operation && operation.query.expand.length > 0, // 304, 412 preconditionFailed
    );
  return { operation, context, answer };
}

/** A batch needs a token that holds; its requests are judged each for itself. */
function admitBatch(head: RequestHead, url: string, origin: string, options: WalkOptions): Admitted {
  if (head.method === 'OPTIONS') return { carryOut: async () => allowed('POST, OPTIONS') };
  head.trail.operation = 'batch';
  if (head.method !== 'POST') {
    const allow = 'POST, OPTIONS';
    throw new GraphError('methodNotAllowed', { values: { method: head.method, allow }, headers: { allow } });
  }
  const form = negotiate(head.headers, readFormatAlone(splitQuery(url)));
  checkVersions(head.headers);
  checkContentType(head.headers);
  const tools = {
    service: options.service,
    newId: options.newId,
    ownOrigins: [origin, ...options.origins.ownOrigins],
    admit: async (part: RequestHead) => {
      const document = answerDocument(part, () => origin);
      return document ? { carryOut: async () => document } : admitRequest(part, options);
    },
    refuse: options.refuse,
    finished: options.finished,
    simulation: options.development?.simulation,
  };
  return { carryOut: (body) => carryOutBatch(decodeUtf8(body), head, form, tools) };
}

/** What the next request may differ by in its headers from this one, in bytes: by a new token, by what proxies add. */
const headersMayGrow = 512;

/** Up to which length a link can be followed by a request with the headers of this one, alone and in a batch. */
function longestLink({ headers }: RequestHead, longestHead: number): number {
  const lines = Object.entries(headers).map(([name, value]) => name.length + String(value).length + 4);
  const room = longestHead - lines.reduce((sum, length) => sum + length, headersMayGrow);
  return Math.max(0, Math.min(room, maximumLinkLength));
}

function splitQuery(url: string): string {
  return url.replace(/^[^?]*\??/, '');
}

function allowed(allow: string): Answer {
  return { status: 204, headers: { allow }, body: undefined };
}
