// The requests that Microsoft365DSC's IntuneDerivedCredential resource makes, and the update that it could not make.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createServer, type Server } from '../../src/index.js';
import { type Answer, call } from '../support.js';

/** What the resource is told to bring about. */
const desired = {
  displayName: 'K5',
  helpUrl: 'http://www.ff.com/',
  issuer: 'purebred',
  notificationType: 'companyPortal,email',
  renewalThresholdPercentage: 20,
};

describe('Microsoft365DSC, IntuneDerivedCredential', () => {
  let server: Server;
  let ca: string;
  let token: string;
  before(async () => {
    server = await createServer();
    const { development, url } = server;
    assert.ok(development && url);
    ca = await readFile(development.caFile, 'utf8');
    // The permissions that the resource names, as an application with a certificate would get them.
    token = await development.token({
      roles: ['DeviceManagementServiceConfig.ReadWrite.All', 'DeviceManagementConfiguration.ReadWrite.All'],
    });
    // The resource starts from a tenant without settings.
    await send('DELETE', `/${development.settingsId}`);
  });
  after(() => server.close());

  /** One request, with the headers that the PowerShell SDK sends. */
  function send(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(server, method, `${server.url}/beta/deviceManagement/derivedCredentials${path}`, {
      ca,
      token,
      body,
      headers: {
        'user-agent':
          'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.20348; en-US) PowerShell/7.4.6 Microsoft365DSC',
        accept: 'application/json',
        'accept-encoding': 'gzip',
        'client-request-id': '6f0b3a3e-8f9a-4f6e-b8a9-0f3c1a5b7d11',
        sdkversion: 'graph-powershell-beta/2.25.0',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
    });
  }

  /** The object without what the resource does not compare. */
  function compared(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.keys(desired).map((name) => [name, object[name]]));
  }

  test('creates, finds by name, gets by id, compares, exports, updates in place and removes', async () => {
    const byName = "?$filter=DisplayName%20eq%20'K5'";

    // Get: an id that is not there is an error that is passed over, then the name decides.
    const absent = await send('GET', '/00000000-0000-0000-0000-000000000000');
    assert.deepEqual([absent.status, absent.json.error.code], [404, 'ResourceNotFound']);
    assert.deepEqual((await send('GET', byName)).json.value, []);

    // Set, Ensure = Present
    const created = await send('POST', '', desired);
    assert.equal(created.status, 201, created.text);
    assert.equal(created.headers['client-request-id'], '6f0b3a3e-8f9a-4f6e-b8a9-0f3c1a5b7d11');
    const { id } = created.json;
    const located = await call(server, 'GET', created.headers.location ?? '', { ca, token });
    assert.deepEqual(located.json, created.json);

    // Test: by name, as the property is spelt and encoded by several of its versions, and by id
    for (const filter of [
      byName,
      '?$filter=DisplayName%20eq%20%27K5%27',
      '?%24filter=DisplayName+eq+%27K5%27',
      '?$filter=displayname eq %27K5%27'.replaceAll(' ', '%20'),
    ]) {
      const found = await send('GET', filter);
      assert.equal(found.status, 200, found.text);
      assert.deepEqual(
        found.json.value.map((one: { id: string }) => one.id),
        [id],
        filter,
      );
      assert.deepEqual(compared(found.json.value[0]), desired);
    }
    assert.deepEqual((await send('GET', "?$filter=DisplayName%20eq%20'k5'")).json.value, [], 'values keep their case');
    assert.deepEqual(compared((await send('GET', `/${id}`)).json), desired);

    // Export
    const exported = await send('GET', '');
    assert.deepEqual(exported.json.value.map(compared), [desired]);
    assert.equal(exported.json['@odata.nextLink'], undefined);

    // Set, with a value that drifted: "it always creates a new instance" is what the resource says of an update.
    const drifted = { ...desired, renewalThresholdPercentage: 10, helpUrl: 'https://help.example.com/' };
    const updated = await send('PATCH', `/${id}`, drifted);
    assert.equal(updated.status, 200, updated.text);
    assert.equal(updated.json.id, id);
    const after = await send('GET', '');
    assert.deepEqual(
      after.json.value.map((one: { id: string }) => one.id),
      [id],
      'no new instance',
    );
    assert.deepEqual(after.json.value.map(compared), [drifted]);

    // Set, Ensure = Absent
    const removed = await send('DELETE', `/${id}`);
    assert.deepEqual([removed.status, removed.text], [204, '']);
    assert.equal((await send('GET', `/${id}`)).status, 404);
    assert.deepEqual((await send('GET', byName)).json.value, []);
  });
});

