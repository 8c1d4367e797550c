// A seal: the end of a tenant's audit chain at some moment, signed. One word of text, so that a line of a log can carry it:
// `offshoot-seal/1/TENANT/POSITION/HASH/TIME/SIGNATURE`, where the signature is that of what stands before its slash.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What is signed: up to this event the tenant's chain was this. */
export interface SealedEnd {
  readonly tenant: string;
  readonly position: number;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
  /** When it was signed, as `formatInstant` writes it. */
  readonly time: string;
}

export interface SealKey {
  /** PEM. */
  readonly publicKey: string;
  /** The seal of the end. */
  seal(end: SealedEnd): string;
}

const form = /offshoot-seal\/1\/([\w-]+)\/(\d{1,15})\/([\da-f]{64})\/([\dT:.Z-]+)\/([\w-]+)/g;

/** A private key, PEM. Refuses any but Ed25519 and P-256. */
export function sealKeyOf(pem: string): SealKey {
  const key = createPrivateKey(pem);
  const digest = digestOf(key);
  return {
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString(),
    seal({ tenant, position, hash, time }) {
      const text = `offshoot-seal/1/${tenant}/${position}/${hash}/${time}`;
      return `${text}/${sign(digest, Buffer.from(text), signing(key)).toString('base64url')}`;
    },
  };
}

/** A public key, or the public half of a private one, PEM. Refuses what `sealKeyOf` refuses. */
export function publicSealKeyOf(pem: string): KeyObject {
  const key = createPublicKey(pem);
  digestOf(key);
  return key;
}

/** Ed25519 has a digest of its own. */
function digestOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): 'sha256' | null {
  if (asymmetricKeyType === 'ed25519') return null;
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'sha256';
  throw new Error(`it is of the kind ${asymmetricKeyType}, and has to be of Ed25519 or P-256`);
}

/** Of P-256, the two halves as they are, which are always as long (IEEE P1363). */
function signing(key: KeyObject) {
  return { key, dsaEncoding: 'ieee-p1363' } as const;
}

/** What the seal says; undefined where it is none, or none of the keys signed it. Without keys it is taken at its word. */
export function readSeal(seal: string, keys: readonly KeyObject[] | undefined): SealedEnd | undefined {
  const [[whole, tenant, position, hash, time, signature] = []] = seal.matchAll(form);
  if (whole !== seal || !tenant || !hash || !time || !signature) return undefined;
  const text = Buffer.from(seal.slice(0, seal.lastIndexOf('/')));
  const bytes = Buffer.from(signature, 'base64url');
  if (keys && !keys.some((key) => verify(digestOf(key), text, signing(key), bytes))) return undefined;
  return { tenant, position: Number(position), hash, time };
}

/** The seals in a text, such as the lines of a log, whoever signed them. */
export function sealsIn(text: string): string[] {
  return text.match(form) ?? [];
}
