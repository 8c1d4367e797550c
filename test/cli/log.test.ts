// The log of a running server: one line for each request, and never a token.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../support.js';
import { development, serve, temporaryFolder, within } from './program.js';

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

test('each request is a line on standard error, those of a batch too, without tokens, names and addresses', async (t) => {
  const data = await temporaryFolder(t);
  const args = [...development(data), '--log-level', 'debug', '--log-requests'];
  const { ready, stderr, stop } = await serve(t, ...args);
  const { token } = ready;
  const root = '/beta/deviceManagement';
  const body = { displayName: 'A name that nobody needs to know' };
  const updated = await call(ready, 'PATCH', `${root}/derivedCredentials/${ready.settingsId}`, { body, token });
  const refused = await call(ready, 'GET', `${root}/deviceConfigurations`, { token: `${token.slice(0, -4)}AAAA` });
  await call(ready, 'GET', '/beta/$metadata', { token: null });
  await call(ready, 'OPTIONS', `${root}/deviceConfigurations`, { token });
  await call(ready, 'GET', `${root}/nowhere`, { token });
  const requests = [
    { id: '1', method: 'GET', url: '/deviceManagement/derivedCredentials' },
    { id: '2', method: 'GET', url: '/deviceManagement/deviceConfigurations/x' },
  ];
  const batch = await call(ready, 'POST', '/beta/$batch', { body: { requests }, token });
  await within(5000, async () => stderr().split('requestFinished').length > 8);
  await stop();

  const lines: Line[] = stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const told = lines
    .filter(({ event }) => event === 'requestFinished')
    .map(({ method, operation, status, outcome }) => `${method} ${operation}: ${status} ${outcome}`);
  assert.deepEqual(told, [
    'PATCH update derivedCredentials: 200 done',
    'GET none: 401 tokenSignature',
    'GET read $metadata: 200 done',
    'OPTIONS none: 204 done',
    'GET none: 400 segmentNotFound',
    'GET list derivedCredentials: 200 done',
    'GET read deviceConfigurations: 404 entityNotFound',
    'POST batch: 200 done',
  ]);
  const byId = new Map(lines.map((line) => [line.requestId, line]));
  assert.equal(byId.get(updated.headers['request-id'])?.tenantId, ready.tenantId);
  assert.equal(byId.get(refused.headers['request-id'])?.tenantId, undefined);
  const batchId = batch.headers['request-id'];
  assert.equal(lines.filter((line) => line.batchId === batchId).length, 2);
  const others = new Set(lines.map(({ event }) => event).filter((event) => event !== 'requestFinished'));
  assert.deepEqual([...others].toSorted(), [
    'auditSealed',
    'groupWritten',
    'serverStarted',
    'serverStopped',
    'serverStopping',
    'storeMigrated',
    'tokenVerified',
  ]);
  assert.doesNotMatch(stderr(), /eyJ|nobody needs|127\.0\.0\.1"|userPrincipalName/);
});
