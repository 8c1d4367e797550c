// Several requests in one (`$batch`): each is judged and answered in its own right.
import { GraphError, type NewId } from '../base/index.js';
import type { Service } from '../service/index.js';
import type { Simulation } from '../simulation/index.js';
import type { Admitted } from './admitted.js';
import type { Answer } from './answer.js';
import { type BatchPart, type BatchStep, dependencies, readBatch } from './batch-request.js';
import { contentTypeOf, type Representation } from './media-types.js';
import { appliedHeader, readPreferences } from './preferences.js';
import { beginTrail, echoable, type RequestHead, type RequestIds } from './request-head.js';
import { simulatedHeader } from './simulate.js';

export interface BatchTools {
  readonly service: Service;
  readonly newId: NewId;
  readonly ownOrigins: readonly string[];
  readonly simulation: Simulation | undefined;
  /** Judges one request, as if it had come alone. */
  admit(head: RequestHead): Promise<Admitted>;
  /** The answer to one that is refused, or failed. */
  refuse(error: unknown, ids: RequestIds, path: string): Answer;
  /** Told of each request that was answered. */
  finished(head: RequestHead, answer: Answer): void;
}

/** A request of the batch on its way. */
interface Request {
  readonly part: BatchPart;
  readonly ids: RequestIds;
  readonly head: RequestHead;
  readonly path: string;
}

/**
 * Carries a batch out: 200, whatever becomes of its requests. Those that depend on none run at the same time. One whose
 * dependency failed answers 424 (`dependencyFailed`), and so do the others of an atomicity group of which one failed
 * (`groupFailed`). Refuses what `readBatch` refuses.
 *
 * DEVIATION: `atomicityGroup` is honoured, as OData has it; Graph ignores it.
 */
export async function carryOutBatch(
  text: string,
  head: RequestHead,
  form: Representation,
  tools: BatchTools,
): Promise<Answer> {
  const steps = readBatch(text, tools.ownOrigins);
  const running = new Map<BatchStep, Promise<readonly Answer[]>>();
  const start = (step: BatchStep): Promise<readonly Answer[]> => {
    const known = running.get(step);
    if (known) return known;
    const made = run(step);
    running.set(step, made);
    return made;
  };
  const run = async (step: BatchStep): Promise<readonly Answer[]> => {
    const requests = step.parts.map((part) => requestOf(part, head, tools));
    const answers = await answersTo(step, requests);
    for (const [index, answer] of answers.entries()) if (requests[index]) tools.finished(requests[index].head, answer);
    return answers.map((answer, index) => withHeadersOf(answer, requests[index]));
  };
  const answersTo = async (step: BatchStep, requests: readonly Request[]): Promise<readonly Answer[]> => {
    const failed = await failedDependency(dependencies(step, steps), start, step);
    if (failed !== undefined) {
      return requests.map(({ part, ids, path }) =>
        tools.refuse(new GraphError('dependencyFailed', { values: { id: part.id, dependency: failed } }), ids, path),
      );
    }
    return step.atomic ? runTogether(step.name, requests, tools) : runAlone(requests, tools);
  };
  const answers = await Promise.all(steps.map(start));
  const responses = steps.flatMap(({ parts }, index) =>
    parts.map((part, place) => responseText(part, answers[index]?.[place])),
  );
  const goesOn = readPreferences(head.headers.prefer).continueOnError === true;
  return {
    status: 200,
    headers: { 'content-type': contentTypeOf(form), ...appliedHeader([goesOn && 'odata.continue-on-error']) },
    body: `{"responses":[${responses.join(',')}]}`,
  };
}

function requestOf(part: BatchPart, outer: RequestHead, { newId, simulation }: BatchTools): Request {
  const requestId = newId();
  const { host, authorization, traceparent } = outer.headers;
  const own = part.headers['client-request-id'] ?? '';
  const clientRequestId = echoable.test(own) ? own : outer.clientRequestId;
  const length = part.body === '' ? {} : { 'content-length': String(Buffer.byteLength(part.body)) };
  const path = typeof part.url === 'string' ? part.url : '/';
  return {
    part,
    path,
    ids: { requestId, clientRequestId },
    head: {
      ...outer,
      method: part.method,
      url: path,
      // A request may bring a token of its own; the host is the batch's.
      headers: {
        ...(authorization !== undefined && { authorization }),
        ...part.headers,
        ...length,
        host,
        ...(traceparent !== undefined && { traceparent }),
      },
      requestId,
      clientRequestId,
      batchId: outer.requestId,
      // Here, where the parts are in their order, whatever they wait for later.
      trail: { ...beginTrail(), simulated: simulation?.decide({ method: part.method, url: path }) },
    },
  };
}

