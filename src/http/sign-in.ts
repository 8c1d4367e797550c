// The built-in token endpoint as the web server sees it: requests that are its own, and how its answers go out.

import type { Admitted } from './admitted.js';
import type { Answer } from './answer.js';
import type { OriginPolicy } from './origin.js';
import type { RequestHead } from './request-head.js';
import { readTarget } from './request-target.js';

/** What answers requests for tokens and pages of sign-in. */
export interface TokenEndpoint {
  /** Undefined for requests that are for somebody else. `operation` is what the log and the metrics call it. */
  admit(
    request: Pick<RequestHead, 'method' | 'url' | 'headers' | 'ipAddress' | 'requestId' | 'clientRequestId'>,
    origin: () => string,
  ):
    | {
        readonly operation: string;
        carryOut(body: Buffer): Promise<Answer>;
      }
    | undefined;
}

/** Undefined for requests that are not for the endpoint. Refuses a Host that is not ours, as for every other request. */
export function admitSignIn(
  head: RequestHead,
  endpoint: TokenEndpoint,
  { origins }: { readonly origins: OriginPolicy },
): Admitted | undefined {
  const target = readTarget(head.url, head.headers);
  const admitted = endpoint.admit(target.url === head.url ? head : { ...head, url: target.url }, () =>
    origins.originFor(target.host, head.scheme),
  );
  if (!admitted) return undefined;
  head.trail.operation = admitted.operation;
  return { carryOut: (body) => admitted.carryOut(body) };
}