describe('Microsoft365DSC, IntuneWifiConfigurationPolicyIOS', () => {
  const group = 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';
  const desiredProfile = {
    '@odata.type': '#microsoft.graph.iosWiFiConfiguration',
    displayName: 'ios wifi',
    description: 'A network',
    networkName: 'aaaaa',
    ssid: 'aaaaa',
    connectAutomatically: true,
    connectWhenNetworkNameIsHidden: true,
    disableMacAddressRandomization: true,
    proxySettings: 'automatic',
    proxyAutomaticConfigurationUrl: 'THSCP.local',
    wiFiSecurityType: 'wpaPersonal',
    preSharedKey: 'a secret',
  };
  let server: Server;
  let ca: string;
  let token: string;
  before(async () => {
    server = await createServer();
    assert.ok(server.development);
    ca = await readFile(server.development.caFile, 'utf8');
    token = await server.development.token({ roles: ['DeviceManagementConfiguration.ReadWrite.All'] });
  });
  after(() => server.close());

  async function send(status: number, method: string, path: string, body?: unknown): Promise<Answer['json']> {
    const url = `${server.url}/beta/deviceManagement/deviceConfigurations${path}`;
    const answer = await call(server, method, url, { ca, token, body, headers: { accept: 'application/json' } });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }

  test('creates, assigns, finds by name and type, exports, updates and removes a profile', async () => {
    // Get: neither the id nor the name is there.
    await send(404, 'GET', '/00000000-0000-0000-0000-000000000000');
    const byName = `?$filter=DisplayName%20eq%20'${encodeURIComponent(desiredProfile.displayName)}'`;
    assert.deepEqual((await send(200, 'GET', byName)).value, []);

    // Set, Ensure = Present
    const { id } = await send(201, 'POST', '', desiredProfile);
    const target = { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: group };
    const directory = await call(server, 'GET', `${server.url}/v1.0/groups/${group}`, { ca, token });
    assert.equal(directory.status, 400, 'the directory is elsewhere');
    await send(200, 'POST', `/${id}/assign`, { assignments: [{ target }] });

    // Test: the resource picks its type among those of the name.
    const { value } = await send(200, 'GET', byName);
    const [found] = value.filter((one: Answer['json']) => one['@odata.type'] === desiredProfile['@odata.type']);
    assert.equal(found.id, id);
    for (const [name, wanted] of Object.entries(desiredProfile)) assert.deepEqual(found[name], wanted, name);
    const assignments = (await send(200, 'GET', `/${id}/assignments`)).value;
    assert.deepEqual(
      assignments.map((one: Answer['json']) => [one.target['@odata.type'], one.target.groupId]),
      [['#microsoft.graph.groupAssignmentTarget', group]],
    );

    // Export: all pages
    const exported: string[] = [];
    for (let path: string | undefined = ''; path !== undefined; ) {
      const page: Answer['json'] = await send(200, 'GET', path);
      exported.push(...page.value.map((one: { id: string }) => one.id));
      path = page['@odata.nextLink']?.replace(/^.*deviceConfigurations/, '');
    }
    assert.ok(exported.includes(id));

    // Set, with values that drifted
    const drifted = { ...desiredProfile, connectAutomatically: false };
    const updated = await send(200, 'PATCH', `/${id}`, drifted);
    assert.equal(updated.connectAutomatically, false);
    assert.equal(updated.id, id);
    assert.equal((await send(200, 'GET', `/${id}/assignments`)).value.length, 1, 'an update leaves assignments alone');

    // Set, Ensure = Absent
    await send(204, 'DELETE', `/${id}`);
    await send(404, 'GET', `/${id}`);
  });
});

describe('Microsoft365DSC, IntuneVPNConfigurationPolicyIOS', () => {
  const desiredProfile = {
    '@odata.type': '#microsoft.graph.iosVpnConfiguration',
    displayName: 'ios vpn',
    description: 'Into the house',
    authenticationMethod: 'derivedCredential',
    connectionName: 'vpn',
    connectionType: 'ciscoAnyConnect',
    enableSplitTunneling: false,
    excludedDomains: [],
    onDemandRules: [
      {
        ssids: ['house'],
        dnsSearchDomains: [],
        probeUrl: null,
        action: 'disconnect',
        domainAction: 'connectIfNeeded',
        domains: [],
        probeRequiredUrl: null,
        interfaceTypeMatch: 'wiFi',
        dnsServerAddressMatch: [],
      },
    ],
    server: { address: 'vpn.example.com', description: 'main', isDefaultServer: true },
    targetedMobileApps: [],
  };

  test('exports, creates and updates a profile that authenticates by a derived credential', async () => {
    const server = await createServer();
    try {
      assert.ok(server.development);
      const { settingsId, token: mint } = server.development;
      const token = await mint({ roles: ['DeviceManagementConfiguration.ReadWrite.All'] });
      const send = async (status: number, method: string, path: string, body?: unknown): Promise<Answer['json']> => {
        // The SDK sends this with every list; it means something to the directory alone.
        const headers = { accept: 'application/json', consistencylevel: 'eventual' };
        const answer = await call(server, method, `/beta/deviceManagement/${path}`, { token, body, headers });
        assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
        return answer.json;
      };
      const isVpn = "deviceConfigurations?$filter=isof('microsoft.graph.iosVpnConfiguration')";
      const before = (await send(200, 'GET', isVpn)).value.length;
      const { id } = await send(201, 'POST', 'deviceConfigurations', desiredProfile);
      await send(200, 'POST', `deviceConfigurations/${id}/assign`, { assignments: [] });
      assert.deepEqual((await send(200, 'GET', 'assignmentFilters')).value, []);
      const found = await send(200, 'GET', `deviceConfigurations/${id}`);
      for (const [name, wanted] of Object.entries(desiredProfile)) assert.deepEqual(found[name], wanted, name);
      assert.equal((await send(200, 'GET', isVpn)).value.length, before + 1);
      assert.equal((await send(200, 'GET', `deviceConfigurations/${id}/derivedCredentialSettings`)).id, settingsId);
      const drifted = { ...desiredProfile, enableSplitTunneling: true };
      assert.equal((await send(200, 'PATCH', `deviceConfigurations/${id}`, drifted)).enableSplitTunneling, true);
      await send(204, 'DELETE', `deviceConfigurations/${id}`);
    } finally {
      await server.close();
    }
  });
});
