// A token that is good at one place, shown at another: another tenant, another issuer, another form, another server.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openTenants, type Tenants } from '../http/tenants.js';
import { type Key, makeKey, sign } from '../identity/issuer.js';

const v1 = 'https://sts.windows.net/{tenantid}/';
const realm = 'https://keycloak.example.org/realms/phones';

let folder: string;
let tenants: Tenants;
let entraKey: Key;
let realmKey: Key;
/** Of Entra's, and the one that the realm speaks for. */
let ours: string;
let realms: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'offshoot-replay-'));
  entraKey = await makeKey('ES256', 'one');
  // Two issuers may well use the same name for a key.
  realmKey = await makeKey('ES256', 'one');
  const file = async (name: string, key: Key) => {
    await writeFile(join(folder, name), JSON.stringify({ keys: [key.jwk] }));
    return join(folder, name);
  };
  realms = '0a0a0a0a-0000-4000-8000-00000000000a';
  tenants = await openTenants({
    issuer: [
      { issuer: v1, jwks: await file('entra.json', entraKey) },
      { issuer: realm, jwks: await file('realm.json', realmKey), tenants: [realms] },
    ],
  });
  ours = await tenants.keep('active');
  await tenants.keep('active', realms);
});
after(async () => {
  await tenants.close();
  await rm(folder, { recursive: true, force: true });
});

/** The status of a read with a token of these claims, signed by the key. */
async function shown(key: Key, tenant: string, changes: Record<string, unknown> = {}): Promise<number> {
  const token = (await sign(key, tenants.claims(tenant, changes))).slice('Bearer '.length);
  return (await tenants.send('GET', 'derivedCredentials', { token })).status;
}

const named = (tenant: string): string => v1.replace('{tenantid}', tenant);

describe('a token', () => {
  test('is good where it was made for', async () => {
    assert.equal(await shown(entraKey, ours), 200);
    assert.equal(await shown(realmKey, realms, { iss: realm, tid: undefined }), 200);
    assert.equal(await shown(realmKey, realms, { iss: realm }), 200);
  });

  test('of one tenant does not name another', async () => {
    for (const changes of [
      { tid: realms },
      { tid: realms, iss: named(ours) },
      { tid: ours, iss: named(realms) },
      { tid: `${ours}/../${realms}` },
      { tid: [ours, realms] },
    ]) {
      assert.equal(await shown(entraKey, ours, changes), 401, JSON.stringify(changes));
    }
  });

  test('of an issuer for one tenant speaks for no other, whatever it says', async () => {
    for (const changes of [{ iss: realm }, { iss: realm, tid: ours.toUpperCase() }]) {
      assert.equal(await shown(realmKey, ours, changes), 401, JSON.stringify(changes));
    }
  });

  test('in the name of one issuer is not signed by another, though their keys have one name', async () => {
    assert.equal(await shown(realmKey, ours), 401);
    assert.equal(await shown(entraKey, realms, { iss: realm }), 401);
    assert.equal(await shown(realmKey, realms), 401);
  });

  test('of a form or a cloud that is not configured is refused', async () => {
    for (const iss of [
      `https://login.microsoftonline.com/${ours}/v2.0`,
      `https://login.microsoftonline.us/${ours}/v2.0`,
      `https://sts.windows.net/${ours}`,
      `http://sts.windows.net/${ours}/`,
      `https://STS.windows.net/${ours}/`,
      v1,
      `${realm}/`,
      realm.toUpperCase(),
    ]) {
      assert.equal(await shown(entraKey, ours, { iss }), 401, iss);
    }
  });

  test('that a server of another configuration takes is none here', async (t) => {
    const others = await openTenants();
    t.after(() => others.close());
    const tenant = await others.keep('active');
    await tenants.keep('active', tenant);
    const token = await others.token(tenant);
    assert.equal((await others.send('GET', 'derivedCredentials', { token })).status, 200);
    assert.equal((await tenants.send('GET', 'derivedCredentials', { token })).status, 401);
  });

  test('that was accepted a moment ago does not lend its tenant to one that looks alike', async () => {
    const token = (await sign(entraKey, tenants.claims(ours))).slice('Bearer '.length);
    assert.equal((await tenants.send('GET', 'derivedCredentials', { token })).status, 200);
    const [header, , signature] = token.split('.');
    const other = Buffer.from(JSON.stringify(tenants.claims(realms, { iss: named(realms) }))).toString('base64url');
    const spliced = `${header}.${other}.${signature}`;
    assert.equal((await tenants.send('GET', 'derivedCredentials', { token: spliced })).status, 401);
  });
});
