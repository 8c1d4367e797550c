// Connections that would keep a closing server from its end: those that ask nothing, and those that never finish asking.
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** How often a closing server looks at its connections, in milliseconds. */
const sweepInterval = 50;
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
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    running.add(request);
    response.once('close', () => running.delete(request));
  });

  return () => {
    const begun = performance.now();
    const sweep = setInterval(() => {
      server.closeIdleConnections();
      const elapsed = performance.now() - begun;
      if (elapsed < silenceAllowed) return;
      const kept = [...running].filter(({ complete }) => complete || elapsed < arrivalAllowed);
      const peers = new Set(kept.map(({ socket }) => peerOf(socket)));
      for (const socket of connections) if (!peers.has(peerOf(socket))) socket.destroy();
    }, sweepInterval);
    server.once('close', () => clearInterval(sweep));
  };
}

/** Tells which connection a socket belongs to: a TLS socket and the one below it are two objects. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
