// What is told of a request when it is answered.
import type { GraphError } from '../base/index.js';
import type { EventOf } from '../observation/index.js';
import type { Address, Operation } from '../plan/index.js';
import type { Answer } from './answer.js';
import type { RequestHead } from './request-head.js';

/** `update derivedCredentials`: of which there are no more than kinds of operations and things in the model. */
export function operationName(action: Operation['kind'], address: Address): string {
  return `${action} ${subjectOf(address)}`;
}

function subjectOf(address: Address): string {
  switch (address.kind) {
    case 'singleton':
      return address.singleton.name;
    case 'collection':
    case 'entity':
    case 'related':
      return address.set.name;
    case 'reference':
      return address.related.set.name;
    case 'references':
      return address.collection.set.name;
    case 'memberReference':
      return address.member.set.name;
    case 'property':
      return subjectOf(address.of);
    case 'count':
      return address.collection.set.name;
    case 'action':
      return address.action.name;
    case 'function':
      return address.function.name;
  }
}

export function requestFinished(head: RequestHead, { status, refusal }: Answer): EventOf<'requestFinished'> {
  const { trail, headers } = head;
  const { caller } = trail;
  const { traceparent } = headers;
  return {
    event: 'requestFinished',
    requestId: head.requestId,
    clientRequestId: head.clientRequestId,
    batchId: head.batchId,
    method: head.method,
    operation: trail.operation,
    status,
    outcome: refusal ?? 'done',
    milliseconds: performance.now() - trail.begun,
    tenantId: caller?.tenantId,
    applicationId: caller?.applicationId,
    userId: caller?.userId,
    userPrincipalName: caller?.userPrincipalName,
    ipAddress: head.ipAddress,
    simulated: trail.simulatedEffects,
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  };
}

/** Of what was no whole HTTP request, so that nothing else is known of it. */
export function unreadFinished(requestId: string, { status, refusal }: GraphError): EventOf<'requestFinished'> {
  return {
    event: 'requestFinished',
    requestId,
    clientRequestId: requestId,
    batchId: undefined,
    method: 'none',
    operation: 'none',
    status,
    outcome: refusal,
    milliseconds: 0,
    tenantId: undefined,
    applicationId: undefined,
    userId: undefined,
    userPrincipalName: undefined,
    ipAddress: undefined,
    simulated: undefined,
    traceparent: undefined,
  };
}
