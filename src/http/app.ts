// The web server: Fastify around the walk of a request, with request ids, limits and errors in Graph's shape.

import type { Server as HttpsServer } from 'node:https';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { StorageTrouble } from '../base/index.js';
import type { Answer } from './answer.js';
import { answerClientError, answerExpectation } from './client-error.js';
import type { CrossOrigin } from './cross-origin.js';
import { admitDevelopment } from './development.js';
import { answerDocument } from './documents.js';
import { answerOfError, asRefusal, echoable, isFault, type RequestIds } from './errors.js';
import { answerHealth } from './health.js';
import type { Load } from './load.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';
import { beginTrail, requestFinished } from './observed.js';
import type { ReadSource } from './proxies.js';
import { refuseRepeated } from './repeated-headers.js';
import { admitSignIn, type TokenEndpoint } from './sign-in.js';
import { simulatedHeader } from './simulate.js';
import { watchReaders } from './slow-readers.js';
import { watchConnections } from './stalled-connections.js';
import { refuseWrongCertificates, serverOptions, type TlsOptions } from './tls.js';
import { type Admitted, admitRequest, type RequestHead, type WalkOptions } from './walk.js';

export interface AppOptions extends Omit<WalkOptions, 'refuse' | 'finished'> {
  /** Plain http without. */
  readonly tls: TlsOptions | undefined;
  /** By what clients come, unless a proxy that is believed says otherwise. */
  readonly scheme: 'http' | 'https';
  /** Whether to tell browsers that come by https to come back by it alone. */
  readonly strictTransport: boolean;
  /** Who asks, where proxies stand between. */
  readonly sourceOf: ReadSource;
  /** Whether browsers may read answers, and from where. */
  readonly crossOrigin: CrossOrigin;
  /** Whether errors nest as Intune's do. */
  readonly intuneErrors: boolean;
  /** Why the storage cannot be used, if it cannot. */
  readonly trouble: () => Promise<StorageTrouble | undefined>;
  /** What `/metrics` answers, where it is answered here. */
  readonly metrics: MetricsPage | undefined;
  /** What gives tokens, where this server does. */
  readonly signIn: TokenEndpoint | undefined;
  readonly load: Load;
  readonly bounds: Bounds;
}

/** What a client may take of the server. */
export interface Bounds {
  readonly connections: number;
  /** Of a request's head and of its body, in bytes. */
  readonly head: number;
  readonly body: number;
  /** How long a client may take to send a whole request or to go on with its answer, and how long a connection is kept for the next, in seconds. */
  readonly arrival: number;
  readonly keepAlive: number;
}

/** Up to this length, in bytes, what is left of a refused body is read, so that the client gets to see the refusal. */
const longestDiscarded = 64 * 1024 * 1024;

function noCompiler(): never {
  throw new Error('no route has a schema');
}

declare module 'fastify' {
  interface FastifyRequest {
    head: RequestHead;
    admitted: Admitted | undefined;
  }
}

