// The certificate authority of a development store, and the server certificate of a data folder.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/index.js';
import type { Secrets } from '../store/index.js';
import { type Certified, makeAuthority, makeServerCertificate } from './certificates.js';
import { readIfThere, replaceFile } from './files.js';

export interface Authority {
  /** The file with the authority's certificate, for clients to trust. */
  readonly caFile: string;
  /** PEM: the authority's certificate, then the key and the certificate that the server shows. */
  readonly ca: string;
  readonly key: string;
  readonly certificate: string;
}

const secretName = 'certificate-authority';
const renewalMilliseconds = 30 * 86_400_000;

/**
 * Opens the store's authority, made when there is none yet, and the folder's server certificate, made when it is missing,
 * within 30 days of its end, or not of this authority. Writes `ca.pem`, for all to read, and `server-key.pem` and
 * `server-cert.pem`, for the owner alone; the authority's own key stays in the store.
 */
export async function openAuthority(
  secrets: Secrets,
  { folder, clock }: { folder: string; clock: Clock },
): Promise<Authority> {
  const now = clock.now();
  const authority = await openCertified(secrets, now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, 'ca.pem');
  const keyFile = join(folder, 'server-key.pem');
  const certificateFile = join(folder, 'server-cert.pem');

  if ((await readIfThere(caFile)) !== authority.certificate) await replaceFile(caFile, authority.certificate, 0o644);
  const kept = { key: await readIfThere(keyFile), certificate: await readIfThere(certificateFile) };
  if (isServerCertificate(kept, authority, now)) {
    await Promise.all([chmod(keyFile, 0o600), chmod(certificateFile, 0o600)]);
    return { caFile, ca: authority.certificate, ...kept };
  }
  const server = await makeServerCertificate(authority, now);
  await replaceFile(keyFile, server.key, 0o600);
  await replaceFile(certificateFile, server.certificate, 0o600);
  return { caFile, ca: authority.certificate, ...server };
}

/** One secret holds both parts, so that a key never meets another's certificate. */
async function openCertified(secrets: Secrets, now: number): Promise<Certified> {
  const kept =
    (await secrets.findSecret(secretName)) ??
    (await secrets.keepSecret(secretName, JSON.stringify(await makeAuthority(now))));
  return JSON.parse(kept) as Certified;
}

function isServerCertificate(
  kept: { key: string | undefined; certificate: string | undefined },
  authority: Certified,
  now: number,
): kept is Certified {
  if (kept.key === undefined || kept.certificate === undefined) return false;
  try {
    const issuer = new X509Certificate(authority.certificate);
    const certificate = new X509Certificate(kept.certificate);
    return (
      certificate.checkIssued(issuer) &&
      certificate.verify(issuer.publicKey) &&
      certificate.checkPrivateKey(createPrivateKey(kept.key)) &&
      ['127.0.0.1', '::1'].every((address) => certificate.checkIP(address) !== undefined) &&
      certificate.checkHost('localhost') !== undefined &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) - now > renewalMilliseconds
    );
  } catch {
    // Not PEM, or cut short: as good as missing.
    return false;
  }
}
