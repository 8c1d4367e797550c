// What is around the walk of a request: request ids, common headers, limits and errors in Graph's shape.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { GraphError, type StorageTrouble } from '../base/index.js';
import { type Answer, sendAnswer } from './answer.js';
import { readBody } from './body.js';
import { answerClientError, answerExpectation, type ClientError } from './client-error.js';
import type { CrossOrigin } from './cross-origin.js';
import { admitDevelopment } from './development.js';
import { answerDocument } from './documents.js';
import { answerOfError, asRefusal, echoable, isFault, type RequestIds } from './errors.js';
import { answerHealth } from './health.js';
import type { Load } from './load.js';
import { answerMetrics, type MetricsPage } from './metrics-page.js';
import { beginTrail, requestFinished } from './observed.js';
import type { ReadSource } from './proxies.js';
import { simulatedHeader } from './simulate.js';
import type { TlsOptions } from './tls.js';
import { admitRequest, type RequestHead, type WalkOptions } from './walk.js';
import { WebServer } from './web-server.js';

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

/** Builds the server; the caller lets it listen and closes it. */
export function buildApp(options: AppOptions): WebServer {
  const { tls, bounds } = options;
  const answerError = (error: unknown, ids: RequestIds, path: string): Answer => {
    const refusal = asRefusal(error);
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
    const { development } = options;
    const below = development && admitDevelopment(head, development, options);
    if (!below) head.trail.simulated = development?.simulation.decide(head);
    const admitted = await (below ?? admitRequest(head, walk));
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

  const server = new WebServer(
    {
      tls,
      maxConnections: bounds.connections,
      maxHeaderSize: bounds.head,
      requestTimeout: bounds.arrival * 1000,
      keepAliveTimeout: bounds.keepAlive * 1000,
      // A request without a Host is refused in Graph's shape, by the walk, not by Node.
      requireHostHeader: false,
    },
    async (request, response) => {
      const head = readHead(request, options);
      const send = (answer: Answer): void => {
        const { simulatedEffects } = head.trail;
        const headers = {
          ...commonHeaders(head, request.headers, options),
          ...(simulatedEffects !== undefined && { [simulatedHeader]: simulatedEffects }),
          ...answer.headers,
        };
        // What has been accepted is answered, and told to leave.
        sendAnswer(response, answer, server.closing || mustEnd(request, answer), headers);
        finished(head, answer);
      };
      try {
        send(await answerTo(request, head));
      } catch (error) {
        send(answerError(error, head, head.url));
      }
    },
  );
  server.node.on('clientError', (error, socket) =>
    answerClientError(error as ClientError, socket as Socket, { ...options, maxHeaderSize: bounds.head }),
  );
  server.node.on('checkExpectation', (request, response) => answerExpectation(request, response, options));
  return server;
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

/** Headers of which a second one could be judged by one program and obeyed by another. */
const singleHeaders = ['authorization', 'host', 'if-match', 'content-type'];

/** Refuses (`malformedHeader`) what Node would pass over in silence: it keeps the first of such headers. */
function refuseRepeated(rawHeaders: readonly string[]): void {
  for (const header of singleHeaders) {
    let found = false;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      if (name.length !== header.length || name.toLowerCase() !== header) continue;
      if (found) {
        throw new GraphError('malformedHeader', { target: header, values: { header, reason: 'it is given twice' } });
      }
      found = true;
    }
  }
}

function readHead(request: IncomingMessage, { newId, scheme: expected, sourceOf }: AppOptions): RequestHead {
  const { headers, socket } = request;
  const requestId = newId();
  const given = headers['client-request-id'];
  const connection = { ipAddress: socket.remoteAddress ?? '', scheme: expected, host: headers.host } as const;
  const { ipAddress, scheme, host } = sourceOf(connection, headers);
  return {
    method: request.method ?? '',
    url: request.url ?? '/',
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

function commonHeaders(
  { requestId, clientRequestId, scheme }: RequestHead,
  headers: IncomingMessage['headers'],
  { strictTransport, crossOrigin }: AppOptions,
): Readonly<Record<string, string>> {
  return {
    'request-id': requestId,
    'client-request-id': clientRequestId,
    'odata-version': '4.0',
    'cache-control': 'no-store',
    'x-ms-ags-diagnostic': diagnostic,
    // Forms of the answer are negotiated by these.
    vary: crossOrigin.varies ? 'Accept, Prefer, Origin' : 'Accept, Prefer',
    ...crossOrigin.headersFor(headers),
    // Where it came by plain http it must not be said (RFC 6797, section 7.2).
    ...(strictTransport && scheme === 'https' && { 'strict-transport-security': 'max-age=31536000' }),
  };
}
