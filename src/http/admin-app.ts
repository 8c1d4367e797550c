// The listener for those who run the server: what machines ask about it, on an address that no client knows.
import Fastify, { type FastifyInstance } from 'fastify';
import { type Clock, GraphError, type NewId, type StorageTrouble } from '../base/index.js';
import { answerOfError, asRefusal } from './errors.js';
import { answerHealth } from './health.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';

export interface AdminAppOptions {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: MetricsPage;
  /** Why the storage cannot be used, if it cannot. */
  readonly trouble: () => Promise<StorageTrouble | undefined>;
}

/** Builds the server; the caller lets it listen and closes it. */
export function buildAdminApp({ clock, newId, metrics, trouble }: AdminAppOptions): FastifyInstance {
  const app = Fastify({ logger: false, forceCloseConnections: true, exposeHeadRoutes: false, bodyLimit: 1 });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.all('/*', async ({ method, url }, reply) => {
    const answer = (await answerHealth({ method, url }, trouble)) ?? (await answerMetrics({ method, url }, metrics));
    if (!answer) throw new GraphError('segmentNotFound', { values: { segment: url.split('?', 1)[0] ?? '' } });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  app.setErrorHandler((error, { url }, reply) => {
    const requestId = newId();
    const ids = { requestId, clientRequestId: requestId };
    const { status, headers, body } = answerOfError(asRefusal(error, 1), ids, { clock }, url);
    return reply.code(status).headers(headers).send(body);
  });
  return app;
}
