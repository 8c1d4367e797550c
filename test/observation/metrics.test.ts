// What Prometheus reads: where it is answered, and that every metric counts what it says.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createServer } from '../../src/index.js';
import { metrics, openMetrics } from '../../src/observation/index.js';
import { openSession, type Session } from '../http/session.js';
import { call } from '../support.js';

/** The samples of a page, by name and labels as they stand there. */
function samplesOf(page: string): ReadonlyMap<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('/metrics', () => {
  let session: Session;
  const read = async (origin: string | undefined) =>
    samplesOf((await call(session.server, 'GET', `${origin}/metrics`)).text);
  before(async () => {
    session = await openSession({ adminPort: 0 });
  });
  after(() => session.close());

  test('is answered without a token, on the listener of its own and, in development mode, on the plain one', async () => {
    const { adminUrl, plainUrl, url } = session.server;
    for (const origin of [adminUrl, plainUrl]) {
      const answer = await call(session.server, 'GET', `${origin}/metrics`, { token: null });
      assert.equal(answer.status, 200);
      assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
    }
    const ca = session.server.development?.caFile;
    assert.ok(ca);
    const overTls = await call(session.server, 'GET', `${url}/metrics`, { token: null, ca: await readFile(ca) });
    assert.equal(overTls.status, 401);
  });

  test('of the plain listener is for our own hosts, so that no page of another site reads it', async () => {
    const { plainUrl } = session.server;
    const answer = await call(session.server, 'GET', `${plainUrl}/metrics`, { headers: { host: 'evil.example' } });
    assert.equal(answer.status, 400);
  });

  test('counts requests by operation and status, with those of a batch, refusals, tokens and units', async () => {
    const { adminUrl, plainUrl } = session.server;
    const before = await read(adminUrl);
    const settings = `derivedCredentials/${session.development.settingsId}`;
    await session.expect(200, 'PATCH', settings, { displayName: 'counted' });
    await session.expect(404, 'GET', 'derivedCredentials/nowhere');
    const requests = [{ id: '1', method: 'GET', url: `/deviceManagement/${settings}` }];
    await call(session.server, 'POST', `${plainUrl}/beta/$batch`, { body: { requests } });
    await call(session.server, 'GET', `${plainUrl}/beta/me`, { token: 'x' });
    const now = await read(adminUrl);
    const grown = (sample: string) => (now.get(sample) ?? 0) - (before.get(sample) ?? 0);
    for (const sample of [
      'offshoot_requests_total{operation="update derivedCredentials",status="200"}',
      'offshoot_requests_total{operation="read derivedCredentials",status="404"}',
      'offshoot_requests_total{operation="read derivedCredentials",status="200"}',
      'offshoot_requests_total{operation="batch",status="200"}',
      'offshoot_requests_total{operation="none",status="401"}',
      'offshoot_refusals_total{refusal="entityNotFound"}',
      'offshoot_refusals_total{refusal="tokenMalformed"}',
      'offshoot_tokens_total{outcome="tokenMalformed"}',
      'offshoot_request_duration_seconds_count{operation="update derivedCredentials"}',
      'offshoot_request_duration_seconds_bucket{le="+Inf",operation="update derivedCredentials"}',
      'offshoot_units_total',
      'offshoot_group_units_bucket{le="1"}',
      'offshoot_group_duration_seconds_count',
    ]) {
      assert.equal(grown(sample), 1, sample);
    }
    assert.ok((now.get('process_resident_memory_bytes') ?? 0) > 0);
    assert.ok([...now.keys()].some((sample) => sample.startsWith('nodejs_eventloop_lag_seconds')));
  });

  test('tells every metric of the table, and no other of ours', async () => {
    const { text } = await call(session.server, 'GET', `${session.server.adminUrl}/metrics`);
    const told = [...text.matchAll(/^# TYPE (offshoot_\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    assert.deepEqual(
      told.toSorted(),
      Object.entries(metrics)
        .map(([name, { type }]) => `${name} ${type}`)
        .toSorted(),
    );
  });

  test('has no end of a certificate where there are no files of one', async () => {
    const { text } = await call(session.server, 'GET', `${session.server.adminUrl}/metrics`);
    assert.doesNotMatch(text, /^offshoot_certificate_expiry_timestamp_seconds /m);
  });

  test('shares its listener with /healthz and /readyz', async () => {
    for (const path of ['/healthz', '/readyz']) {
      const answer = await call(session.server, 'GET', `${session.server.adminUrl}${path}`, { token: null });
      assert.deepEqual([answer.status, answer.json], [200, { status: 'ok' }]);
    }
  });

  for (const [method, path, status] of [
    ['POST', '/metrics', 405],
    ['POST', '/readyz', 405],
    ['GET', '/', 400],
    ['GET', '/beta/deviceManagement', 400],
  ] as const) {
    test(`${method} ${path} of the listener of its own: ${status}`, async () => {
      const answer = await call(session.server, method, `${session.server.adminUrl}${path}`);
      assert.equal(answer.status, status);
      assert.ok(answer.json.error.code);
    });
  }
});

test('without --admin-port there is no listener for it', async () => {
  const server = await createServer();
  assert.equal(server.adminUrl, undefined);
  await server.close();
});

test('buckets hold what is not above their bound', async () => {
  const { observe, page } = openMetrics();
  const event = { requestId: '', clientRequestId: '', batchId: undefined, method: '', status: 200, outcome: 'done' };
  const nobody = { tenantId: undefined, applicationId: undefined, userId: undefined };
  const unknown = { userPrincipalName: undefined, ipAddress: undefined, simulated: undefined, traceparent: undefined };
  for (const milliseconds of [0.5, 1, 1.1, 20_000]) {
    observe({ event: 'requestFinished', operation: 'x', milliseconds, ...event, ...nobody, ...unknown });
  }
  const samples = samplesOf((await page()).text);
  const bucket = (le: string) => samples.get(`offshoot_request_duration_seconds_bucket{le="${le}",operation="x"}`);
  assert.deepEqual(['0.0005', '0.001', '0.0025', '10', '+Inf'].map(bucket), [1, 2, 3, 3, 4]);
});
