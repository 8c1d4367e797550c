// One request through the library, in memory: the server's own bounds have been kept by then, and its answer goes the server's way.
import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { ProviderInstance } from './library.js';

export interface LibraryRequest {
  readonly method: string;
  readonly origin: string;
  /** The first segment, on which the library's routes are mounted. */
  readonly segment: string;
  /** Below it, with the query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string | undefined;
}

export interface LibraryAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** Headers that the library may see; whatever proxies said has been judged. */
const passed = [
  'accept',
  'access-control-request-headers',
  'access-control-request-method',
  'authorization',
  'content-type',
  'cookie',
  'origin',
  'sec-fetch-site',
] as const;

export function dispatch(provider: ProviderInstance, request: LibraryRequest): Promise<LibraryAnswer> {
  const incoming = incomingOf(request);
  return new Promise((resolve, reject) => {
    const outgoing = new CapturedResponse(incoming, resolve);
    // Every failure is an answer to it; what is not is a fault of ours.
    provider.callback()(incoming, outgoing).catch(reject);
  });
}

function incomingOf({ method, origin, segment, url, headers, body }: LibraryRequest): IncomingMessage {
  const { protocol, host } = new URL(origin);
  const incoming = new IncomingMessage(new Socket());
  const given = passed.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  Object.assign(incoming, {
    method,
    // By both the library knows where it is mounted.
    originalUrl: `/${segment}${url}`,
    url,
    headers: {
      ...Object.fromEntries(given),
      host,
      'x-forwarded-host': host,
      'x-forwarded-proto': protocol.replace(':', ''),
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
  });
  if (body !== undefined) incoming.push(body);
  incoming.push(null);
  return incoming;
}

/** An answer that goes nowhere: the library ends it with all that it has to say. */
class CapturedResponse extends ServerResponse {
  readonly #capture: (answer: LibraryAnswer) => void;

  constructor(request: IncomingMessage, capture: (answer: LibraryAnswer) => void) {
    super(request);
    this.#capture = capture;
  }

  override end(body?: unknown): this {
    const { 'set-cookie': cookies = [], ...headers } = this.getHeaders();
    this.#capture({
      status: this.statusCode,
      headers: ownHeaders(headers),
      cookies: [cookies].flat().map(String),
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '',
    });
    return this;
  }
}

/** What of the library's headers is its to say. */
const kept: ReadonlySet<string> = new Set([
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'content-security-policy',
  'content-type',
  'cross-origin-opener-policy',
  'location',
  'referrer-policy',
  'retry-after',
  'vary',
  'www-authenticate',
  'x-content-type-options',
  'x-frame-options',
]);

function ownHeaders(headers: OutgoingHttpHeaders): Record<string, string> {
  const own = Object.entries(headers).filter(([name, value]) => value !== undefined && kept.has(name));
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
}
