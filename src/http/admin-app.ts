// The listener for those who run the server: what machines ask about it, and the API by which it is administered.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError, type StorageTrouble } from '../base/index.js';
import type { Observe } from '../observation/index.js';
import { type AdminOptions, admitAdmin } from './admin/admit.js';
import type { Admitted } from './admitted.js';
import type { Answer } from './answer.js';
import { answerOfError, asRefusal, isFault } from './errors.js';
import { answerHealth } from './health.js';
import type { Load } from './load.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';
import { requestFinished } from './observed.js';
import type { OriginPolicy } from './origin.js';
import type { ReadSource } from './proxies.js';
import { refuseRepeated } from './repeated-headers.js';
import type { RequestHead } from './request-head.js';
import { readHead } from './request-head.js';
import { boundReader } from './slow-readers.js';
import type { TlsOptions } from './tls.js';
import { type Bounds, openWebServer } from './web-server.js';

declare module 'fastify' {
  interface FastifyRequest {
    head: RequestHead;
    admitted: Admitted | undefined;
  }
}

export interface AdminAppOptions extends AdminOptions {
  readonly metrics: MetricsPage;
  /** Why the storage cannot be used, if it cannot. */
  readonly trouble: () => Promise<StorageTrouble | undefined>;
  readonly observe: Observe;
  /** Plain http without. */
  readonly tls: TlsOptions | undefined;
  /**
   * By which names it is asked where it listens on loopback: by a foreign one that was made to lead to this machine, a page in a
   * browser on it could read the answers. Where others reach it, its names are not known.
   */
  readonly origins: OriginPolicy | undefined;
  /** Who asks, where proxies stand between. */
  readonly sourceOf: ReadSource;
  readonly bounds: Bounds;
  /** Of this listener alone: whoever administers is not sent away because of what others ask. */
  readonly load: Load;
}

/** Room for a certificate and long lists, in bytes. */
const bodyLimit = 256 * 1024;

/** What machines ask every few seconds, of which nobody wants to be told. */
const askedByMachines: ReadonlySet<string> = new Set(['health', 'read metrics']);

/** Builds the server; the caller lets it listen and closes it. */
export function buildAdminApp(options: AdminAppOptions): FastifyInstance {
  const { tls, observe } = options;
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    request.head = readHead(request.raw, { ...options, scheme: tls ? 'https' : 'http' });
    const { requestId, clientRequestId } = request.head;
    reply.headers({ 'request-id': requestId, 'client-request-id': clientRequestId, 'cache-control': 'no-store' });
  };
  const send = (request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply => {
    if (!askedByMachines.has(request.head.trail.operation)) observe(requestFinished(request.head, answer));
    reply.raw.once('prefinish', () => boundReader(reply.raw, options.bounds.arrival * 1000));
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!request.head) begin(request, reply);
    const { head } = request;
    const refusal = asRefusal(error, bodyLimit);
    if (isFault(refusal)) observe({ event: 'requestFailed', requestId: head.requestId, error });
    return send(request, reply, answerOfError(refusal, head, options, head.url));
  };

  const app = openWebServer(options, {
    bodyLimit,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('head');
  app.decorateRequest('admitted');

  app.addHook('onRequest', async (request, reply) => {
    begin(request, reply);
    const { head } = request;
    refuseRepeated(request.raw.rawHeaders);
    head.trail.operation = 'health';
    const health = await answerHealth(head, options.trouble);
    if (health) return send(request, reply, health);
    head.trail.operation = 'none';
    options.load.check();
    options.origins?.originFor(head.headers.host, head.scheme); // 400 hostNotAllowed
    const metrics = await answerMetrics(head, options.metrics);
    if (metrics) {
      head.trail.operation = 'read metrics';
      return send(request, reply, metrics);
    }
    request.admitted = await admitAdmin(head, options);
    if (!request.admitted) {
      throw new GraphError('segmentNotFound', { values: { segment: head.url.split('?', 1)[0] ?? '' } });
    }
  });
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (!request.admitted) throw new Error('a request came to its handler without being admitted');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    options.load.begin();
    try {
      return send(request, reply, await request.admitted.carryOut(body));
    } finally {
      options.load.end();
    }
  };
  app.all('/*', handle);
  app.setNotFoundHandler(handle);
  app.setErrorHandler(refuse);
  return app;
}
