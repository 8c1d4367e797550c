// TLS as this server speaks it: its versions and ciphers, and what clients must show.
import type { Server } from 'node:https';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import type { FastifyInstance } from 'fastify';

export interface TlsOptions {
  /** The certificate chain and its key, PEM. */
  readonly cert: string;
  readonly key: string;
  /** Whose certificates clients show, PEM, and whether they must; they are not asked without. */
  readonly clients?: { readonly authorities: string; readonly required: boolean } | undefined;
}

/** How long a handshake may take at most, in milliseconds. */
const longestHandshake = 10_000;

/** Of TLS 1.2 what has forward secrecy and authenticated encryption (RFC 9325, section 4.2), of 1.3 everything that Node has. */
const ciphers = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/** What can be exchanged while a server runs; connections that are open keep what they began with. */
export function secureContext({ cert, key, clients }: TlsOptions): SecureContextOptions {
  const ca = clients && { ca: clients.authorities };
  return { cert, key, ...ca, ciphers, honorCipherOrder: true, minVersion: 'TLSv1.2' };
}

/** `arrival` is how long a request may take to arrive, in milliseconds. */
export function serverOptions(tls: TlsOptions, arrival: number) {
  const { clients } = tls;
  return {
    ...secureContext(tls),
    handshakeTimeout: Math.min(arrival, longestHandshake),
    requestCert: clients !== undefined,
    rejectUnauthorized: clients?.required ?? false,
  };
}

/** A certificate that need not be shown must all the same be a right one where it is. */
export function refuseWrongCertificates(server: Server): void {
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (!socket.authorized && socket.getPeerX509Certificate() !== undefined) socket.destroy();
  });
}

/** New connections get the new certificate; those that are open stay. Throws where it is none. */
export function replaceCertificate(app: FastifyInstance, tls: TlsOptions): void {
  (app.server as unknown as Server).setSecureContext(secureContext(tls));
}
