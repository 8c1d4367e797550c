// A web server of Node.js: what it bounds, where it listens, how it ends.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer as createListener, type Server as Listener } from 'node:net';
import { watchReaders } from './slow-readers.js';
import { watchConnections } from './stalled-connections.js';
import { refuseWrongCertificates, secureContext, serverOptions, type TlsOptions } from './tls.js';

export interface WebServerOptions extends ServerOptions {
  /** How long a request may take to arrive, and a client to go on with its answer, in milliseconds. */
  readonly requestTimeout: number;
  /** Plain http without. */
  readonly tls?: TlsOptions | undefined;
  readonly maxConnections?: number;
}

export class WebServer {
  readonly node: Server;
  readonly #endStalled: () => void;
  /** Listeners besides the server's own. */
  readonly #others: Listener[] = [];
  #closing = false;

  constructor({ tls, maxConnections, ...given }: WebServerOptions, answer: RequestListener) {
    const { requestTimeout } = given;
    const options = {
      ...given,
      // Node's own is a minute, and where it is the longer of the two, Node has the whole request take as long.
      headersTimeout: requestTimeout,
      // How often Node looks for requests that are late; by itself it would bear them half a minute longer.
      connectionsCheckingInterval: Math.min(requestTimeout / 4, 5000),
    };
    this.node = tls
      ? createTlsServer({ ...options, ...serverOptions(tls, requestTimeout) }, answer)
      : createServer(options, answer);
    if (tls?.clients) refuseWrongCertificates(this.node as TlsServer);
    // Node drops what comes after 2000 headers, an If-Match among it; the size of the head is limit enough.
    this.node.maxHeadersCount = 0;
    if (maxConnections !== undefined) this.node.maxConnections = maxConnections;
    watchReaders(this.node, requestTimeout);
    this.#endStalled = watchConnections(this.node);
  }

  /** Whether it takes no more connections, and those that it has should end. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Listens at every address that the host's name stands for; answers the port. */
  async listen(host: string, port: number): Promise<number> {
    const [first, ...others] = await addressesOf(host);
    await listenAt(this.node, first, port);
    const { port: actual } = this.node.address() as AddressInfo;
    for (const address of others) {
      const listener = createListener((socket) => void this.node.emit('connection', socket));
      // A machine may have a name for an address that it has not.
      const listens = await listenAt(listener, address, actual).then(
        () => true,
        () => false,
      );
      if (listens) this.#others.push(listener);
    }
    return actual;
  }

  /** New connections get the new certificate; those that are open stay. Throws where it is none. */
  replaceCertificate(tls: TlsOptions): void {
    (this.node as TlsServer).setSecureContext(secureContext(tls));
  }

  /** Takes no more connections, and lets the requests that run finish. */
  async close(): Promise<void> {
    this.#closing = true;
    if (!this.node.listening) return;
    this.#endStalled();
    for (const listener of this.#others) listener.close();
    const closed = once(this.node, 'close');
    this.node.close();
    await closed;
  }
}

async function addressesOf(host: string): Promise<readonly [string, ...string[]]> {
  const [first, ...others] = await lookup(host, { all: true });
  return first ? [first.address, ...others.map(({ address }) => address)] : [host];
}

async function listenAt(listener: Listener | Server, host: string, port: number): Promise<void> {
  const listening = once(listener, 'listening');
  listener.listen({ host, port });
  await listening;
}
