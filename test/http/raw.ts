// Bytes as they are, over a socket: what no client would send.
import { connect } from 'node:net';
import type { Answer } from '../support.js';

/**
 * Sends the bytes to the origin (http) and answers the first answer that comes back; undefined where the connection
 * ends without one.
 */
export function sendRaw(origin: string, bytes: string | Buffer): Promise<Answer | undefined> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname);
    const end = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(readAnswer(received));
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no end of the answer: ${received}`));
    }, 10_000);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      received += text;
      if (readAnswer(received)) end();
    });
    socket.on('close', end);
    // A connection that is reset while bytes are still on their way may have its answer all the same.
    socket.on('error', () => {});
    socket.write(bytes);
  });
}

/** The answer, once it is whole. */
function readAnswer(text: string): Answer | undefined {
  const [head = '', body] = splitOnce(text, '\r\n\r\n');
  if (body === undefined) return undefined;
  const [statusLine = '', ...lines] = head.split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  if (status === 100) return readAnswer(body);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name, value = ''] = splitOnce(line, ':');
      return [name.toLowerCase(), value.trim()];
    }),
  );
  if (Buffer.byteLength(body) < Number(headers['content-length'] ?? 0)) return undefined;
  const isJson = headers['content-type']?.startsWith('application/json') && body !== '';
  return { status, headers, text: body, json: isJson ? JSON.parse(body) : undefined };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
