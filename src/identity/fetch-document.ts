// Reads a document that an issuer publishes, within bounds that no answer can stretch.
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { isLoopback } from '../base/index.js';

/** How issuers are reached. */
export interface Reach {
  /** Whether plain http to a loopback address will do, as in development. */
  readonly allowLoopbackHttp: boolean;
  /** PEM: the certificate authorities to trust in place of the system's. */
  readonly certificateAuthorities?: string | undefined;
}

/** Largest document, in bytes. */
export const maximumBytes = 1024 * 1024;

/** Refuses, as an error of the configuration, what is not https; loopback http where the reach has it. */
export function checkAddress(text: string, { allowLoopbackHttp }: Reach): URL {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new Error(`The key set URL of ${url.host} must not contain a user name or password.`);
  }
  const isAllowedHttp = url.protocol === 'http:' && allowLoopbackHttp && isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !isAllowedHttp) {
    throw new Error(
      `The key set URL ${url.href} must be https (http is for loopback addresses in development mode alone).`,
    );
  }
  return url;
}

/**
 * The text of a document. Nothing is taken but a status 200 within 1 MB and until the signal: no redirect is followed, no
 * compression is undone, no proxy is asked.
 */
export async function fetchDocument(url: URL, reach: Reach, signal: AbortSignal): Promise<string> {
  const response = await getUrl(url, reach, signal);
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`The document at ${url.href} was answered with status ${response.statusCode}.`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response.
    if (length > maximumBytes) throw new Error(`The document at ${url.href} is larger than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function getUrl(url: URL, { certificateAuthorities: ca }: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  // Without an agent the connection closes after the answer: there is one every few minutes.
  const options = { signal, headers: { accept: 'application/jwk-set+json, application/json' }, agent: false } as const;
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? getHttps(url, {
            ...options,
            ...(ca !== undefined && { ca }),
            minVersion: 'TLSv1.2',
            rejectUnauthorized: true,
          })
        : getHttp(url, options);
    request.on('response', resolve).on('error', reject);
  });
}