/** The id of a dependency that failed; undefined where every one succeeded. */
async function failedDependency(
  before: readonly BatchStep[],
  start: (step: BatchStep) => Promise<readonly Answer[]>,
  { dependsOn }: BatchStep,
): Promise<string | undefined> {
  const answers = await Promise.all(before.map(start));
  for (const [index, { parts, atomic, name }] of before.entries()) {
    const whole = atomic && dependsOn.includes(name);
    const failed = parts.findIndex(
      ({ id }, place) => (whole || dependsOn.includes(String(id))) && (answers[index]?.[place]?.status ?? 500) >= 400,
    );
    if (failed >= 0) return String(parts[failed]?.id);
  }
  return undefined;
}

function runAlone(requests: readonly Request[], { admit, refuse }: BatchTools): Promise<Answer[]> {
  return Promise.all(
    requests.map(async ({ part, head, ids, path }) => {
      try {
        if (typeof part.url !== 'string') throw part.url;
        const { carryOut } = await admit(head);
        return await carryOut(Buffer.from(part.body));
      } catch (error) {
        return refuse(error, ids, path);
      }
    }),
  );
}

/** All of the requests, in one transaction, or none of them. */
async function runTogether(group: string, requests: readonly Request[], tools: BatchTools): Promise<Answer[]> {
  const failedAt = (failed: number, error: unknown): Answer[] =>
    requests.map(({ part, ids, path }, index) => {
      const values = { id: part.id, group, failed: requests[failed]?.part.id ?? '' };
      return tools.refuse(index === failed ? error : new GraphError('groupFailed', { values }), ids, path);
    });
  const prepared = [];
  for (const [index, { part, head }] of requests.entries()) {
    try {
      if (typeof part.url !== 'string') throw part.url;
      const { prepare } = await tools.admit(head);
      if (!prepare) throw new Error('a change that is no operation of the model');
      const made = prepare(Buffer.from(part.body));
      const tenant = prepared[0]?.context.tenant.id;
      if (tenant !== undefined && tenant !== made.context.tenant.id) throw new GraphError('groupOfTenants');
      prepared.push(made);
    } catch (error) {
      return failedAt(index, error);
    }
  }
  try {
    const outcome = await tools.service.executeTogether(prepared);
    if ('refused' in outcome) return failedAt(outcome.refused, outcome.reason);
    return prepared.map(({ answer }, index) => {
      const result = outcome.results[index];
      if (!result) throw new Error('a request of a group has no result');
      return answer(result);
    });
  } catch (fault) {
    return requests.map(({ ids, path }) => tools.refuse(fault, ids, path));
  }
}

function withHeadersOf(answer: Answer, request: Request | undefined): Answer {
  const { simulatedEffects } = request?.head.trail ?? {};
  const own = request && {
    'request-id': request.ids.requestId,
    'client-request-id': request.ids.clientRequestId,
    ...(simulatedEffects !== undefined && { [simulatedHeader]: simulatedEffects }),
  };
  return { ...answer, headers: { 'odata-version': '4.0', 'cache-control': 'no-store', ...answer.headers, ...own } };
}

/** `{"id":"1","status":200,"headers":{…},"body":{…}}`: JSON as it is, anything else as a text in base64, no body to HEAD. */
function responseText({ id, method }: BatchPart, answer: Answer | undefined): string {
  if (!answer) throw new Error('a request of a batch has no answer');
  const { status, headers, body } = answer;
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [spelt(name), value]));
  const head = `{"id":${JSON.stringify(id)},"status":${status},"headers":${JSON.stringify(named)}`;
  if (body === undefined || method === 'HEAD') return `${head}}`;
  const json = headers['content-type']?.startsWith('application/json');
  return `${head},"body":${json ? body : JSON.stringify(Buffer.from(body).toString('base64'))}}`;
}

const spellings: Readonly<Record<string, string>> = {
  etag: 'ETag',
  'odata-version': 'OData-Version',
  'odata-entityid': 'OData-EntityId',
  'www-authenticate': 'WWW-Authenticate',
  'request-id': 'request-id',
  'client-request-id': 'client-request-id',
};

/** Names as Graph spells them, since programs look them up in an object. */
function spelt(name: string): string {
  return spellings[name] ?? name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase());
}
