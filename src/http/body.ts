// A request's body: its bytes as they come off the wire, and their text.
import type { IncomingMessage } from 'node:http';
import { GraphError } from '../base/index.js';

const empty = Buffer.alloc(0);

/** The whole body. Refuses: `bodyTooLarge` beyond so many bytes, `bodyNotJson` where it ends before its end. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (coding === undefined && (length === undefined || length === '0')) return empty;
  if (Number(length) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > limit) reject(tooLarge(limit));
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, received)));
    // Nobody is there to read it; the log is spared a client that went away.
    request.once('error', () =>
      reject(new GraphError('bodyNotJson', { values: { reason: 'it ends before its end' } })),
    );
  });
}

function tooLarge(limit: number): GraphError {
  return new GraphError('bodyTooLarge', { values: { limit } });
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Refuses (`bodyNotJson`) what is no UTF-8. */
export function decodeUtf8(body: Buffer): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new GraphError('bodyNotJson', { values: { reason: 'it is not UTF-8' } });
  }
}
