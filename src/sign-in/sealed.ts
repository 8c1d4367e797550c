// Keys that lie encrypted in the store: AES-256-GCM, under a secret that lies elsewhere.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readNamedFile } from '../base/index.js';

const algorithm = 'aes-256-gcm';
const form = 'aes-256-gcm';

/** A secret that encrypts, 256 bits. */
export type SealingSecret = Buffer;

/** The secret in a file: 32 bytes or more in base64 or hexadecimal digits, such as `openssl rand -base64 32` writes. Refuses fewer. */
export async function readSealingSecret(file: string): Promise<SealingSecret> {
  const text = (await readNamedFile(file)).trim();
  const bytes = /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (bytes.length < 32)
    throw new Error(`The secret in '${file}' has fewer than 32 bytes in base64 or hexadecimal digits.`);
  return Buffer.from(hkdfSync('sha256', bytes, '', 'offshoot sign-in keys', 32));
}

/** The text for those alone who have the secret; `name` is what it is kept under, and no other text's. */
export function seal(text: string, name: string, secret: SealingSecret): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv(algorithm, secret, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return [form, nonce, sealed, cipher.getAuthTag()]
    .map((part) => (typeof part === 'string' ? part : part.toString('base64url')))
    .join('.');
}

/** Undefined where none of the secrets opens it, or somebody changed it. */
export function unseal(kept: string, name: string, secrets: readonly SealingSecret[]): string | undefined {
  const [used, nonce = '', sealed = '', tag = ''] = kept.split('.');
  if (used !== form) return undefined;
  for (const secret of secrets) {
    try {
      const decipher = createDecipheriv(algorithm, secret, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
        .setAAD(Buffer.from(name))
        .setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]).toString('utf8');
    } catch {
      // Of another secret.
    }
  }
  return undefined;
}
