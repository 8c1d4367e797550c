// Counts the round trips to a database: a proxy in front of it, which sees when a client speaks after the server has.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface CountedDatabase {
  /** The database, by way of the proxy. */
  readonly url: string;
  /** Round trips so far, of all connections. */
  readonly trips: number;
  close(): void;
}

/** Stands in front of the database at `url`, a `postgres://` URL of loopback without TLS. */
export async function countRoundTrips(url: string): Promise<CountedDatabase> {
  const target = new URL(url);
  let trips = 0;
  const proxy = createServer((client) => {
    const server = connect({ host: target.hostname, port: Number(target.port || 5432) });
    let serverSpokeLast = true;
    client.on('data', () => {
      if (serverSpokeLast) trips++;
      serverSpokeLast = false;
    });
    server.on('data', () => {
      serverSpokeLast = true;
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay();
      from.pipe(to);
      from.on('error', () => to.destroy());
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const counted = new URL(url);
  counted.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: counted.href,
    get trips() {
      return trips;
    },
    close: () => void proxy.close(),
  };
}
