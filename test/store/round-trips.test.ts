// How often PostgreSQL is asked for one request: each time costs a way there and back.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { auditEvents, derivedCredentials, deviceConfigurations } from '../../src/model/index.js';
import { everything, type Stored } from '../../src/plan/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { newDatabase, type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { changed, eq, insert, keepTenant, newTenantId, settings, unit, update, vpn } from './entities.js';

describe('PostgreSQL is asked once', () => {
  let server: PostgresqlServer;
  let store: Store;
  const tenant = newTenantId();
  let latest: Stored = settings();
  const profile = vpn({}, latest.entity.id);
  before(async () => {
    server = await sharedPostgresql();
    store = await openStore({ path: await newDatabase(server.url), mode: 'production', create: true });
    await store.write(unit(tenant, keepTenant(tenant), insert(latest), insert(profile)));
    await store.write(unit(tenant, ...Array.from({ length: 300 }, () => insert(vpn()))));
  });
  after(async () => {
    await store.close();
    await server.stop();
  });

  /** How many queries went out. */
  async function countOf(work: () => Promise<unknown>): Promise<number> {
    const { query } = pg.Client.prototype;
    let count = 0;
    pg.Client.prototype.query = function (this: pg.Client, ...args: Parameters<typeof query>) {
      count++;
      return query.apply(this, args);
    } as typeof query;
    try {
      await work();
    } finally {
      pg.Client.prototype.query = query;
    }
    return count;
  }

  const related = {
    set: deviceConfigurations,
    key: profile.entity.id,
    property: vpn().type.navigationProperties.get('derivedCredentialSettings'),
    target: derivedCredentials,
  };
  for (const [what, work] of [
    ['to read by key', () => store.find(tenant, derivedCredentials, latest.entity.id)],
    ['to read by a profile', () => store.findRelated(tenant, related as Parameters<Store['findRelated']>[1])],
    [
      'to list a filtered page with its count',
      () => store.list(tenant, { ...everything(deviceConfigurations), count: true, filter: eq('displayName', 'x') }),
    ],
    [
      'to list a page of hundreds',
      async () =>
        assert.equal(
          (await store.list(tenant, { ...everything(deviceConfigurations), pageSize: 500 })).rows.length,
          301,
        ),
    ],
    ['to count', () => store.count(tenant, everything(auditEvents))],
    [
      'to update, with the audit event and the end of its chain',
      () => {
        latest = changed(latest, { displayName: 'in one statement' });
        return store.write(unit(tenant, update(latest)));
      },
    ],
  ] as const) {
    it(what, async () => assert.equal(await countOf(work), 1));
  }

  it('and not at all for the end of the chain that it left itself', async () => {
    latest = changed(latest, { displayName: 'the last' });
    await store.write(unit(tenant, update(latest)));
    assert.equal(await countOf(async () => store.chainEnd?.(tenant, { now: false })), 0);
  });
});
