// Headers with which a client claims to be somebody else, or a proxy in front tells who is.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseNetwork, siteOf } from '../../src/base/index.js';
import { createSourceReader } from '../../src/http/index.js';
import { leastSettings } from '../http/session.js';
import { openTenants, type Tenants } from '../http/tenants.js';

const permissions = 'DeviceManagementConfiguration.ReadWrite.All DeviceManagementApps.Read.All';

/** Makes settings and takes them away again with the headers; answers the address of both audit events. */
async function audited(tenants: Tenants, headers: Record<string, string | string[]>): Promise<string[]> {
  const tenant = await tenants.keep('active');
  const token = await tenants.token(tenant, { scp: permissions });
  const created = await tenants.send('POST', 'derivedCredentials', { token, headers, body: leastSettings });
  assert.equal(created.status, 201, created.text);
  const { status } = await tenants.send('DELETE', `derivedCredentials/${created.json.id}`, { token, headers });
  assert.equal(status, 204);
  const { json } = await tenants.send('GET', 'auditEvents', { token });
  return json.value
    .map(({ actor }: { actor: { ipAddress: string } }) => actor.ipAddress)
    .filter((address: string | null) => address !== null);
}

const spoofed = {
  'x-forwarded-for': '203.0.113.9',
  'x-real-ip': '203.0.113.9',
  'x-client-ip': '203.0.113.9',
  'true-client-ip': '203.0.113.9',
  forwarded: 'for=203.0.113.9;host=evil.example;proto=http',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-original-url': '/beta/me',
  'x-rewrite-url': '/beta/me',
  'x-http-method-override': 'DELETE',
} as const;

describe('without --trust-proxy', () => {
  let tenants: Tenants;
  before(async () => {
    tenants = await openTenants();
  });
  after(() => tenants.close());

  test('nothing that a client says of itself is in the audit', async () => {
    assert.deepEqual(await audited(tenants, spoofed), ['127.0.0.1', '127.0.0.1']);
  });

  test('no header changes method, path, host or scheme', async () => {
    const token = await tenants.token(await tenants.keep('active'));
    const { status, json, headers } = await tenants.send('GET', 'derivedCredentials', { token, headers: spoofed });
    assert.equal(status, 200);
    assert.equal(json['@odata.context'], `${tenants.publicUrl}/beta/$metadata#deviceManagement/derivedCredentials`);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
    const foreign = { host: 'evil.example', 'x-forwarded-host': 'offshoot.example.org' };
    const refused = await tenants.send('GET', 'derivedCredentials', { token, headers: foreign });
    assert.equal(refused.json.error.target, 'Host');
  });
});

describe('with --trust-proxy', () => {
  let tenants: Tenants;
  before(async () => {
    tenants = await openTenants({ trustProxy: ['127.0.0.1', '10.0.0.0/8'] });
  });
  after(() => tenants.close());

  test('the audit has the address that the nearest trusted proxy saw', async () => {
    for (const [forwarded, seen] of [
      ['203.0.113.9', '203.0.113.9'],
      ['198.51.100.1, 203.0.113.9', '203.0.113.9'],
      ['198.51.100.1, 203.0.113.9, 10.1.2.3', '203.0.113.9'],
      ['2001:db8::7', '2001:db8::7'],
    ] as const) {
      assert.deepEqual(await audited(tenants, { 'x-forwarded-for': forwarded }), [seen, seen], forwarded);
    }
  });

  test('the host that the proxy was asked for must be one of ours', async () => {
    const token = await tenants.token(await tenants.keep('active'));
    const ask = (headers: Record<string, string>) => tenants.send('GET', 'derivedCredentials', { token, headers });
    assert.equal((await ask({ host: '10.0.0.5:8080', 'x-forwarded-host': 'offshoot.example.org' })).status, 200);
    assert.equal((await ask({ 'x-forwarded-host': 'evil.example' })).json.error.target, 'Host');
    assert.equal((await ask({ 'x-forwarded-host': 'offshoot.example.org, evil.example' })).json.error.target, 'Host');
    assert.equal((await ask({ 'x-forwarded-host': 'evil.example@offshoot.example.org' })).json.error.target, 'Host');
  });

  test('browsers are told to come back by https where they came by it', async () => {
    const ask = async (proto: string) => {
      const { headers } = await tenants.send('GET', '/beta/$metadata', { headers: { 'x-forwarded-proto': proto } });
      return headers['strict-transport-security'];
    };
    assert.equal(await ask('https'), 'max-age=31536000');
    assert.equal(await ask('http, HTTPS'), 'max-age=31536000');
    assert.equal(await ask('http'), undefined);
    assert.equal(await ask('gopher'), 'max-age=31536000');
  });
});

test('production at a plain http address never tells browsers to come by https', async (t) => {
  const tenants = await openTenants({ publicUrl: 'http://offshoot.example.org' });
  t.after(() => tenants.close());
  const { headers } = await tenants.send('GET', '/beta/$metadata', {});
  assert.equal(headers['strict-transport-security'], undefined);
});

describe('the source of a request', () => {
  const networks = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '2001:db8::1/128'].flatMap(
    (text) => parseNetwork(text) ?? [],
  );
  const read = createSourceReader(networks);
  const from = (ipAddress: string, forwarded: string): string =>
    read({ ipAddress, scheme: 'http', host: 'h' }, { 'x-forwarded-for': forwarded }).ipAddress;

  for (const [peer, forwarded, source] of [
    ['203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['192.0.2.8', '198.51.100.1', '192.0.2.8'],
    ['192.0.2.7', '198.51.100.1', '198.51.100.1'],
    ['10.9.9.9', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.9.9.9', '198.51.100.1', '198.51.100.1'],
    ['::ffff:203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['fd12::1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['fd12::1%eth0', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '', '10.0.0.1'],
    ['10.0.0.1', ',,', '10.0.0.1'],
    ['10.0.0.1', 'unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.1, unknown', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['10.0.0.1', '[2001:db8::9]:4711', '2001:db8::9'],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['10.0.0.1', '1.1.1.1, 198.51.100.1, 10.0.0.2, 2001:db8::1', '198.51.100.1'],
    ['10.0.0.1', '<script>', '10.0.0.1'],
    ['10.0.0.1', '198.51.100.1\t', '198.51.100.1'],
    ['', '198.51.100.1', ''],
  ] as const) {
    test(`is ${source || 'nobody'} where ${peer || 'nobody'} says ${JSON.stringify(forwarded)}`, () => {
      assert.equal(from(peer, forwarded), source);
    });
  }
});

describe('a network', () => {
  for (const text of [
    '10.0.0.0/33',
    '10.0.0/8',
    '::/129',
    'example.org',
    '',
    '10.0.0.1/',
    '10.0.0.1/-1',
    '0x0a.0.0.1',
  ]) {
    test(`is not ${JSON.stringify(text)}`, () => assert.equal(parseNetwork(text), undefined));
  }
});

describe('whose an address is', () => {
  const sites: Readonly<Record<string, string>> = {
    '192.0.2.1': '192.0.2.1',
    '2001:db8:0:1::1': '2001:db8:0:1::/64',
    '2001:0DB8:0000:0001:ffff:ffff:ffff:ffff': '2001:db8:0:1::/64',
    '2001:db8::': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    '1:2:3::6:7:8': '1:2:3:0::/64',
    '64:ff9b::192.0.2.1': '64:ff9b:0:0::/64',
    '': '',
  };
  for (const [address, site] of Object.entries(sites)) {
    test(`of '${address}' is '${site}'`, () => assert.equal(siteOf(address), site));
  }
});