/** Builds the server; the caller lets it listen and closes it. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { tls, bounds } = options;
  const begin = (request: FastifyRequest, reply: FastifyReply): void => {
    request.head = readHead(request, options);
    setCommonHeaders(request, reply, options);
  };
  const answerError = (error: unknown, ids: RequestIds, path: string): Answer => {
    const refusal = asRefusal(error, bounds.body);
    if (isFault(refusal)) options.observe({ event: 'requestFailed', requestId: ids.requestId, error });
    return answerOfError(refusal, ids, options, path);
  };
  const finished = (head: RequestHead, answer: Answer): void => options.observe(requestFinished(head, answer));
  const walk = { ...options, refuse: answerError, finished };
  const send = (request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply => {
    const { simulatedEffects } = request.head.trail;
    if (simulatedEffects !== undefined) reply.header(simulatedHeader, simulatedEffects);
    finished(request.head, answer);
    if (answer.cookies && answer.cookies.length > 0) reply.header('set-cookie', answer.cookies);
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (!request.head) begin(request, reply);
    // Closed with bytes unread, the connection would be reset, and many a client never see why.
    const { 'content-length': length } = request.headers;
    if (Number(length) > bounds.body && Number(length) <= longestDiscarded) reply.removeHeader('connection');
    return send(request, reply, answerError(error, request.head, request.head.url));
  };
  const arrival = bounds.arrival * 1000;
  const server = {
    bodyLimit: bounds.body,
    requestTimeout: arrival,
    keepAliveTimeout: bounds.keepAlive * 1000,
    // What has been accepted is answered, and told to leave.
    return503OnClosing: false,
    logger: false,
    forceCloseConnections: false,
    exposeHeadRoutes: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, { ...options, maxHeaderSize: bounds.head }),
    // The model judges bodies, not JSON Schema, so the compilers that Fastify would load need not be.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    // A URL that the router cannot decode passes no hook and no error handler.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply),
  } satisfies FastifyServerOptions;
  const parser = {
    maxHeaderSize: bounds.head,
    // A request without a Host is refused in Graph's shape, by the walk, not by Node.
    requireHostHeader: false,
    // Node's own is a minute, and where it is the longer of the two, Node has the whole request take as long.
    headersTimeout: arrival,
    // How often Node looks for requests that are late; by itself it would bear them half a minute longer.
    connectionsCheckingInterval: Math.min(arrival / 4, 5000),
  };
  const app: FastifyInstance = tls
    ? (Fastify({ ...server, https: { ...serverOptions(tls, arrival), ...parser } }) as unknown as FastifyInstance)
    : Fastify({ ...server, http: parser });
  if (tls?.clients) refuseWrongCertificates(app.server as HttpsServer);
  // Node drops what comes after 2000 headers, an If-Match among it; the size of the head is limit enough.
  app.server.maxHeadersCount = 0;
  app.server.maxConnections = bounds.connections;
  app.server.on('checkExpectation', (request, response) => answerExpectation(request, response, options));

  watchReaders(app.server, arrival);
  const endStalled = watchConnections(app.server);
  app.addHook('preClose', async () => endStalled());

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('head');
  app.decorateRequest('admitted');

  app.addHook('onRequest', async (request, reply) => {
    begin(request, reply);
    const { head } = request;
    const preflight = options.crossOrigin.preflight(request.method, request.headers);
    if (preflight) {
      head.trail.operation = 'preflight';
      return send(request, reply, { status: 204, headers: preflight, body: undefined });
    }
    refuseRepeated(request.raw.rawHeaders);
    const health = await answerHealth(head, options.trouble);
    if (health) {
      head.trail.operation = 'health';
      return send(request, reply, health);
    }
    const metrics = options.metrics && answerMetrics(head, options.metrics);
    if (metrics) {
      options.origins.originFor(head.headers.host, head.scheme);
      head.trail.operation = 'read metrics';
      return send(request, reply, await metrics);
    }
    const document = answerDocument(head, (host) => options.origins.originFor(host, head.scheme));
    if (document) return send(request, reply, document);
    options.load.check();
    const { development, signIn } = options;
    request.admitted = signIn && admitSignIn(head, signIn, options);
    if (request.admitted) return;
    if (development) {
      request.admitted = await admitDevelopment(head, development, options);
      if (request.admitted) return;
      head.trail.simulated = development.simulation.decide(head);
    }
    request.admitted = await admitRequest(head, walk);
  });

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (!request.admitted) throw new Error('a request came to its handler without being admitted');
    options.load.begin();
    try {
      const answer = await request.admitted.carryOut(body);
      // Answers of one turn of the event loop leave together: each alone may have to wake a client that sleeps.
      await endOfTurn();
      return send(request, reply, answer);
    } finally {
      options.load.end();
    }
  };
  app.all('/*', handle);
  app.setNotFoundHandler(handle);

  app.setErrorHandler(refuse);
  return app;
}

let turn: Promise<void> | undefined;

/** Settles at the end of the event loop's turn, for all who wait in it together. */
function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}

function readHead({ raw, headers }: FastifyRequest, { newId, scheme: expected, sourceOf }: AppOptions): RequestHead {
  const requestId = newId();
  const given = headers['client-request-id'];
  const connection = { ipAddress: raw.socket.remoteAddress ?? '', scheme: expected, host: headers.host } as const;
  const { ipAddress, scheme, host } = sourceOf(connection, headers);
  return {
    method: raw.method ?? '',
    url: raw.url ?? '/',
    scheme,
    headers: host === headers.host ? headers : { ...headers, host },
    ipAddress,
    requestId,
    clientRequestId: typeof given === 'string' && echoable.test(given) ? given : requestId,
    batchId: undefined,
    trail: beginTrail(),
  };
}

/** What Graph tells of the machine that answered; of this one there is nothing to tell. */
const diagnostic = JSON.stringify({
  ServerInfo: { DataCenter: 'self-hosted', Slice: 'E', Ring: '0', ScaleUnit: '000', RoleInstance: 'offshoot' },
});

function setCommonHeaders(
  { head, headers }: FastifyRequest,
  reply: FastifyReply,
  { strictTransport, crossOrigin }: AppOptions,
): void {
  reply.header('request-id', head.requestId);
  reply.header('client-request-id', head.clientRequestId);
  reply.header('odata-version', '4.0');
  reply.header('cache-control', 'no-store');
  reply.header('x-ms-ags-diagnostic', diagnostic);
  // Forms of the answer are negotiated by these, and no cache may give one caller's to another (RFC 9110, section 12.5.5).
  reply.header('vary', crossOrigin.varies ? 'Authorization, Accept, Prefer, Origin' : 'Authorization, Accept, Prefer');
  reply.headers(crossOrigin.headersFor(headers));
  // Where it came by plain http it must not be said (RFC 6797, section 7.2).
  if (strictTransport && head.scheme === 'https') reply.header('strict-transport-security', 'max-age=31536000');
}
