// The load: connections that ask again as soon as they are answered, with as little work of their own as can be, since they
// share the processors with the servers that are measured.
import { connect } from 'node:net';

export interface Load {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Makes the body of each request, none equal to the one before. */
  readonly body?: () => string;
}

export interface Answered {
  readonly perSecond: number;
  readonly total: number;
  /** How many were answered 503: another server was first too often, or the server is overloaded. */
  readonly refused: number;
  readonly p99Milliseconds: number;
}

/** Puts the load on the server at `url` for so many seconds. Throws where anything but a 200 or a 503 comes back. */
export async function putLoad(url: string, load: Load, connections: number, seconds: number): Promise<Answered> {
  const latencies: number[] = [];
  let refused = 0;
  const onRefusal = (): void => {
    refused++;
  };
  const nextRequest = requestsTo(url, load);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => askUntil(end, url, nextRequest, latencies, onRefusal)));
  const elapsed = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    perSecond: latencies.length / elapsed,
    total: latencies.length,
    refused,
    p99Milliseconds: latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN,
  };
}

/** One request after the other, in ASCII alone. */
function requestsTo(url: string, { method, path, headers, body }: Load): () => string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `${method} ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\n${lines.join('')}`;
  if (!body) return () => `${head}\r\n`;
  return () => {
    const text = body();
    return `${head}content-length: ${text.length}\r\n\r\n${text}`;
  };
}

/** One connection, which keeps the time of each answer. Answers are read as far as the header that tells their length. */
function askUntil(
  end: number,
  url: string,
  nextRequest: () => string,
  latencies: number[],
  onRefusal: () => void,
): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let asked = 0;
    let answer = '';
    const ask = (): void => {
      asked = performance.now();
      socket.write(nextRequest(), 'latin1');
    };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true }, ask);
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const headEnd = answer.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const [, length] = /\r\ncontent-length: *(\d+)\r\n/i.exec(answer) ?? [];
      if (answer.length < headEnd + 4 + Number(length)) return;
      const now = performance.now();
      if (answer.startsWith('HTTP/1.1 200 ')) latencies.push(now - asked);
      else if (answer.startsWith('HTTP/1.1 503 ')) onRefusal();
      else reject(new Error(`refused: ${answer}`));
      answer = '';
      if (now < end) ask();
      else socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      if (performance.now() >= end) resolve();
      else reject(new Error('a connection was closed before its time'));
    });
  });
}
