// The contract of the store, over PostgreSQL, and what several nodes over one database are promised besides.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { auditEvents, derivedCredentials, deviceConfigurations } from '../../src/model/index.js';
import { everything } from '../../src/plan/index.js';
import type { Store, StoreMode } from '../../src/store/index.js';
import { openStore } from '../../src/store/index.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { storeContract } from './contract.js';
import { directoryContract } from './directory.js';
import { changed, insert, keepTenant, newTenantId, settings, unit, update, vpn } from './entities.js';
import { signInRecordsContract } from './sign-in-records.js';

let server: PostgresqlServer;
before(async () => {
  server = await sharedPostgresql();
});
after(() => server.stop());

const open = async (mode: StoreMode): Promise<Store> =>
  openStore({ path: await newDatabase(server.url), mode, create: true });
storeContract('PostgreSQL', open);
directoryContract('PostgreSQL', open);
signInRecordsContract('PostgreSQL', open);

describe('nodes over one database', () => {
  let nodes: Store[];
  before(async () => {
    const path = await newDatabase(server.url);
    nodes = await Promise.all([1, 2, 3].map(() => openStore({ path, mode: 'development', create: true })));
  });
  after(() => Promise.all(nodes.map((node) => node.close())));

  const node = (index: number): Store => {
    const [first] = nodes;
    const found = nodes[index] ?? first;
    assert.ok(found);
    return found;
  };

  async function newTenant(...changes: Parameters<typeof unit>[1][]): Promise<string> {
    const id = newTenantId();
    assert.equal(await node(0).write(unit(id, keepTenant(id), ...changes)), 'done');
    return id;
  }

  it('make one schema, however many start at once', async () => {
    assert.deepEqual(
      nodes.map(({ mode }) => mode),
      ['development', 'development', 'development'],
    );
  });

  it('let one of several updates of a version through', async () => {
    const first = settings();
    const tenant = await newTenant(insert(first));
    for (let latest = first, round = 0; round < 20; round++) {
      const outcomes = await Promise.all(
        nodes.map((each, index) =>
          each.write(unit(tenant, update(changed(latest, { displayName: `${round} by ${index}` })))),
        ),
      );
      assert.deepEqual(outcomes.toSorted(), ['conflict', 'conflict', 'done']);
      const winner = outcomes.indexOf('done');
      latest = changed(latest, { displayName: `${round} by ${winner}` });
      for (const each of nodes) {
        assert.deepEqual(await each.find(tenant, derivedCredentials, first.entity.id), latest);
      }
    }
  });

  it('write different objects of a tenant at once, in turns', async () => {
    const tenant = await newTenant();
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        node(index % 3).write(unit(tenant, insert(vpn({ displayName: `${index}` })))),
      ),
    );
    assert.deepEqual(new Set(outcomes), new Set(['done']));
    assert.equal(await node(1).count(tenant, everything(deviceConfigurations)), 60);
    assert.equal(await node(2).count(tenant, everything(auditEvents)), 61);
  });

  it('apply a unit on the end of the chain that it was decided on, and on no other', async () => {
    const first = settings();
    const tenant = await newTenant(insert(first));
    const end = await node(0).chainEnd?.(tenant, { now: true });
    assert.equal(end?.position, 1);
    const decided = (name: string) => unit(tenant, insert(vpn({ displayName: name })));
    assert.equal(await node(1).write({ ...decided('theirs'), after: end }), 'done');
    assert.equal(await node(0).write({ ...decided('ours'), after: end }), 'conflict');
    const several = unit(tenant, insert(vpn()), insert(vpn()));
    assert.equal(await node(0).write({ ...several, after: end }), 'conflict');
    const now = await node(0).chainEnd?.(tenant, { now: false });
    assert.equal(now?.position, 2, 'who was not first looks anew');
    assert.equal(await node(0).write({ ...several, after: now }), 'done');
    assert.equal(await node(1).write({ ...several, after: end }), 'done', 'it is there already');
    const once = { ...decided('once'), after: await node(2).chainEnd?.(tenant, { now: true }) };
    assert.deepEqual(await Promise.all([node(0).write(once), node(1).write(once)]), ['done', 'done']);
    assert.equal(await node(2).count(tenant, everything(deviceConfigurations)), 4);
  });

  it('do not apply on top of another state than that which a failed unit was to leave', async () => {
    const first = settings();
    const tenant = await newTenant(insert(first));
    const end = await node(0).chainEnd?.(tenant, { now: true });
    const theirs = changed(first, { displayName: 'theirs' });
    const ours = changed(first, { displayName: 'ours' });
    const afterOurs = changed(ours, { displayName: 'after ours' });
    const later = changed(theirs, { displayName: 'later' });
    assert.equal(await node(1).write(unit(tenant, update(theirs))), 'done');
    const [failed, onTop] = [update(ours), update(afterOurs)].map((change) => unit(tenant, change));
    assert.ok(failed && onTop);
    assert.deepEqual(
      await Promise.all([node(0).write({ ...failed, after: end }), node(0).write({ ...onTop, after: 'unitBefore' })]),
      ['conflict', 'conflict'],
    );
    assert.equal(
      await node(0).write({ ...unit(tenant, update(later)), after: 'unitBefore' }),
      'conflict',
      'even when it comes only after the answer',
    );
    assert.deepEqual(await node(2).find(tenant, derivedCredentials, first.entity.id), theirs);
  });
});
