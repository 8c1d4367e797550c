// What every refusal must look like on the wire, and that nothing came of the request.
import assert from 'node:assert/strict';
import { type Answer, type CallOptions, call } from '../support.js';
import type { Session } from './session.js';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** The whole text, or what must stand in it. */
  readonly message: string | RegExp;
  readonly target?: string | undefined;
  /** Headers that must be there besides those of every answer. */
  readonly headers?: Readonly<Record<string, string | RegExp>>;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Graph's whole error shape: these members and no others, with the ids that the headers tell too. */
export function assertRefusal({ status, headers, json, text }: Answer, expected: Refusal): void {
  assert.equal(status, expected.status, text);
  assert.match(String(headers['content-type']), /^application\/json;.*charset=utf-8$/);
  assert.deepEqual(Object.keys(json), ['error']);
  const { error } = json;
  assert.equal(error.code, expected.code);
  if (typeof expected.message === 'string') assert.equal(error.message, expected.message);
  else assert.match(error.message, expected.message);
  assert.ok(error.message.length < 1500, 'what was sent is not sent back at length');
  assert.equal(error.target, expected.target, text);
  const members = ['code', 'message', ...('target' in error ? ['target'] : []), 'innerError'];
  assert.deepEqual(Object.keys(error), members);
  const more = status === 429 ? ['code', 'status'] : [];
  assert.deepEqual(Object.keys(error.innerError), [...more, 'date', 'request-id', 'client-request-id']);
  assert.match(error.innerError.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  assert.ok(Math.abs(Date.parse(`${error.innerError.date}Z`) - Date.now()) < 60_000, 'the date is now, in UTC');
  assert.match(error.innerError['request-id'], uuid);
  assert.equal(headers['request-id'], error.innerError['request-id']);
  assert.equal(headers['client-request-id'], error.innerError['client-request-id']);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers.etag === undefined, status !== 412, 'only a failed precondition tells the entity tag');
  assert.equal(headers['www-authenticate'] !== undefined, status === 401);
  assert.equal(headers.allow !== undefined, status === 405);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (typeof value === 'string') assert.equal(headers[name], value);
    else assert.match(String(headers[name]), value);
  }
}

/** All that the tenant has: settings, profiles, where these lead, and audit events, with their entity tags. */
export async function stateOf(session: Session): Promise<string> {
  const { settingsId, profiles } = session.development;
  const paths = [
    'derivedCredentials',
    `derivedCredentials/${settingsId}`,
    'deviceConfigurations',
    ...Object.values(profiles).map((id) => `deviceConfigurations/${id}/derivedCredentialSettings/$ref`),
    'auditEvents?$count=true',
  ];
  const answers = await Promise.all(paths.map((path) => session.send('GET', path)));
  return answers.map(({ status, headers, text }) => `${status} ${headers.etag} ${text}`).join('\n');
}

/** Sends a request that must be refused, and sees that it left everything as it was. `path` is below /deviceManagement. */
export async function assertRefused(
  session: Session,
  method: string,
  path: string,
  options: CallOptions,
  expected: Refusal,
): Promise<void> {
  const before = await stateOf(session);
  const url = path.startsWith('/') ? `${session.server.plainUrl}${path}` : `${session.root}/${path}`;
  assertRefusal(await call(session.server, method, url, options), expected);
  assert.equal(await stateOf(session), before, 'nothing has changed');
}
