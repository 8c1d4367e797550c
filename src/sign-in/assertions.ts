// Client assertions: what the library does not judge of them.
import { SignInError } from './errors.js';
import type { Exchange } from './exchange.js';

/** The longest that an assertion may hold from now, in seconds: for so long it is remembered. */
const longest = 86_400;

/**
 * Judges one whose signature and audience are right. Refuses one that names another certificate than the application's
 * (`x5t`, `x5t#S256`), one that holds for more than a day, and one that is for others too, who could present it here
 * (RFC 7523, section 3, leaves that open).
 */
export function checkAssertion(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  exchange: Exchange,
  now: number,
): void {
  const refuse = (error: SignInError): never => {
    exchange.refusal = error;
    throw error;
  };
  const certificates = exchange.application?.certificates ?? [];
  const { x5t, 'x5t#S256': x5tSha256 } = header;
  const isNamed = (given: unknown, of: 'thumbprint' | 'thumbprintSha256'): boolean =>
    given === undefined || certificates.some((certificate) => certificate[of] === given);
  if (!isNamed(x5t, 'thumbprint') || !isNamed(x5tSha256, 'thumbprintSha256')) {
    refuse(new SignInError('assertionWrong', { values: { reason: 'its header names another certificate' } }));
  }
  if (Array.isArray(claims.aud) && claims.aud.length > 1) refuse(new SignInError('assertionAudience'));
  if (Number(claims.exp) - now / 1000 > longest) {
    refuse(new SignInError('assertionTimes', { values: { reason: 'it holds for longer than a day' } }));
  }
}
