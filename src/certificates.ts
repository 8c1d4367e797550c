// The certificate files of a server, and their exchange while it runs.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { type Clock, readWhole, reasonOf } from './base/index.js';
import type { ServerSettings } from './config/index.js';
import { secureContext, type TlsOptions } from './http/index.js';
import type { Observe } from './observation/index.js';

export interface CertificateFiles {
  /** What the files said when they were last found to be right. */
  readonly current: TlsOptions;
  /** Reads the files again; what is wrong with them is observed, and what was right stays in force. */
  reload(): Promise<void>;
  /** Looks at them from now on, and tells of files that have others in their place. */
  watch(onChange: (tls: TlsOptions) => void): void;
  close(): void;
}

/** How often the files are looked at, in milliseconds. */
const interval = 2000;

/** The files of the settings; undefined where these have none. Refuses files that are not a certificate and its key. */
export async function openCertificateFiles(
  settings: ServerSettings,
  { clock, observe }: { clock: Clock; observe: Observe },
): Promise<CertificateFiles | undefined> {
  const { tlsCert, tlsKey } = settings;
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  const what = `The certificate '${tlsCert}' with the key '${tlsKey}'`;
  let current = await readFiles(settings).catch((error: unknown) => {
    throw new Error(`${what} cannot be used: ${reasonOf(error)}`, { cause: error });
  });
  observe({ event: 'certificateRead', file: tlsCert, expires: instantOf(expiryOf(current)) });
  /** The last that was looked at, right or wrong. */
  let seen = current;
  let onChange: (tls: TlsOptions) => void = () => {};
  let timer: NodeJS.Timeout | undefined;

  const take = (found: TlsOptions): void => {
    seen = found;
    if (isSame(found, current)) return;
    try {
      const until = expiryOf(found);
      if (until <= clock.now()) throw new Error(`The certificate expired at ${instantOf(until)}.`);
      check(found);
      onChange(found);
      current = found;
      observe({ event: 'certificateReplaced', file: tlsCert, expires: instantOf(until) });
    } catch (error) {
      observe({ event: 'certificateFailed', file: tlsCert, error });
    }
  };
  let looking: TlsOptions | undefined;
  const look = async (): Promise<void> => {
    // Files that are just being written are missing, or do not fit, for a moment: what counts has stayed for an interval.
    const found = await readTexts(settings).catch(() => undefined);
    if (found && looking && isSame(found, looking) && !isSame(found, seen)) take(found);
    looking = found;
  };
  return {
    get current() {
      return current;
    },
    async reload() {
      try {
        take(await readTexts(settings));
      } catch (error) {
        observe({ event: 'certificateFailed', file: tlsCert, error });
      }
    },
    watch(tell) {
      onChange = tell;
      timer = setInterval(() => void look(), interval).unref();
    },
    close: () => clearInterval(timer),
  };
}

async function readFiles(settings: ServerSettings): Promise<TlsOptions> {
  const tls = await readTexts(settings);
  check(tls);
  return tls;
}

async function readTexts({ tlsCert, tlsKey, tlsClientCa, tlsClientCert }: ServerSettings): Promise<TlsOptions> {
  const read = (file: string | undefined): Promise<string> => readWhole(file ?? '');
  const [cert, key] = await Promise.all([read(tlsCert), read(tlsKey)]);
  if (tlsClientCa === undefined) return { cert, key };
  return { cert, key, clients: { authorities: await read(tlsClientCa), required: tlsClientCert === 'required' } };
}

/** Throws where they do not go together, or are none. */
function check(tls: TlsOptions): void {
  // Node takes an empty text for none, and would go on without a key, or without authorities to refuse anybody by.
  if (!new X509Certificate(tls.cert).checkPrivateKey(createPrivateKey(tls.key))) {
    throw new Error('The key is not that of the certificate.');
  }
  if (tls.clients) new X509Certificate(tls.clients.authorities);
  createSecureContext(secureContext(tls));
}

/** The time at which the server's own certificate, the first of the chain, ends. */
function expiryOf({ cert }: TlsOptions): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

function instantOf(time: number): string {
  return new Date(time).toISOString();
}

function isSame(one: TlsOptions, other: TlsOptions): boolean {
  return one.cert === other.cert && one.key === other.key && one.clients?.authorities === other.clients?.authorities;
}
