// What the token endpoint answers, whether tokens, documents or refusals.
import { type ErrorIds, errorMembers, type SignInError, signInErrors } from './errors.js';

export interface SignInAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
  /** Why it was refused, if it was: `AADSTS7000215`. */
  readonly refusal?: `AADSTS${number}`;
}

const jsonType = 'application/json; charset=utf-8';
const forEveryone = { 'access-control-allow-origin': '*' };

export function json(status: number, members: object, headers: Readonly<Record<string, string>> = {}): SignInAnswer {
  return { status, headers: { ...headers, 'content-type': jsonType }, cookies: [], body: JSON.stringify(members) };
}

export function publish(document: object): SignInAnswer {
  return json(200, document, forEveryone);
}

export function refusalAnswer(error: SignInError, ids: ErrorIds, now: number): SignInAnswer {
  const { status, code } = signInErrors[error.refusal];
  return { ...json(status, errorMembers(error, ids, now), error.headers), refusal: `AADSTS${code}` };
}
