// Certificates of applications: what is taken, and by which thumbprints they are found.
import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { formatInstant, GraphError, type NewId } from '../base/index.js';
import type { ApplicationCertificate } from '../plan/index.js';

const longest = 16 * 1024;
const leastRsaBits = 2048;
const curves: readonly (string | undefined)[] = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * The certificate in the PEM text. Refuses (`valueInvalid`) what is not one certificate and nothing else, a private key above
 * all; a key that no assertion can be signed with, or a weak one; and a certificate that has ended. `now` is milliseconds
 * since the epoch.
 */
export function readCertificate(
  { pem, displayName = null }: { readonly pem: string; readonly displayName?: string | null | undefined },
  now: number,
  newId: NewId,
): ApplicationCertificate {
  const refuse = (reason: string): GraphError =>
    new GraphError('valueInvalid', { target: 'pem', values: { property: 'pem', reason } });
  if (/PRIVATE KEY/.test(pem)) throw refuse('it has a private key, which must stay where it is');
  if (pem.length > longest) throw refuse(`it is longer than ${longest} characters`);
  if ((pem.match(/-----BEGIN /g) ?? []).length !== 1) throw refuse('it is not one certificate in PEM');
  const certificate = parse(pem);
  if (!certificate) throw refuse('it is not a certificate in PEM');
  const weakness = weaknessOf(certificate.publicKey);
  if (weakness !== undefined) throw refuse(weakness);
  const [start, end] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (end <= now) throw refuse('it has ended');
  return {
    id: newId(),
    displayName,
    thumbprint: thumbprint('sha1', certificate),
    thumbprintSha256: thumbprint('sha256', certificate),
    pem: certificate.toString(),
    startDateTime: formatInstant(start),
    endDateTime: formatInstant(end),
  };
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function weaknessOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === 'rsa') {
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    return bits < leastRsaBits ? `its RSA key has fewer than ${leastRsaBits} bits` : undefined;
  }
  const usable = asymmetricKeyType === 'ec' && curves.includes(asymmetricKeyDetails?.namedCurve);
  return usable ? undefined : 'its key is neither RSA nor of P-256, P-384 or P-521';
}

/** Base64url, as a token's header has it (RFC 7515, sections 4.1.7 and 4.1.8). */
function thumbprint(algorithm: 'sha1' | 'sha256', { raw }: X509Certificate): string {
  return createHash(algorithm).update(raw).digest('base64url');
}
