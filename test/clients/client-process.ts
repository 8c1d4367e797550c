// A vendor's client in a process of its own: only a process that starts with it trusts a further certificate authority.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from '../../src/index.js';

export interface ClientProcess<Request, Reply> {
  ask(request: Request): Promise<Reply>;
  close(): Promise<void>;
}

/** Where the client shall go: the https origin by the name that is in the certificate, and the token to use. */
export interface Destination {
  readonly url: string;
  readonly token: string;
}

/** Starts the program `file` (which calls `answerRequests`) with the server's authority as one that it trusts. */
export async function openClientProcess<Request, Reply>(
  file: URL,
  server: Server,
  token?: string,
): Promise<ClientProcess<Request, Reply>> {
  const { development, url } = server;
  assert.ok(development && url, 'a server in development mode was asked for');
  const destination: Destination = {
    url: `https://localhost:${new URL(url).port}`,
    token: token ?? (await development.token()),
  };
  const child = fork(file, [JSON.stringify(destination)], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: development.caFile },
    execArgv: [],
    serialization: 'advanced',
  });
  const exited = once(child, 'exit');
  return {
    async ask(request) {
      child.send(request as object);
      const [reply] = await Promise.race([once(child, 'message'), exited.then(fail)]);
      return reply;
    },
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

function fail([code]: unknown[]): never {
  throw new Error(`the client's process ended with ${code}`);
}

/** In the client's process: answers each request with what `answer` makes of it, until the parent goes. */
export function answerRequests<Request, Reply>(
  start: (destination: Destination) => (request: Request) => Promise<Reply>,
): void {
  const answer = start(JSON.parse(process.argv[2] ?? ''));
  process.on('message', async (request) => process.send?.(await answer(request as Request)));
}
