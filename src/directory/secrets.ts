// Secrets of applications: made here, shown once, and kept as what verifies them.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { formatInstant, type NewId } from '../base/index.js';
import type { Application, ApplicationSecret } from '../plan/index.js';

/** How long a secret holds unless told otherwise, in seconds. */
export const defaultSecretLifetime = 180 * 86_400;

export interface SecretDraft {
  readonly displayName?: string | null;
  /** Milliseconds since the epoch. */
  readonly end: number;
}

/** A new secret and its text, which is nowhere else. */
export function makeSecret(
  { displayName = null, end }: SecretDraft,
  now: number,
  newId: NewId,
): { readonly secret: ApplicationSecret; readonly text: string } {
  const text = newText();
  const secret = {
    id: newId(),
    displayName,
    hash: hashOf(text, randomBytes(16)),
    hint: text.slice(0, 3),
    startDateTime: formatInstant(now),
    endDateTime: formatInstant(end),
  };
  return { secret, text };
}

/** 256 random bits, base64url. It begins with no dash, which programs would take for an option. */
function newText(): string {
  for (;;) {
    const text = randomBytes(32).toString('base64url');
    if (!text.startsWith('-')) return text;
  }
}

/**
 * Whether the application has the secret. `now` is milliseconds since the epoch. Every secret is looked at, each in the
 * same time whatever of it is right; that one has expired is told to those alone who know it.
 */
export function verifySecret(application: Application, text: string, now: number): 'valid' | 'expired' | 'wrong' {
  const instant = formatInstant(now);
  let outcome: 'valid' | 'expired' | 'wrong' = 'wrong';
  for (const { hash, startDateTime, endDateTime } of application.secrets) {
    if (!matches(text, hash)) continue;
    if (startDateTime <= instant && instant < endDateTime) outcome = 'valid';
    else if (outcome === 'wrong') outcome = 'expired';
  }
  return outcome;
}

/**
 * `$sha256$salt$hash`. One round is enough: nobody can try 2^256 texts, so that a slow function, as passwords need, would
 * only cost the server time at every request for a token.
 */
function hashOf(text: string, salt: Buffer): string {
  const hash = createHash('sha256').update(salt).update(text).digest('base64url');
  return `$sha256$${salt.toString('base64url')}$${hash}`;
}

function matches(text: string, kept: string): boolean {
  const [, algorithm, salt = ''] = kept.split('$');
  if (algorithm !== 'sha256') return false;
  const [made, expected] = [Buffer.from(hashOf(text, Buffer.from(salt, 'base64url'))), Buffer.from(kept)];
  return made.length === expected.length && timingSafeEqual(made, expected);
}
