// The listener for those who run the server: what machines ask about it, on an address that no client knows.
import { type Clock, GraphError, type NewId, type StorageTrouble } from '../base/index.js';
import { type Answer, sendAnswer } from './answer.js';
import { answerOfError, asRefusal } from './errors.js';
import { answerHealth } from './health.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';
import { WebServer } from './web-server.js';

export interface AdminAppOptions {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly metrics: MetricsPage;
  /** Why the storage cannot be used, if it cannot. */
  readonly trouble: () => Promise<StorageTrouble | undefined>;
}

/** Builds the server; the caller lets it listen and closes it. */
export function buildAdminApp({ clock, newId, metrics, trouble }: AdminAppOptions): WebServer {
  const answerTo = async (method: string, url: string): Promise<Answer> => {
    try {
      const answer = answerHealth({ method, url }, trouble) ?? answerMetrics({ method, url }, metrics);
      if (!answer) throw new GraphError('segmentNotFound', { values: { segment: url.split('?', 1)[0] ?? '' } });
      return await answer;
    } catch (error) {
      const requestId = newId();
      return answerOfError(asRefusal(error), { requestId, clientRequestId: requestId }, { clock }, url);
    }
  };
  const server = new WebServer({ requestTimeout: 30_000 }, async ({ method = '', url = '/' }, response) => {
    const answer = await answerTo(method, url);
    sendAnswer(response, answer, server.closing, answer.headers);
  });
  return server;
}
