// The key that signs the ends of a development store's audit chains.
import { generateKeyPairSync } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type SealKey, sealKeyOf } from '../audit/index.js';
import type { Secrets } from '../store/index.js';
import { readIfThere, replaceFile } from './files.js';

const secretName = 'audit-seal-key';

/**
 * The store's own key, made when there is none yet. Writes its public half to `audit-seal.pem`. A key that lies beside what
 * it signs shows how it works and protects from nobody who can write to the store.
 */
export async function openDevelopmentSealKey(secrets: Secrets, folder: string): Promise<SealKey> {
  const kept = (await secrets.findSecret(secretName)) ?? (await secrets.keepSecret(secretName, makeKey()));
  const key = sealKeyOf(kept);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'audit-seal.pem');
  if ((await readIfThere(file)) !== key.publicKey) await replaceFile(file, key.publicKey, 0o644);
  return key;
}

function makeKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
