// Sends many requests over few connections, several before the first is answered, and reads the answers back.
import { connect, type Socket } from 'node:net';
import type { Made } from './requests.js';

export interface Answered {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** How many requests are on their way over one connection. */
const pipelined = 8;
/** After this many milliseconds without a byte a connection is given up. */
const patience = 60_000;

/** Sends the requests in their order and answers what each was answered; undefined for one that got no answer. */
export async function sendAll(origin: string, requests: readonly Made[]): Promise<readonly (Answered | undefined)[]> {
  const answers: (Answered | undefined)[] = new Array(requests.length);
  for (let next = 0; next < requests.length; ) {
    next = await sendSome(origin, requests, next, answers);
  }
  return answers;
}

/** Bytes that may be no request, over a connection of their own: every answer that comes of them. */
export function sendWild(origin: string, bytes: Buffer): Promise<readonly Answered[]> {
  return new Promise((resolve) => {
    const reader = new AnswerReader();
    const socket = open(origin);
    socket.on('data', (chunk) => reader.push(chunk));
    socket.on('close', () => resolve(reader.all(() => false)));
    // What is cut off shall not be waited for.
    socket.end(bytes);
  });
}

/** Sends from one request on until all are answered or the server closes; answers the first that has no answer yet. */
function sendSome(
  origin: string,
  requests: readonly Made[],
  from: number,
  answers: (Answered | undefined)[],
): Promise<number> {
  return new Promise((resolve) => {
    const reader = new AnswerReader();
    const socket = open(origin);
    let sent = from;
    let answered = from;
    const fill = (): void => {
      while (sent < requests.length && sent - answered < pipelined) {
        socket.write(requests[sent]?.bytes ?? '');
        sent++;
      }
    };
    socket.on('data', (chunk) => {
      reader.push(chunk);
      for (let more = true; more; ) {
        const answer = reader.next(requests[answered]?.method === 'HEAD');
        if (answer) answers[answered++] = answer;
        more = answer !== undefined;
      }
      if (answered === requests.length) socket.destroy();
      else fill();
    });
    // One that was given no answer at all is not sent a second time.
    socket.on('close', () => resolve(answered === from ? from + 1 : answered));
    fill();
  });
}

function open(origin: string): Socket {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.setTimeout(patience, () => socket.destroy());
  return socket.on('error', () => {});
}

/** Bytes → answers. */
class AnswerReader {
  #bytes: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
  }

  /** The next answer that is whole. */
  next(isToHead: boolean): Answered | undefined {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const [statusLine = '', ...lines] = this.#bytes.toString('latin1', 0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
    if (Number.isNaN(status)) throw new Error(`no answer: ${statusLine}`);
    if (status === 100) {
      this.#bytes = this.#bytes.subarray(end + 4);
      return this.next(isToHead);
    }
    const headers = new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    if (headers.has('transfer-encoding')) throw new Error('an answer in chunks');
    const length = isToHead || status === 204 || status === 304 ? 0 : Number(headers.get('content-length') ?? 0);
    if (this.#bytes.length < end + 4 + length) return undefined;
    const body = this.#bytes.toString('utf8', end + 4, end + 4 + length);
    this.#bytes = this.#bytes.subarray(end + 4 + length);
    return { status, headers, body };
  }

  all(isToHead: () => boolean): readonly Answered[] {
    const found: Answered[] = [];
    for (let answer = this.next(isToHead()); answer; answer = this.next(isToHead())) found.push(answer);
    return found;
  }
}
