// Fastify opens, bounds and closes connections; what to do with a request is said here, in one step.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Hands every request to `serve`, which answers it: nothing of it is read or written by Fastify's own rules, of which there
 * are many, and which would cost a third of what the walk does.
 */
export function carry(
  app: FastifyInstance,
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): void {
  app.addHook('onRequest', ({ raw }, reply, _done) => {
    reply.hijack();
    void serve(raw, reply.raw);
  });
  app.all('/*', never);
  app.setNotFoundHandler(never);
}

function never(): never {
  throw new Error('a request went on behind its answer');
}
