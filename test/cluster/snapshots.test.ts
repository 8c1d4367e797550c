// Two servers over one database: what one restores the other sees, and goes on from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createServer, type Server } from '../../src/index.js';
import { openStore } from '../../src/store/index.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { call } from '../support.js';

let postgresql: PostgresqlServer;
let database: string;
let nodes: readonly Server[];
let path: string;
before(async () => {
  postgresql = await sharedPostgresql();
  database = await newDatabase(postgresql.url);
  // One after the other: the second finds the state of the first start.
  const first = await createServer({ database });
  nodes = [first, await createServer({ database })];
  path = `/beta/deviceManagement/derivedCredentials/${first.development?.settingsId}`;
});
after(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await postgresql.stop();
});

const node = (index: number): Server & { development: NonNullable<Server['development']> } => {
  const found = nodes[index];
  assert.ok(found?.development);
  return { ...found, development: found.development };
};
const nameAt = async (index: number): Promise<string> => (await call(node(index), 'GET', path)).json.displayName;
const rename = async (index: number, displayName: string): Promise<void> => {
  const { status, text } = await call(node(index), 'PATCH', path, { body: { displayName } });
  assert.equal(status, 200, text);
};

interface ChangedResource {
  readonly modifiedProperties: readonly { displayName: string; oldValue: string | null; newValue: string | null }[];
}

test('a restore is seen by the other server with its next read, and its next write goes on from there', async () => {
  await rename(1, 'kept');
  await node(0).development.snapshot('kept');
  await rename(1, 'lost');
  assert.equal(await nameAt(0), 'lost');
  await node(0).development.restore('kept');
  assert.equal(await nameAt(1), 'kept');
  await rename(1, 'after');
  assert.equal(await nameAt(0), 'after');
  const { json } = await call(
    node(0),
    'GET',
    "/beta/deviceManagement/auditEvents?$filter=activityType eq 'Patch DeviceManagementDerivedCredentialSettings'",
  );
  assert.ok(!JSON.stringify(json).includes('lost'), 'what is gone is gone from the audit too');
  await node(1).development.reset();
  assert.equal(await nameAt(0), 'Derived credentials');
});

test('both know each other’s snapshots', async () => {
  await node(0).development.snapshot('by-the-first');
  await assert.rejects(node(1).development.snapshot('by-the-first'), { refusal: 'snapshotExists' });
  await node(1).development.removeSnapshot('by-the-first');
  assert.ok((await node(0).development.snapshots()).every(({ name }) => name !== 'by-the-first'));
});

test('no write of either is of the state before and the state after', async () => {
  let writing = true;
  const work = async (index: number): Promise<void> => {
    for (let n = 0; writing; n++) await rename(index, `${index} ${n}`);
  };
  await node(0).development.snapshot('steady');
  const working = [work(0), work(1), work(1)];
  for (let round = 0; round < 8; round++) await node(round % 2).development.restore('steady');
  writing = false;
  await Promise.all(working);
  const { json } = await call(node(0), 'GET', '/beta/deviceManagement/auditEvents?$orderby=activityDateTime');
  const store = await openStore({ path: database, create: false });
  try {
    const entries = await store.auditAfter(node(0).development.tenantId, 0, 10_000);
    assert.equal(entries.length, json.value.length);
    // Each event tells the name before it and after it: those of one chain fit together.
    let name = 'Derived credentials';
    let found = 0;
    for (const { event, position } of entries) {
      const { resources } = event as unknown as { resources: readonly ChangedResource[] };
      const changed = resources[0]?.modifiedProperties.find(({ displayName }) => displayName === 'displayName');
      const [before, later] = [changed?.oldValue, changed?.newValue].map((value) => value?.replaceAll('"', ''));
      if (before === undefined || later === undefined || !/^\d \d+$/.test(later)) continue;
      assert.equal(before, name, `at position ${position}`);
      name = later;
      found++;
    }
    assert.equal(await nameAt(1), name);
    assert.ok(found > 0 || name === 'Derived credentials');
  } finally {
    await store.close();
  }
});
