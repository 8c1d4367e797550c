// The web server beneath each listener: Fastify opens, bounds and closes connections as the settings say.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Clock, NewId } from '../base/index.js';
import type { Observe } from '../observation/index.js';
import { answerClientError, answerExpectation } from './client-error.js';
import { refuseWrongCertificates, serverOptions, type TlsOptions } from './tls.js';

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

interface Means {
  /** Plain http without. */
  readonly tls: TlsOptions | undefined;
  readonly bounds: Bounds;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly observe: Observe;
}

/** `own` is what the listener has for itself; `serve` answers its requests, or, without, what is set up at Fastify. */
export function openWebServer(means: Means, own: FastifyServerOptions, serve?: RequestListener): FastifyInstance {
  const { tls, bounds } = means;
  const arrival = bounds.arrival * 1000;
  const options = {
    requestTimeout: arrival,
    keepAliveTimeout: bounds.keepAlive * 1000,
    maxHeaderSize: bounds.head,
    // A request without a Host is refused in Graph's shape, by the walk, not by Node.
    requireHostHeader: false,
    // Node's own is a minute, and where it is the longer of the two, Node has the whole request take as long.
    headersTimeout: arrival,
    // How often Node looks for requests that are late; by itself it would bear them half a minute longer.
    connectionsCheckingInterval: Math.min(arrival / 4, 5000),
  };
  const openSecure = (secure: TlsOptions, listener: RequestListener): SecureServer => {
    const server = createSecureServer({ ...serverOptions(secure, arrival), ...options }, listener);
    if (secure.clients) refuseWrongCertificates(server);
    return server;
  };
  const open = (listener: RequestListener): Server => {
    const server = tls ? openSecure(tls, listener) : createServer(options, listener);
    // Node drops what comes after 2000 headers, an If-Match among it; the size of the head is limit enough.
    server.maxHeadersCount = 0;
    server.maxConnections = bounds.connections;
    server.on('checkExpectation', (request, response) => answerExpectation(request, response, means));
    return server;
  };
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: false,
    clientErrorHandler: (error, socket) => answerClientError(error, socket, { ...means, maxHeaderSize: bounds.head }),
    serverFactory: (listener) => open(serve ?? listener),
    ...own,
  });
  // Fastify leaves alone what it has not opened, when it never listened; its timer would keep the process.
  app.addHook('onClose', async () => void app.server.close());
  return app;
}
