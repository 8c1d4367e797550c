// What is taken away is gone within its second: permissions, licences, tenants' names for themselves, issuers' keys.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { within } from '../cli/program.js';
import { leastSettings } from '../http/session.js';
import { openTenants, type Tenants } from '../http/tenants.js';
import { makeKey, sign } from '../identity/issuer.js';
import type { Answer } from '../support.js';

const write = 'DeviceManagementConfiguration.ReadWrite.All';
const read = 'DeviceManagementConfiguration.Read.All';

describe('a licence that ends', () => {
  let tenants: Tenants;
  before(async () => {
    tenants = await openTenants();
  });
  after(() => tenants.close());

  test('ends reads, lists, writes, batches and next links within a second, and their return comes as soon', async () => {
    const tenant = await tenants.keep('active');
    const token = await tenants.token(tenant, { scp: `${write} DeviceManagementApps.Read.All` });
    const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
      tenants.send(method, path, { token, ...(body !== undefined && { body }) });
    const { json } = await send('POST', 'derivedCredentials', leastSettings);
    const batch = { requests: [{ id: '1', method: 'GET', url: `/deviceManagement/derivedCredentials/${json.id}` }] };
    const next = new URL((await send('GET', 'auditEvents?$top=1')).json['@odata.nextLink']);
    const every: (() => Promise<number>)[] = [
      async () => (await send('GET', `derivedCredentials/${json.id}`)).status,
      async () => (await send('GET', 'derivedCredentials')).status,
      async () => (await send('PATCH', `derivedCredentials/${json.id}`, { displayName: 'new' })).status,
      async () => (await send('GET', 'deviceConfigurations')).status,
      async () => (await send('GET', `${next.pathname}${next.search}`)).status,
      async () => (await send('POST', '/beta/$batch', batch)).json.responses[0].status,
    ];
    const all = async (status: number): Promise<boolean> => {
      const seen = await Promise.all(every.map((ask) => ask()));
      return seen.every((own) => own === status);
    };
    assert.ok(await all(200));
    for (const license of ['expired', 'absent'] as const) {
      await tenants.keep(license, tenant);
      await within(1000, () => all(403));
      await tenants.keep('active', tenant);
      await within(1000, () => all(200));
    }
  });

  test('ends nothing of another tenant', async () => {
    const [one, other] = [await tenants.keep('active'), await tenants.keep('active')];
    await tenants.keep('expired', one);
    const token = await tenants.token(other);
    assert.equal((await tenants.send('GET', 'derivedCredentials', { token })).status, 200);
  });
});

test('a permission counts from the first token that has it, and from no other', async (t) => {
  const tenants = await openTenants();
  t.after(() => tenants.close());
  const tenant = await tenants.keep('active');
  const status = async (scp: string, method: string, body?: unknown): Promise<number> => {
    const token = await tenants.token(tenant, { scp });
    return (await tenants.send(method, 'derivedCredentials', { token, ...(body !== undefined && { body }) })).status;
  };
  for (let round = 0; round < 3; round += 1) {
    assert.equal(await status(read, 'POST', leastSettings), 403);
    assert.equal(await status(read, 'GET'), 200);
    assert.equal(await status(`${read} ${write}`, 'POST', {}), 400, 'allowed, and then the body is wrong');
    assert.equal(await status('User.Read', 'GET'), 403);
  }
});

test('a key that its issuer takes back opens nothing once it was read again, whatever was remembered', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-keys-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const jwks = join(folder, 'keys.json');
  const [old, next] = [await makeKey('ES256', 'old'), await makeKey('ES256', 'next')];
  await writeFile(jwks, JSON.stringify({ keys: [old.jwk] }));
  const tenants = await openTenants({
    issuer: [{ issuer: 'https://sts.windows.net/{tenantid}/', jwks }],
    jwksCooldown: 1,
  });
  t.after(() => tenants.close());
  const tenant = await tenants.keep('active');
  const ask = async (key: typeof old): Promise<number> => {
    const token = (await sign(key, tenants.claims(tenant, { oid: 'the same' }))).slice('Bearer '.length);
    return (await tenants.send('GET', 'derivedCredentials', { token })).status;
  };
  assert.equal(await ask(old), 200);
  await writeFile(jwks, JSON.stringify({ keys: [next.jwk] }));
  // A token of the new key makes the server read the set again, at most once in the cooldown.
  await within(5000, async () => (await ask(next)) === 200);
  assert.equal(await ask(old), 401);
});
