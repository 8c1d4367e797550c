// The Terraform provider's pattern for device configuration profiles, call by call, as its Kiota client sends it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { createServer, type Server } from '../../src/index.js';
import { type Answer, call } from '../support.js';

type Json = Answer['json'];

const configurations = '/beta/deviceManagement/deviceConfigurations';
const group = 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';
const planned = {
  '@odata.type': '#microsoft.graph.iosVpnConfiguration',
  displayName: 'unit-test-vpn',
  description: 'made by a plan',
  roleScopeTagIds: ['0'],
  connectionName: 'VPN',
  connectionType: 'ikEv2',
  authenticationMethod: 'derivedCredential',
  server: {
    '@odata.type': '#microsoft.graph.vpnServer',
    address: 'vpn.example.com',
    description: null,
    isDefaultServer: true,
  },
};

describe('the Terraform provider', () => {
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

  async function send(status: number, method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await call(server, method, `${server.url}${path}`, {
      ca,
      token,
      body,
      headers: {
        accept: 'application/json',
        'client-request-id': '2a3c2d5e-9d7e-4a0c-8a55-0b8f5a1f4a10',
        sdkversion: 'graph-go-beta/0.150.0, graph-go-core/1.4.0',
        'user-agent': 'kiota-go/1.1.0 terraform-provider-microsoft365',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
    });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  }
  const read = (id: string): Promise<Json> => send(200, 'GET', `${configurations}/${id}?%24expand=assignments`);
  const assign = (id: string, assignments: unknown, status = 200): Promise<Json> =>
    send(status, 'POST', `${configurations}/${id}/assign`, { assignments });
  const toGroup = {
    '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
    target: {
      '@odata.type': '#microsoft.graph.groupAssignmentTarget',
      groupId: group,
      deviceAndAppManagementAssignmentFilterType: 'none',
    },
  };

  test('creates, assigns nothing, reads back, updates, assigns, reads back and deletes', async () => {
    const { id } = await send(201, 'POST', configurations, planned);
    assert.deepEqual((await assign(id, [])).value, []);
    const created = await read(id);
    assert.equal(created['@odata.type'], planned['@odata.type']);
    assert.deepEqual(created.assignments, []);
    for (const [name, value] of Object.entries(planned)) {
      if (name !== 'server') assert.deepEqual(created[name], value, name);
    }
    const { '@odata.type': _, ...address } = planned.server;
    assert.deepEqual(created.server, address);

    const changed = { ...planned, description: 'changed by a plan', enablePerApp: true };
    const patched = await send(200, 'PATCH', `${configurations}/${id}`, changed);
    assert.equal(patched.version, 2);
    await assign(id, [toGroup]);
    const updated = await read(id);
    assert.equal(updated.description, 'changed by a plan');
    assert.equal(updated.enablePerApp, true);
    assert.deepEqual(
      updated.assignments.map((one: Json) => [one.id, one.target['@odata.type'], one.target.groupId]),
      [[`${id}_${group}`, '#microsoft.graph.groupAssignmentTarget', group]],
    );

    await send(204, 'DELETE', `${configurations}/${id}`);
    await send(404, 'GET', `${configurations}/${id}?%24expand=assignments`);
  });

  test('a plan that changes nothing changes nothing', async () => {
    const { id } = await send(201, 'POST', configurations, planned);
    await assign(id, [toGroup]);
    const before = await read(id);
    await send(200, 'PATCH', `${configurations}/${id}`, planned);
    await assign(id, [toGroup]);
    assert.deepEqual(await read(id), before);
    await send(204, 'DELETE', `${configurations}/${id}`);
  });

  test('takes a profile back whose assignment is refused', async () => {
    const { id } = await send(201, 'POST', configurations, planned);
    const wrong = { target: { '@odata.type': '#microsoft.graph.noSuchAssignmentTarget' } };
    const { error } = await assign(id, [wrong], 400);
    assert.match(error.message, /noSuchAssignmentTarget/);
    assert.deepEqual((await read(id)).assignments, [], 'nothing was assigned');
    await send(204, 'DELETE', `${configurations}/${id}`);
    await send(404, 'GET', `${configurations}/${id}`);
  });

  test('imports what somebody else made, by its id alone', async () => {
    const { id } = await send(201, 'POST', configurations, { ...planned, displayName: 'made by hand' });
    assert.equal((await read(id)).displayName, 'made by hand');
    await send(204, 'DELETE', `${configurations}/${id}`);
  });
});
