// The web server around the walk of a request: request ids, limits, and errors in Graph's shape.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { StorageTrouble } from '../base/index.js';
import { type Answer, sendAnswer } from './answer.js';
import { readBody } from './body.js';
import { constantHeaders } from './constant-headers.js';
import type { CrossOrigin } from './cross-origin.js';
import { admitDevelopment } from './development.js';
import { answerDocument } from './documents.js';
import { answerOfError, asRefusal, isFault } from './errors.js';
import { answerHealth } from './health.js';
import type { Load } from './load.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';
import { requestFinished } from './observed.js';
import type { ReadSource } from './proxies.js';
import { refuseRepeated } from './repeated-headers.js';
import { type RequestHead, type RequestIds, readHead } from './request-head.js';
import { admitSignIn, type TokenEndpoint } from './sign-in.js';
import { simulatedHeader } from './simulate.js';
import { boundReader } from './slow-readers.js';
import { watchConnections } from './stalled-connections.js';
import type { TlsOptions } from './tls.js';
import { admitRequest, type WalkOptions } from './walk.js';
import { type Bounds, openWebServer } from './web-server.js';

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

/** Up to this length, in bytes, what is left of a refused body is read, so that the client gets to see the refusal. */
const longestDiscarded = 64 * 1024 * 1024;

function noCompiler(): never {
  throw new Error('no route has a schema');
}

/** Builds the server; the caller lets it listen and closes it. */
export function buildApp(options: AppOptions): FastifyInstance {
  const { bounds } = options;
  const answerError = (error: unknown, ids: RequestIds, path: string): Answer => {
    const refusal = asRefusal(error, bounds.body);
    if (isFault(refusal)) options.observe({ event: 'requestFailed', requestId: ids.requestId, error });
    return answerOfError(refusal, ids, options, path);
  };
  const finished = (head: RequestHead, answer: Answer): void => options.observe(requestFinished(head, answer));
  const walk = { ...options, refuse: answerError, finished };

  const answerTo = async (request: IncomingMessage, head: RequestHead): Promise<Answer> => {
    const preflight = options.crossOrigin.preflight(head.method, request.headers);
    if (preflight) {
      head.trail.operation = 'preflight';
      return { status: 204, headers: preflight, body: undefined };
    }
    refuseRepeated(request.rawHeaders);
    const health = answerHealth(head, options.trouble);
    if (health) {
      head.trail.operation = 'health';
      return health;
    }
    const metrics = options.metrics && answerMetrics(head, options.metrics);
    if (metrics) {
      options.origins.originFor(head.headers.host, head.scheme);
      head.trail.operation = 'read metrics';
      return metrics;
    }
    const document = answerDocument(head, (host) => options.origins.originFor(host, head.scheme));
    if (document) return document;
    options.load.check();
    const { development, signIn } = options;
    const beside =
      (signIn && admitSignIn(head, signIn, options)) ?? (development && admitDevelopment(head, development, options));
    if (!beside) head.trail.simulated = development?.simulation.decide(head);
    const admitted = await (beside ?? admitRequest(head, walk));
    const body = await readBody(request, bounds.body);
    options.load.begin();
    try {
      const answer = await admitted.carryOut(body);
      // Answers of one turn of the event loop leave together: each alone may have to wake a client that sleeps.
      await endOfTurn();
      return answer;
    } finally {
      options.load.end();
    }
  };
  const patience = bounds.arrival * 1000;
  /** What has been accepted is answered by a closing server, and told to leave. */
  let closing = false;
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const head = readHead(request, options);
    const send = (answer: Answer): void => {
      const headers = commonHeaders(head, request.headers, options);
      const { simulatedEffects } = head.trail;
      if (simulatedEffects !== undefined) headers[simulatedHeader] = simulatedEffects;
      if (closing || mustEnd(request, answer)) headers.connection = 'close';
      sendAnswer(response, answer, headers);
      boundReader(response, patience);
      finished(head, answer);
    };
    try {
      send(await answerTo(request, head));
    } catch (error) {
      send(answerError(error, head, head.url));
    }
  };

  // Nothing of a request is read or written by Fastify's own rules: they would cost a third of what the walk does.
  const app = openWebServer(
    options,
    {
      forceCloseConnections: false,
      // The model judges bodies, not JSON Schema, so the compilers that Fastify would load need not be.
      schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    },
    (request, response) => void serve(request, response),
  );
  const endStalled = watchConnections(app.server);
  app.addHook('preClose', async () => {
    closing = true;
    endStalled();
  });
  return app;
}

/** Closed with bytes unread, the connection would be reset, and many a client never see why: a body of usual size is read. */
function mustEnd({ headers }: IncomingMessage, { refusal }: Answer): boolean {
  return refusal === 'bodyTooLarge' && !(Number(headers['content-length']) <= longestDiscarded);
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

function commonHeaders(
  { requestId, clientRequestId, scheme }: RequestHead,
  headers: IncomingMessage['headers'],
  { strictTransport, crossOrigin }: AppOptions,
): OutgoingHttpHeaders {
  const common: OutgoingHttpHeaders = {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    ...constantHeaders,
    // Forms of the answer are negotiated by these, and no cache may give one caller's to another (RFC 9110, section 12.5.5).
    vary: crossOrigin.varies ? 'Authorization, Accept, Prefer, Origin' : 'Authorization, Accept, Prefer',
  };
  // Where it came by plain http it must not be said (RFC 6797, section 7.2).
  if (strictTransport && scheme === 'https') common['strict-transport-security'] = 'max-age=31536000';
  return Object.assign(common, crossOrigin.headersFor(headers));
}
