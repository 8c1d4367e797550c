// The walk of a request: each step may refuse, and only for its own reason.
import { type Clock, GraphError, type NewId } from '../base/index.js';
import type { Caller, Verifier } from '../identity/index.js';
import { model } from '../model/index.js';
import {
  actionOf,
  answersText,
  type LocatedUrl,
  locate,
  methodsAt,
  readFormat,
  readOperation,
  takesBody,
} from '../odata/index.js';
import type { Operation, Tenant } from '../plan/index.js';
import { actorOf, type Service } from '../service/index.js';
import { type Answer, answerOf } from './answer.js';
import { checkContentType, checkNoBody, defaultForm, negotiate, type Representation } from './media-types.js';
import type { OriginPolicy } from './origin.js';
import { checkConditions, checkVersions, underConditions } from './preconditions.js';
import { type Preferences, readPreferences } from './preferences.js';
import { readTarget } from './request-target.js';

export interface WalkOptions {
  readonly verifier: Verifier;
  readonly service: Service;
  readonly origins: OriginPolicy;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** The parts of a request that can be judged before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** The request target, as sent: path and query, or a whole URL. */
  readonly url: string;
  readonly scheme: 'http' | 'https';
  readonly headers: import('node:http').IncomingHttpHeaders;
  readonly ipAddress: string;
  readonly requestId: string;
}

/** What remains to be done for a request that may be carried out, once its body is there. */
export type Admitted = (body: Buffer) => Promise<Answer>;

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
  const tenant = await service.admit(caller); //                                           403 personalAccount, 401 tenantUnknown
  const url = locate(target.url, model); //                                                400 segmentNotFound, malformedUrl …
  if (head.method === 'OPTIONS') return async () => allowed(methodsAt(url.address));
  const action = actionOf(head.method, url.address); //                                    405 methodNotAllowed
  service.authorize(caller, tenant, action, url.address); //                               403 permissionMissing, tenantNotLicensed
  const form = formFor(url, head.headers); //                                              406 notAcceptable
  checkVersions(head.headers); //                                                          400 versionNotSupported
  checkConditions(head.method, head.headers); //                                           501 headerNotSupported
  if (takesBody(action))
    checkContentType(head.headers); //                                415 unsupportedMediaType
  else checkNoBody(head.headers); //                                                       400 bodyNotAllowed
  const preferences = readPreferences(head.headers.prefer);
  const admitted = { head, origin, caller, tenant, url, action, form, preferences };
  return (body) => carryOut(admitted, body, options);
}

/** A bare text has one form, whatever a client takes. */
function formFor({ address, query }: LocatedUrl, headers: RequestHead['headers']): Representation {
  return answersText(address) ? defaultForm : negotiate(headers, readFormat(query));
}

/** Every step from the body on. */
async function carryOut(request: AdmittedRequest, body: Buffer, options: WalkOptions): Promise<Answer> {
  const { head, origin, caller, tenant, url, action, form, preferences } = request;
  const ownOrigins = [origin, ...options.origins.ownOrigins];
  const operation = readOperation({
    url,
    action,
    body: decodeUtf8(body),
    ifMatch: head.headers['if-match'],
    context: { model, ownOrigins },
  }); //                                                                                    400, 501: options, body
  const result = await options.service.execute(operation, {
    tenant,
    actor: actorOf(caller, head.ipAddress),
    requestId: head.requestId,
    auditId: options.newId(),
    model,
    ownOrigins,
  }); //                                                                                    400, 404, 409, 412: the rules
  const answer = answerOf(result, operation, `${origin}/beta`, form, preferences);
  return underConditions(answer, head.method, head.headers); //                             304, 412 preconditionFailed
}

function allowed(allow: string): Answer {
  return { status: 204, headers: { allow }, body: undefined };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new GraphError('bodyNotJson', { values: { reason: 'it is not UTF-8' } });
  }
}
