// Makes the certificates of a development store: an authority that is good for this machine alone, and what it signs.
import { Buffer } from 'node:buffer';
import { randomBytes, webcrypto } from 'node:crypto';

const day = 86_400_000;
const authorityLifetime = 20 * 365 * day;
/** What browsers and phones accept of a server's certificate is 398 days. */
const serverLifetime = 397 * day;
/** So that a clock which is a little behind accepts a certificate that was just made. */
const backdating = 3_600_000;

const serverAuth = '1.3.6.1.5.5.7.3.1';
const nameConstraintsOid = '2.5.29.30';
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** PEM texts; the key as PKCS #8. */
export interface Certified {
  readonly key: string;
  readonly certificate: string;
}

/**
 * A certificate authority that can sign for `localhost`, 127.0.0.1 and ::1 and for nothing else (RFC 5280 section
 * 4.2.1.10, critical), for servers alone, and for no authority below it.
 */
export async function makeAuthority(now: number): Promise<Certified> {
  const x509 = await loadX509();
  const keys = await makeKeyPair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    name: [{ O: ['Offshoot'] }, { CN: [`Offshoot development authority ${randomBytes(4).toString('hex')}`] }],
    notBefore: new Date(now - backdating),
    notAfter: new Date(now + authorityLifetime),
    signingAlgorithm: keyAlgorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([serverAuth]),
      new x509.Extension(nameConstraintsOid, true, nameConstraints()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await exportKey(keys.privateKey), certificate: pemOf('CERTIFICATE', certificate.rawData) };
}

/** A server's certificate for `localhost`, 127.0.0.1 and ::1, signed by the authority. */
export function makeServerCertificate(authority: Certified, now: number): Promise<Certified> {
  return signServerCertificate(authority, now, [
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ]);
}

/** As `makeServerCertificate`, for any names; whoever checks the authority's constraints refuses all but its own. */
export async function signServerCertificate(
  authority: Certified,
  now: number,
  names: readonly { readonly type: 'dns' | 'ip'; readonly value: string }[],
): Promise<Certified> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await makeKeyPair();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerialNumber(),
    subject: [{ CN: [names[0]?.value ?? ''] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now - backdating),
    notAfter: new Date(now - backdating + serverLifetime),
    signingAlgorithm: keyAlgorithm,
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([serverAuth]),
      new x509.SubjectAlternativeNameExtension([...names]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await exportKey(keys.privateKey), certificate: pemOf('CERTIFICATE', certificate.rawData) };
}

/** Loaded only when something is made: it costs a tenth of a second and 20 MB. */
async function loadX509() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** NameConstraints ::= SEQUENCE { permittedSubtrees [0] SEQUENCE OF SEQUENCE { base GeneralName } }, as DER. */
function nameConstraints(): Buffer {
  const dnsName = 0x82;
  const ipAddress = 0x87;
  const loopbackV4 = Buffer.from(`7f000001${'ff'.repeat(4)}`, 'hex');
  const loopbackV6 = Buffer.from(`${'00'.repeat(15)}01${'ff'.repeat(16)}`, 'hex');
  const permitted = [der(dnsName, Buffer.from('localhost')), der(ipAddress, loopbackV4), der(ipAddress, loopbackV6)];
  return der(0x30, der(0xa0, ...permitted.map((base) => der(0x30, base))));
}

/** A DER value of up to 127 bytes. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

/** Positive and of 16 bytes (RFC 5280 section 4.1.2.2). */
function newSerialNumber(): string {
  return `4${randomBytes(16).toString('hex').slice(1)}`;
}

function makeKeyPair(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return pemOf('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', key));
}

function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', bytes, keyAlgorithm, false, ['sign']);
}

function pemOf(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
