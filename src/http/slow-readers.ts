// Clients that take their answer slowly or not at all: what waits for them must not fill the memory, nor hold their connection.
import type { Server } from 'node:http';

/** Bytes a second, on the whole, below which no client is waited for. */
const slowest = 64 * 1024;

/**
 * Ends connections over which nothing of an answer went for so long, in milliseconds, and those that take longer for a
 * whole one than that and the time it takes at the slowest rate.
 */
export function watchReaders(server: Server, patience: number): void {
  server.on('request', (_request, response) => {
    // All of it is handed to the connection; what the system did not take at once waits here for the client.
    response.once('prefinish', () => {
      const { socket } = response;
      if (!socket || socket.writableLength === 0) return;
      // With nobody to listen, Node ends a connection on which nothing moves for so long.
      socket.setTimeout(patience);
      const longest = patience + (socket.writableLength / slowest) * 1000;
      const timer = setTimeout(() => socket.destroy(), longest).unref();
      response.once('close', () => clearTimeout(timer));
    });
  });
}
