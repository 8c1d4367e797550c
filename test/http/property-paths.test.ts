// One property by its path, its bare value, and how many entities a collection has.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let vpn: string;
let settings: string;
before(async () => {
  session = await openSession();
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  settings = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

const get = (path: string, headers = {}) => session.send('GET', path, { headers });
const cast = '/microsoft.graph.iosVpnConfiguration';

describe('a property', () => {
  test('is answered by itself, with its path as context', async () => {
    const { status, json } = await get(`${settings}/displayName`);
    assert.equal(status, 200);
    const context = `${session.root}/$metadata#deviceManagement/derivedCredentials('${session.development.settingsId}')`;
    assert.deepEqual(json, {
      '@odata.context': `${context.replace('/deviceManagement/$metadata', '/$metadata')}/displayName`,
      value: 'Derived credentials',
    });
  });

  test('of any kind has its own form: numbers, members, complex values whole, collections', async () => {
    const values: readonly (readonly [string, unknown])[] = [
      [`${settings}/renewalThresholdPercentage`, 20],
      [`${settings}/notificationType`, 'companyPortal,email'],
      [`${vpn}/supportsScopeTags`, false],
      [`${vpn}/roleScopeTagIds`, ['0']],
      [`${vpn}${cast}/server/isDefaultServer`, true],
      ['subscriptionState', 'active'],
    ];
    for (const [path, value] of values) assert.deepEqual((await get(path)).json.value, value, path);
    const { '@odata.context': _, ...server } = (await get(`${vpn}${cast}/server`)).json;
    assert.deepEqual(server, { address: 'vpn.example.com', description: 'VPN gateway', isDefaultServer: true });
  });

  test('is found behind navigation properties, by its name in any case', async () => {
    for (const path of [
      `${vpn}/derivedCredentialSettings/issuer`,
      `${vpn}${cast}/DERIVEDCREDENTIALSETTINGS/ISSUER`,
      'DerivedCredentials/{id}/Issuer'.replace('{id}', session.development.settingsId ?? ''),
    ]) {
      assert.equal((await get(path)).json.value, 'purebred', path);
    }
  });

  test('that is null is answered with 204 and nothing', async () => {
    for (const path of [`${vpn}/description`, `${vpn}/description/$value`, `${vpn}${cast}/proxyServer`]) {
      const { status, text } = await get(path);
      assert.deepEqual([status, text], [204, ''], path);
    }
  });

  test('inside a complex value that is null, or of another type, is 404', async () => {
    const path = `${vpn}${cast}/proxyServer`;
    await session.refused(404, 'GET', `${path}/address`);
    const proxyServer = { '@odata.type': '#microsoft.graph.windows10VpnProxyServer', address: 'proxy', port: 8080 };
    await session.expect(200, 'PATCH', vpn, { proxyServer });
    assert.equal((await get(`${path}/address/$value`)).text, 'proxy');
    assert.equal((await get(`${path}/microsoft.graph.windows10VpnProxyServer/port`)).json.value, 8080);
    const { target } = await session.refused(404, 'GET', `${path}/microsoft.graph.windows81VpnProxyServer/port`);
    assert.equal(target, 'proxyServer');
    await session.expect(200, 'PATCH', vpn, { proxyServer: null });
  });

  test('of what does not exist, is not bound, or has not the type is 404', async () => {
    await session.refused(404, 'GET', 'derivedCredentials/nothing/displayName');
    await session.refused(404, 'GET', `${vpn}/microsoft.graph.iosWiFiConfiguration/ssid`);
    const { json } = await session.send('POST', 'deviceConfigurations', { body: leastProfiles.iosVpnConfiguration });
    await session.refused(404, 'GET', `deviceConfigurations/${json.id}/derivedCredentialSettings/displayName`);
    await session.expect(204, 'DELETE', `deviceConfigurations/${json.id}`);
  });

  test('takes no query option, and no method but GET and HEAD', async () => {
    await session.refused(501, 'GET', `${vpn}/displayName?$select=x`);
    await session.refused(405, 'PUT', `${vpn}/displayName`, { value: 'x' });
    await session.refused(405, 'DELETE', `${vpn}/description`);
    assert.equal((await session.send('HEAD', `${vpn}/displayName`)).status, 200);
  });
});

describe('$value', () => {
  test('is the value as a plain text, whatever the client would take', async () => {
    for (const accept of [undefined, 'text/plain', 'application/json', '*/*']) {
      const { headers, text } = await get(`${vpn}${cast}/server/address/$value`, { accept });
      assert.equal(headers['content-type'], 'text/plain;charset=utf-8');
      assert.equal(text, 'vpn.example.com');
    }
    assert.equal((await get(`${settings}/renewalThresholdPercentage/$value`)).text, '20');
    assert.equal((await get(`${vpn}/supportsScopeTags/$VALUE`)).text, 'false');
  });

  test('of a text with every kind of letter is that text', async () => {
    const displayName = 'naïve "🔑"\n<b>\u2028';
    await session.expect(200, 'PATCH', vpn, { displayName });
    const { text, headers } = await get(`${vpn}/displayName/$value`);
    assert.equal(text, displayName);
    assert.equal(Number(headers['content-length']), Buffer.byteLength(displayName));
    await session.expect(200, 'PATCH', vpn, { displayName: 'VPN' });
  });

  test('of a binary is its bytes', async () => {
    const { json } = await session.send('POST', 'deviceConfigurations', {
      body: {
        '@odata.type': '#microsoft.graph.iosTrustedRootCertificate',
        displayName: 'Root',
        trustedRootCertificate: Buffer.from('root').toString('base64'),
        certFileName: 'root.cer',
      },
    });
    const path = `deviceConfigurations/${json.id}/microsoft.graph.iosTrustedRootCertificate/trustedRootCertificate/$value`;
    const { headers, text } = await get(path);
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(text, 'root');
    await session.expect(204, 'DELETE', `deviceConfigurations/${json.id}`);
  });
});

describe('$count', () => {
  test('is the number of entities as a plain text, of every collection', async () => {
    const counts: readonly (readonly [string, number])[] = [
      ['deviceConfigurations', 4],
      ['deviceConfigurations/microsoft.graph.iosVpnConfiguration', 1],
      ['deviceConfigurations/microsoft.graph.appleVpnConfiguration', 1],
      ['derivedCredentials', 1],
      ['roleScopeTags', 1],
      ['assignmentFilters', 0],
      [`${vpn}/assignments`, 0],
      [`${vpn}/deviceStatuses`, 0],
    ];
    for (const [path, count] of counts) {
      const { status, headers, text } = await get(`${path}/$count`, { accept: 'text/plain' });
      assert.deepEqual([status, headers['content-type'], text], [200, 'text/plain;charset=utf-8', `${count}`], path);
    }
    const organizations = await call(session.server, 'GET', '/beta/organization/$count');
    assert.equal(organizations.text, '1');
  });

  test('counts what a filter leaves, and takes no other option but those that narrow', async () => {
    const filtered = await get(`deviceConfigurations/$count?$filter=${encodeURIComponent("displayName eq 'VPN'")}`);
    assert.equal(filtered.text, '1');
    await session.refused(501, 'GET', 'deviceConfigurations/$count?$orderby=displayName');
    await session.refused(501, 'GET', 'deviceConfigurations/$count?$expand=assignments');
  });

  test('below what does not exist is 404', async () => {
    await session.refused(404, 'GET', 'deviceConfigurations/nothing/assignments/$count');
    await session.refused(404, 'GET', `${vpn}/microsoft.graph.iosWiFiConfiguration/assignments/$count`);
  });
});
