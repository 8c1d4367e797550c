// What tests through the front door share: one call to a server, over plain http or https.
import { X509Certificate } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import type { PeerCertificate } from 'node:tls';

/** A server that can be called: what `createServer()` gives, or anything that listens. */
export interface Callable {
  readonly plainUrl: string | undefined;
  readonly development?: { token(): Promise<string> } | undefined;
}

export interface CallOptions {
  /** An object is sent as JSON, a text or bytes as they are. */
  readonly body?: unknown;
  /** Sent as a bearer token; the server's own, with all permissions, unless told otherwise; null sends none. */
  readonly token?: string | null;
  /** Replace the headers that are sent by themselves (names in lower case); undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  /** The certificate authority to trust, PEM, for https. */
  readonly ca?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body read as JSON; undefined where there is none. A test knows what it asked for. */
  // biome-ignore lint/suspicious/noExplicitAny: the one place where the tests look into unknown JSON
  readonly json: any;
}

/** Sends one request. `path` begins with a slash, or is a whole URL. */
export async function call(server: Callable, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  const token = options.token === undefined ? await server.development?.token() : options.token;
  const raw = typeof options.body === 'string' || Buffer.isBuffer(options.body) ? options.body : undefined;
  const body = raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const headers: Record<string, string | string[] | undefined> = {
    ...(token !== undefined && token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
    ...options.headers,
  };
  const url = new URL(path.startsWith('/') ? `${server.plainUrl}${path}` : path);
  const ca = options.ca && {
    ca: options.ca,
    ...(url.hostname.startsWith('[') && { checkServerIdentity: namesAddress }),
  };
  const given = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined);
  return send(url, { method, headers: Object.fromEntries(given), ...ca }, body);
}

/** Stands in for Node's own check, which takes no IPv6 address in 22.23. */
function namesAddress(host: string, { raw }: PeerCertificate): Error | undefined {
  return new X509Certificate(raw).checkIP(host) ? undefined : new Error(`the certificate does not name ${host}`);
}

function send(url: URL, options: RequestOptions, body: string | Buffer | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, { ...options, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type']?.startsWith('application/json') && text !== '';
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    request.end(body);
  });
}
