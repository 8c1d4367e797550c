// What is changed by one server, or beside them, is seen by all: nothing that a server remembers outlives a second.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { createServer } from '../../src/index.js';
import { offshoot, temporaryFolder, within } from '../cli/program.js';
import { newDatabase, sharedPostgresql } from '../postgresql.js';
import { call } from '../support.js';

test('three servers over one database see a tenant, its licence and its objects change, whoever changes them', async (t) => {
  const postgresql = await sharedPostgresql();
  t.after(() => postgresql.stop());
  const database = await newDatabase(postgresql.url);
  const folder = await temporaryFolder(t);
  const nodes = await Promise.all(
    ['a', 'b', 'c'].map((name) => createServer({ data: join(folder, name), database, port: 0, httpPort: 0 })),
  );
  t.after(() => Promise.all(nodes.map((node) => node.close())));
  const tenantId = randomUUID();
  const token = (await nodes[0]?.development?.token({ tenantId })) ?? null;
  const path = '/beta/deviceManagement/derivedCredentials';
  const statuses = () => Promise.all(nodes.map(async (node) => (await call(node, 'GET', path, { token })).status));
  const administer = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await offshoot('tenant', ...args, '--database', database);
    assert.equal(code, 0, stderr);
  };

  assert.deepEqual(await statuses(), [401, 401, 401], 'a tenant that is not known');
  await administer('add', tenantId, '--name', 'Contoso');
  await within(5000, async () => (await statuses()).every((status) => status === 200));
  await administer('set-license', tenantId, 'expired');
  await within(5000, async () => (await statuses()).every((status) => status === 403));
  await administer('set-license', tenantId, 'active');
  await within(5000, async () => (await statuses()).every((status) => status === 200));

  const body = { displayName: 'Made by one', issuer: 'purebred' };
  const [first, ...others] = nodes;
  assert.ok(first);
  const made = await call(first, 'POST', path, { token, body });
  assert.equal(made.status, 201, made.text);
  for (const [index, node] of [...others, first].entries()) {
    const seen = await call(node, 'GET', `${path}/${made.json.id}`, { token });
    assert.equal(seen.json.displayName, index === 0 ? body.displayName : `Changed by ${index - 1}`);
    const tag = seen.json['@odata.etag'];
    const changed = await call(node, 'PATCH', `${path}/${made.json.id}`, {
      token,
      headers: { 'if-match': tag },
      body: { displayName: `Changed by ${index}` },
    });
    assert.equal(changed.status, 200, changed.text);
  }
});
