// Where a key set's text comes from: a URL, a file, or the configuration itself.
import { readFile, stat } from 'node:fs/promises';
import { get as getHttp, type IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import type { JSONWebKeySet } from 'jose';
import { isLoopback } from '../base/index.js';

/** Where an issuer publishes its keys. */
export type KeyLocation = { readonly url: string } | { readonly file: string } | { readonly jwks: JSONWebKeySet };

export interface KeySource {
  /** The text of a JSON Web Key Set as it is now. Rejects with an ordinary error when it cannot be had. */
  read(): Promise<string>;
  /** Seconds after which the text is read again though every key that was asked for is known. */
  readonly maximumAge: number;
}

const maximumBytes = 1024 * 1024;
const timeoutMilliseconds = 5000;
const maximumUrlAge = 600;
const maximumFileAge = 30;

/**
 * A URL is https, or http to a loopback address; anything else is an error of the configuration. Of its answer nothing
 * is taken but a status 200 within five seconds and 1 MB: no redirect is followed, no compression is undone.
 */
export function openKeySource(location: KeyLocation): KeySource {
  if ('url' in location) {
    const url = keyUrl(location.url);
    return { read: () => readUrl(url), maximumAge: maximumUrlAge };
  }
  if ('file' in location) {
    return { read: () => readKeyFile(location.file), maximumAge: maximumFileAge };
  }
  const text = JSON.stringify(location.jwks);
  return { read: () => Promise.resolve(text), maximumAge: Number.POSITIVE_INFINITY };
}

function keyUrl(text: string): URL {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new Error(`The key set URL of ${url.host} must not contain a user name or password.`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Error(`The key set URL ${url.href} must be https (http is for loopback addresses alone).`);
  }
  return url;
}

async function readUrl(url: URL): Promise<string> {
  const response = await getUrl(url, AbortSignal.timeout(timeoutMilliseconds));
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Error(`The key set at ${url.href} was answered with status ${response.statusCode}.`);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the response.
    if (length > maximumBytes) throw new Error(`The key set at ${url.href} is larger than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function getUrl(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? getHttps : getHttp;
  return new Promise((resolve, reject) => {
    // Without an agent the connection closes after the answer: there is one every few minutes.
    const headers = { accept: 'application/jwk-set+json, application/json' };
    get(url, { signal, headers, agent: false }, resolve).on('error', reject);
  });
}

async function readKeyFile(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > maximumBytes) throw new Error(`The key set in ${file} is larger than ${maximumBytes} bytes.`);
  return readFile(file, 'utf8');
}
