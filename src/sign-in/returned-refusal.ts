// What is wrong with an authorization request, where the application is told by the address that its user comes back to.
import type { LibraryAnswer } from './dispatch.js';
import { type ErrorIds, errorMembers, SignInError } from './errors.js';

/** The library's answer to a request that it refused (`refused`), with Entra's text in place of its own. */
export function describeRefusal(answer: LibraryAnswer, refused: unknown, ids: ErrorIds, now: number): LibraryAnswer {
  const { error, error_description: detail = '' } = refused as { error?: string; error_description?: string };
  // What our own pages end with has it already.
  if (error === undefined || detail.startsWith('AADSTS')) return answer;
  const text = String(errorMembers(refusalOf(error, detail), ids, now).error_description);
  const { location } = answer.headers;
  // As the library writes its form.
  if (location === undefined) {
    const value = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    const body = answer.body.replace(/(name="error_description" value=")[^"]*/, (_, start: string) => start + value);
    return { ...answer, body };
  }
  if (!URL.canParse(location)) return answer;
  const url = new URL(location);
  const inFragment = url.hash.includes('error=');
  const told = new URLSearchParams(inFragment ? url.hash.slice(1) : url.search);
  if (!told.has('error_description')) return answer;
  told.set('error_description', text);
  if (inFragment) url.hash = told.toString();
  else url.search = told.toString();
  return { ...answer, headers: { ...answer.headers, location: url.href } };
}

function refusalOf(error: string, detail: string): SignInError {
  if (error === 'login_required') return new SignInError('signInNeeded');
  if (error === 'consent_required' || error === 'interaction_required') return new SignInError('consentMissing');
  return new SignInError('requestMalformed', { values: { reason: detail || error } });
}
