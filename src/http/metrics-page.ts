// What Prometheus asks for.
import { GraphError } from '../base/index.js';
import type { Answer } from './answer.js';

/** The text of all metrics, and its media type. */
export type MetricsPage = () => Promise<{ readonly contentType: string; readonly text: string }>;

/** The answer to `/metrics`; undefined for any other path. Refuses: `methodNotAllowed`. */
export function answerMetrics(
  { method, url }: { readonly method: string; readonly url: string },
  page: MetricsPage,
): Promise<Answer> | undefined {
  if (!/^\/metrics(\?|$)/.test(url)) return undefined;
  if (method !== 'GET' && method !== 'HEAD') {
    const allow = 'GET, HEAD';
    throw new GraphError('methodNotAllowed', { values: { method, allow }, headers: { allow } });
  }
  return page().then(({ contentType, text }) => ({
    status: 200,
    headers: { 'content-type': contentType },
    body: text,
  }));
}
