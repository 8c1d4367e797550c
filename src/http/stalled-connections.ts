// Connections of a closing server: those that ask nothing, and those that never finish asking, must not keep it from its end.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How often a closing server looks at its connections, in milliseconds. */
const sweepInterval = 50;
/**
 * How long a connection that has been answered may be quiet: whoever is busy with it asks again in that time, and is told to
 * leave. Closed at once, it might be in the very moment in which a request is on its way.
 */
const quietAllowed = 250;
/** How long a connection that asks nothing may still begin to, and a request may still arrive, in milliseconds. */
const silenceAllowed = 1000;
const arrivalAllowed = 5000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** When it was first looked at after its end. */
  seenOver?: number;
}

/**
 * Watches the server's connections; the returned function is called when the server closes. A request that has arrived
 * whole is let finish, however long that takes. (Node's own time limits end with `close()`, and it never drops a
 * connection on which no request has begun.)
 */
export function watchConnections(server: Server): () => void {
  const connections = new Set<Socket>();
  /** The last exchange of each connection: those before it are over when it is. */
  const last = new Map<Socket, Exchange>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      last.delete(socket);
    });
  });
  server.on('secureConnection', (socket: Socket) => socket.once('close', () => last.delete(socket)));
  server.on('request', (request, response) => last.set(request.socket, { request, response }));

  return () => {
    const begun = performance.now();
    // Node would close at once what has no request in this moment.
    server.closeIdleConnections = () => {};
    const sweep = (): void => {
      const now = performance.now();
      const exchanges = new Map([...last].map(([socket, exchange]) => [peerOf(socket), exchange]));
      for (const socket of connections) {
        const exchange = exchanges.get(peerOf(socket));
        if (exchange && !exchange.response.closed) {
          if (!exchange.request.complete && now - begun >= arrivalAllowed) socket.destroy();
          continue;
        }
        if (exchange) exchange.seenOver ??= now;
        const since = exchange?.seenOver;
        if (since === undefined ? now - begun >= silenceAllowed : now - since >= quietAllowed) socket.destroy();
      }
    };
    sweep();
    const timer = setInterval(sweep, sweepInterval);
    server.once('close', () => clearInterval(timer));
  };
}

/** Tells which connection a socket belongs to: a TLS socket and the one below it are two objects. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
