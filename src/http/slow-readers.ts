// Clients that take their answer slowly or not at all: what waits for them must not fill the memory, nor hold their connection.
import type { ServerResponse } from 'node:http';

/** Bytes a second, on the whole, below which no client is waited for. */
const slowest = 64 * 1024;

/**
 * To be called when an answer has ended. Ends its connection when nothing of the answer went for so long, in milliseconds,
 * or when the whole takes longer than that and the time it takes at the slowest rate.
 */
export function boundReader(response: ServerResponse, patience: number): void {
  if (response.socket) bound(response, patience);
  // Its turn comes when those before it on the connection have ended.
  else response.once('prefinish', () => bound(response, patience));
}

function bound(response: ServerResponse, patience: number): void {
  const { socket } = response;
  // All of it is handed to the connection; what the system did not take at once waits here for the client.
  if (!socket || socket.writableLength === 0) return;
  // With nobody to listen, Node ends a connection on which nothing moves for so long.
  socket.setTimeout(patience);
  const longest = patience + (socket.writableLength / slowest) * 1000;
  const timer = setTimeout(() => socket.destroy(), longest).unref();
  response.once('close', () => clearTimeout(timer));
}
