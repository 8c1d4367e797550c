// Nobody is sent elsewhere: addresses in answers begin with our own origin, whatever a request says of hosts and schemes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sendRaw } from '../http/raw.js';
import { leastProfiles, leastSettings } from '../http/session.js';
import { openTenants, type Tenants } from '../http/tenants.js';
import type { Answer } from '../support.js';
import { everyAddress } from './every-address.js';

const permissions = 'DeviceManagementConfiguration.ReadWrite.All DeviceManagementApps.Read.All';
/** What a client may say of where it came to; the Host itself is ours, or the request is refused. */
const claims: readonly Record<string, string>[] = [
  {},
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '444' },
  { forwarded: 'host=evil.example;proto=http', 'x-original-host': 'evil.example', 'x-host': 'evil.example' },
  { 'x-forwarded-prefix': '//evil.example', 'x-original-url': '//evil.example/', 'x-rewrite-url': '//evil.example/' },
  { referer: 'https://evil.example/', origin: 'https://evil.example' },
  { 'x-forwarded-server': 'evil.example', 'x-http-host-override': 'evil.example', ':authority': 'evil.example' },
];

let tenants: Tenants;
let token: string;
before(async () => {
  tenants = await openTenants();
  token = await tenants.token(await tenants.keep('active'), { scp: permissions });
});
after(() => tenants.close());

/** Every address in an answer is ours; none of its headers or texts names a host of the attacker's. */
function isOurs({ status, headers, text }: Answer): void {
  assert.ok(status < 300 || status >= 400 || status === 304, `${status}`);
  assert.doesNotMatch(JSON.stringify(headers) + text, /evil/);
  for (const name of ['location', 'content-location', 'odata-entityid']) {
    const address = headers[name];
    if (address !== undefined)
      assert.ok(String(address).startsWith(`${tenants.publicUrl}/beta/`), `${name}: ${address}`);
  }
  for (const name of ['refresh', 'link', 'alt-svc']) assert.equal(headers[name], undefined);
  for (const [, address = ''] of text.matchAll(/"@odata\.(?:context|nextLink|id|editLink)":"([^"]*)"/g)) {
    if (/^[a-z]+:|^\//i.test(address)) assert.ok(address.startsWith(`${tenants.publicUrl}/beta/`), address);
  }
}

describe('whatever headers say of hosts', () => {
  for (const headers of claims.filter((one) => !(':authority' in one))) {
    test(`${JSON.stringify(headers)}: addresses of what was made are ours`, async () => {
      const send = (method: string, path: string, body?: unknown) =>
        tenants.send(method, path, { token, headers, ...(body !== undefined && { body }) });
      const settings = await send('POST', 'derivedCredentials', leastSettings);
      isOurs(settings);
      assert.ok(settings.headers.location);
      for (const body of Object.values(leastProfiles).slice(0, 3)) {
        const made = await send('POST', 'deviceConfigurations', body);
        isOurs(made);
        assert.ok(made.headers.location);
        const minimal = await tenants.send('POST', 'deviceConfigurations', {
          token,
          body,
          headers: { ...headers, prefer: 'return=minimal' },
        });
        isOurs(minimal);
        assert.ok(minimal.headers.location && minimal.headers['odata-entityid']);
      }
      for (const query of ['', '?$top=1', '?$format=application/json;odata.metadata=full', '?$expand=*&$top=1']) {
        isOurs(await send('GET', `deviceConfigurations${query}`));
      }
      isOurs(await send('DELETE', `derivedCredentials/${settings.json.id}`));
    });
  }

  test('no address of the service redirects', async () => {
    for (const { method, path } of await everyAddress(tenants.plainUrl, { host: 'offshoot.example.org' })) {
      const target = `/beta${path.replace(/\{[^}]+\}/g, 'x')}`;
      const headers = claims[1] ?? {};
      isOurs(await tenants.send(method, target, { token, headers, ...(/^P/.test(method) && { body: {} }) }));
    }
  });
});

describe('a path that names a host', () => {
  for (const target of [
    '//evil.example',
    '//evil.example/%2e%2e',
    '///evil.example',
    '/\\evil.example',
    '/%5cevil.example',
    '/%2f%2fevil.example',
    '/beta//evil.example',
    '/beta/%0d%0aLocation:%20https://evil.example',
    '/https://evil.example',
    '/beta/https://evil.example',
    '/.evil.example',
    '/@evil.example',
    'http://evil.example/beta/me',
    'https://evil.example@offshoot.example.org/beta/me',
    'https://offshoot.example.org@evil.example/beta/me',
    'http://offshoot.example.org.evil.example/beta/me',
  ]) {
    // biome-ignore format: a list
    test(`${target} leads nowhere, with a slash behind it or without`, async () => {
      for (const suffix of ['', '/', '/..', '?x=1', '#x']) {
        const bytes = `GET ${target}${suffix} HTTP/1.1\r\nHost: offshoot.example.org\r\nAuthorization: Bearer ${token}\r\n\r\n`;
        const answer = await sendRaw(tenants.plainUrl, bytes);
        assert.equal(answer?.status, 400, answer?.text);
        for (const name of ['location', 'refresh', 'link']) assert.equal(answer.headers[name], undefined);
      }
    });
  }

  test('in a link that a client sends is followed by nobody', async () => {
    const { json } = await tenants.send('POST', 'deviceConfigurations', {
      token,
      body: leastProfiles.iosVpnConfiguration,
    });
    for (const host of [
      'https://evil.example',
      'http://127.0.0.1:9',
      'https://graph.microsoft.com@evil.example',
      '//evil.example',
      'https://graph.microsoft.com.evil.example',
      'https:evil.example',
      'file://',
    ]) {
      // biome-ignore format: a list
      const link = `${host}/beta/deviceManagement/derivedCredentials/x`;
      const answer = await tenants.send('PUT', `deviceConfigurations/${json.id}/derivedCredentialSettings/$ref`, {
        token,
        body: { '@odata.id': link },
      });
      assert.equal(answer.status, 400, host);
      assert.equal(answer.headers.location, undefined);
    }
  });
});
