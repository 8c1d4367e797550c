// Certificate authorities for the tests, of servers and of clients, and what they sign.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface TestAuthority {
  readonly cert: string;
  /** A certificate for localhost, usable by servers and clients, that ends after so many seconds. */
  issue(name: string, lifetime?: number): Promise<Issued>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const usages = ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'];
const before = () => new Date(Date.now() - 3_600_000);
const serialNumber = () => `4${randomBytes(16).toString('hex').slice(1)}`;
const makeKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

export async function makeTestAuthority(name: string): Promise<TestAuthority> {
  const keys = await makeKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    notBefore: before(),
    notAfter: new Date(Date.now() + 3_600_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  return {
    cert: authority.toString('pem'),
    async issue(subject, lifetime = 3600) {
      const own = await makeKeys();
      const certificate = await X509CertificateGenerator.create({
        serialNumber: serialNumber(),
        subject: [{ CN: [subject] }],
        issuer: authority.subjectName,
        notBefore: before(),
        notAfter: new Date(Date.now() + lifetime * 1000),
        signingAlgorithm: algorithm,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        extensions: [
          new BasicConstraintsExtension(false, undefined, true),
          new ExtendedKeyUsageExtension(usages),
          new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
        ],
      });
      const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey));
      const key = `-----BEGIN PRIVATE KEY-----\n${bytes.toString('base64')}\n-----END PRIVATE KEY-----\n`;
      return { cert: certificate.toString('pem'), key };
    },
  };
}
