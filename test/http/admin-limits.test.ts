// The limits on requests, set by administrators while servers run.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newId, systemClock } from '../../src/base/index.js';
import { createServer, type ServerSettings } from '../../src/index.js';
import { intuneLimits } from '../../src/limits/index.js';
import { byProgram, changeLimits } from '../../src/service/index.js';
import { openStore, storePath } from '../../src/store/index.js';
import { within } from '../cli/program.js';
import { testStore } from '../postgresql.js';
import { type CallOptions, call } from '../support.js';

const one = { name: 'one', per: 'tenant', requests: 'reads', most: 1, seconds: 3600 };

describe('limits on requests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-limits-'));
  let where: Partial<ServerSettings>;
  let server: Awaited<ReturnType<typeof createServer>>;
  before(async () => {
    where = { data: folder, ...(await testStore()), adminPort: 0, limits: 'intune' };
    server = await createServer(where);
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const send = async (method: string, options: CallOptions = {}) => {
    const token = await server.development?.token({ scopes: ['Offshoot.Admin.ReadWrite.All'] });
    return call(server, method, `${server.adminUrl}/admin/limits`, { token, ...options });
  };
  const put = (limits: unknown, headers = {}) => send('PUT', { body: { limits }, headers });
  const status = async (): Promise<number> => (await call(server, 'GET', '/beta/organization')).status;

  test('are those of the settings until others are set, which are in force at once, and are audited', async () => {
    const initial = await send('GET');
    assert.deepEqual(initial.json, { '@odata.etag': 'W/"limits.0"', source: 'settings', limits: intuneLimits });
    const set = await put([one]);
    assert.deepEqual([set.status, set.json], [200, { '@odata.etag': 'W/"limits.1"', source: 'stored', limits: [one] }]);
    assert.deepEqual((await send('GET')).json, set.json);
    assert.deepEqual([await status(), await status()], [200, 429]);
    assert.equal((await put([])).status, 200, 'none at all');
    assert.deepEqual([await status(), await status()], [200, 200]);
    const { value } = (await call(server, 'GET', '/beta/deviceManagement/auditEvents')).json;
    const events = value.filter(({ activity }: { activity: string }) => activity === 'Patch limits');
    assert.equal(events.length, 2);
    const { oldValue, newValue } = events[0].resources[0].modifiedProperties[0];
    assert.deepEqual([oldValue, JSON.parse(newValue)], [null, [one]]);
    const reset = await send('DELETE');
    assert.deepEqual([reset.status, reset.json.source, reset.json.limits], [200, 'settings', intuneLimits]);
    assert.equal((await send('DELETE')).headers.etag, reset.headers.etag, 'nothing changed');
  });

  test('are set on the condition of If-Match', async () => {
    const etag = String((await send('GET')).headers.etag);
    const first = await put([], { 'if-match': etag });
    assert.equal(first.status, 200);
    const second = await put([one], { 'if-match': etag });
    assert.deepEqual([second.status, second.headers.etag], [412, first.headers.etag]);
  });

  test('are refused where they are wrong, each place by name', async () => {
    for (const [limits, expected] of [
      [undefined, /limits must be a list/],
      [{}, /limits must be a list/],
      [[{ ...one, per: 'user' }], /limits\[0\]\.per must be one of tenant, application/],
      [[{ ...one, most: 0 }], /limits\[0\]\.most must be a whole number from 1/],
      [[{ ...one, more: 1 }], /limits\[0\] has no 'more'\. Did you mean 'most'\?/],
      [[one, one], /the name 'one' is given twice/],
    ] as const) {
      const { status: refused, json } = await put(limits);
      assert.deepEqual([refused, json.error.target], [400, 'limits']);
      assert.match(json.error.message, expected);
    }
    const unknown = await send('PUT', { body: { limits: [], other: 1 } });
    assert.match(unknown.json.error.message, /the body has no 'other'/);
  });

  test('that another server sets are in force within a second, and after a restart', async () => {
    const store = await openStore({ path: storePath({ data: folder, ...where }), create: false });
    const tenantId = String(server.development?.tenantId);
    const set = (limits: readonly object[] | null) =>
      changeLimits(store, limits, { tenantId, by: byProgram('a test', newId), clock: systemClock, check: () => {} });
    await set([{ ...one, most: 2 }]);
    await within(10_000, async () => (await send('GET')).json.limits[0]?.most === 2 && (await status()) === 429);
    await server.close();
    server = await createServer(where);
    assert.deepEqual([await status(), await status(), await status()], [200, 200, 429]);
    await set(null);
    await within(10_000, async () => (await status()) === 200);
    await store.close();
  });
});

test('administrators too are sent away while as many requests as there may be are carried out', async () => {
  const server = await createServer({ adminPort: 0, maxInFlight: 1 });
  try {
    const token = await server.development?.token({ scopes: ['Offshoot.Admin.ReadWrite.All'] });
    const root = `${server.adminUrl}/admin/tenants/${server.development?.tenantId}/users`;
    const body = { userPrincipalName: 'ada@example.org', password: 'correct horse battery staple' };
    let isCreating = true;
    // The password takes its time.
    const created = call(server, 'POST', root, { token, body }).finally(() => {
      isCreating = false;
    });
    const others: Awaited<ReturnType<typeof call>>[] = [];
    while (isCreating) others.push(await call(server, 'GET', root, { token }));
    assert.equal((await created).status, 201);
    const shed = others.filter(({ status }) => status === 503);
    assert.ok(shed.length > 0);
    assert.ok(shed.every(({ headers }) => headers['retry-after'] === '1'));
    assert.equal((await call(server, 'GET', root, { token })).status, 200);
  } finally {
    await server.close();
  }
});
