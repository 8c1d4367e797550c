// What balancers and supervisors ask: whether the process lives, and whether it can serve.
import { GraphError, type StorageTrouble } from '../base/index.js';
import type { Answer } from './answer.js';
import { jsonContentType } from './media-types.js';

/**
 * The answer to `/healthz` (200 while the process lives) and `/readyz` (200, or 503 with a reason word while the storage
 * cannot be used); undefined for any other path. Asked by machines that know an address and nothing else, so it needs
 * neither a token nor one of our host names, and tells nothing beside.
 * Refuses: `methodNotAllowed`.
 */
export function answerHealth(
  { method, url }: { readonly method: string; readonly url: string },
  trouble: () => Promise<StorageTrouble | undefined>,
): Promise<Answer> | undefined {
  const [, path] = /^\/(healthz|readyz)(?:\?|$)/.exec(url) ?? [];
  if (path === undefined) return undefined;
  if (method !== 'GET' && method !== 'HEAD') {
    const allow = 'GET, HEAD';
    throw new GraphError('methodNotAllowed', { values: { method, allow }, headers: { allow } });
  }
  return answerOf(path === 'readyz' ? trouble() : undefined);
}

async function answerOf(trouble: Promise<StorageTrouble | undefined> | undefined): Promise<Answer> {
  const reason = await trouble;
  if (reason === undefined) return answer(200, { status: 'ok' }, {});
  return answer(503, { status: 'unavailable', reason }, { 'retry-after': storageRetryAfter });
}

/** In seconds: about as long as a fault that goes by itself lasts, and as recovery takes to be noticed. */
export const storageRetryAfter = '2';

function answer(status: number, body: object, headers: Record<string, string>): Answer {
  return { status, headers: { ...headers, 'content-type': jsonContentType }, body: JSON.stringify(body) };
}
