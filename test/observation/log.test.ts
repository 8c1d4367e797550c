// What the log has of each event, and what it never has.
import assert from 'node:assert/strict';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { errors } from 'jose';
import { type EventOf, events, type LogOptions, type ObservedEvent, openLog } from '../../src/observation/index.js';

const request: EventOf<'requestFinished'> = {
  event: 'requestFinished',
  requestId: 'the-request',
  clientRequestId: 'the-client',
  batchId: undefined,
  method: 'PATCH',
  operation: 'update derivedCredentials',
  status: 200,
  outcome: 'done',
  milliseconds: 1.5,
  tenantId: 'the-tenant',
  applicationId: 'the-application',
  userId: 'the-user',
  userPrincipalName: 'someone@example.com',
  ipAddress: '192.0.2.7',
  simulated: undefined,
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

/** The lines that come of the events. */
async function logged(
  options: Partial<LogOptions>,
  ...told: readonly ObservedEvent[]
): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-log-'));
  try {
    const file = join(folder, 'log');
    const log = openLog({ level: 'debug', requests: true, personal: false, to: openSync(file, 'a'), ...options });
    for (const event of told) log.observe(event);
    await log.close();
    const lines = readFileSync(file, 'utf8').split('\n');
    assert.equal(lines.pop(), '');
    return lines.map((line) => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the line of a request', () => {
  test('has its ids, tenant, operation, outcome and duration, and nothing personal', async () => {
    const [line] = await logged({}, request);
    const { time, pid, name, ...rest } = line ?? {};
    assert.deepEqual([typeof time, pid, name], ['number', process.pid, 'offshoot']);
    assert.deepEqual(rest, {
      level: 'info',
      event: 'requestFinished',
      requestId: 'the-request',
      clientRequestId: 'the-client',
      method: 'PATCH',
      operation: 'update derivedCredentials',
      status: 200,
      outcome: 'done',
      milliseconds: 1.5,
      tenantId: 'the-tenant',
      applicationId: 'the-application',
      msg: 'a request was answered',
    });
  });

  test('has user and address where a setting says so', async () => {
    const [line] = await logged({ personal: true }, request);
    assert.deepEqual(
      [line?.userId, line?.userPrincipalName, line?.ipAddress],
      ['the-user', 'someone@example.com', '192.0.2.7'],
    );
  });

  test('is left out where requests are not logged, or at a level above', async () => {
    assert.deepEqual(await logged({ requests: false }, request), []);
    assert.deepEqual(await logged({ level: 'warn' }, request), []);
    assert.deepEqual(
      await logged({ level: 'silent' }, { event: 'storageFailed', units: 1, error: new Error('x') }),
      [],
    );
  });

  test('stays one line, whatever a client sends', async () => {
    const lines = await logged({}, { ...request, clientRequestId: 'a\n{"level":"error"}\u2028\u001b[31m' });
    assert.equal(lines.length, 1);
  });
});

test('an error is told by its name, message, code, stack and cause, without what a library hangs onto it', async () => {
  const cause = new errors.JWTClaimValidationFailed('unexpected "aud"', { upn: 'someone@example.com' }, 'aud');
  const error = Object.assign(new Error('no', { cause }), { code: 'EIO', statement: "INSERT 'secret'" });
  const [line] = await logged({}, { event: 'requestFailed', requestId: 'r', error });
  const told = line?.error as Record<string, unknown>;
  assert.deepEqual(Object.keys(told), ['type', 'message', 'code', 'stack', 'cause']);
  assert.doesNotMatch(JSON.stringify(line), /secret|someone/);
});

test('every event has its own words', () => {
  const messages = Object.values(events).map(({ message }) => message);
  assert.equal(new Set(messages).size, messages.length);
});
