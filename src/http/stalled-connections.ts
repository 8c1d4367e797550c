// Connections of a closing server: those that ask nothing, and those that never finish asking, must not keep it from its end.
import type { IncomingMessage, Server } from 'node:http';
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

/**
 * Watches the server's connections; the returned function is called when the server closes. A request that has arrived
 * whole is let finish, however long that takes. (Node's own time limits end with `close()`, and it never drops a
 * connection on which no request has begun.)
 */
export function watchConnections(server: Server): () => void {
  const connections = new Set<Socket>();
  const running = new Set<IncomingMessage>();
  /** When a connection was answered last. */
  const answered = new Map<Socket, number>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      answered.delete(socket);
    });
  });
  server.on('secureConnection', (socket: Socket) => socket.once('close', () => answered.delete(socket)));
  server.on('request', (request, response) => {
    running.add(request);
    response.once('close', () => {
      running.delete(request);
      if (!request.socket.destroyed) answered.set(request.socket, performance.now());
    });
  });

  return () => {
    const begun = performance.now();
    // Node would close at once what has no request in this moment.
    server.closeIdleConnections = () => {};
    const sweep = (): void => {
      const now = performance.now();
      const kept = [...running].filter(({ complete }) => complete || now - begun < arrivalAllowed);
      const busy = new Set(kept.map(({ socket }) => peerOf(socket)));
      const answeredAt = new Map([...answered].map(([socket, time]) => [peerOf(socket), time]));
      for (const socket of connections) {
        const peer = peerOf(socket);
        if (busy.has(peer)) continue;
        const since = answeredAt.get(peer);
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
