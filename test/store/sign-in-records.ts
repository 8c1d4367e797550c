// What every store promises of the records of sign-in, run over each of them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { SignInRecord, Store, StoreMode } from '../../src/store/index.js';
import { keepTenant, newTenantId, unit } from './entities.js';

export function signInRecordsContract(name: string, open: (mode: StoreMode) => Promise<Store>): void {
  describe(`${name}: records of sign-in`, () => {
    let store: Store;
    const tenantId = newTenantId();
    const other = newTenantId();
    before(async () => {
      store = await open('production');
      for (const id of [tenantId, other]) await store.write(unit(id, keepTenant(id)));
    });
    after(() => store.close());

    const record = (changes: Partial<SignInRecord> = {}): SignInRecord => ({
      tenantId,
      kind: 'RefreshToken',
      id: randomUUID(),
      expires: 2_000_000_000,
      properties: { scope: 'openid', nested: { list: ['é'] } },
      ...changes,
    });
    const find = ({ kind, id }: SignInRecord, of = tenantId) => store.findRecord(of, kind, id);

    it('are found as they were kept, by their tenant, kind and id alone', async () => {
      const kept = record({ grant: 'g', session: 's', userCode: 'u' });
      await store.keepRecord(kept);
      assert.deepEqual(await find(kept), kept);
      assert.equal(await find(kept, other), undefined);
      assert.equal(await store.findRecord(tenantId, 'Session', kept.id), undefined);
    });

    it('are found by their session and by what people type', async () => {
      const [session, userCode] = [randomUUID(), randomUUID()];
      const kept = record({ kind: 'Session', session, userCode });
      await store.keepRecord(kept);
      assert.deepEqual(await store.findRecordOfSession(tenantId, 'Session', session), kept);
      assert.deepEqual(await store.findRecordOfUserCode(tenantId, 'Session', userCode), kept);
      assert.equal(await store.findRecordOfSession(other, 'Session', session), undefined);
      assert.equal(await store.findRecordOfUserCode(tenantId, 'DeviceCode', userCode), undefined);
    });

    it('are consumed by one of many who try at once, and stay so when they are kept again', async () => {
      const kept = record();
      await store.keepRecord(kept);
      const tries = Array.from({ length: 10 }, (_, at) => store.consumeRecord(tenantId, kept.kind, kept.id, at + 1));
      const won = (await Promise.all(tries)).filter(Boolean);
      assert.equal(won.length, 1);
      await store.keepRecord({ ...kept, properties: {} });
      const found = await find(kept);
      assert.ok(found?.consumed);
      assert.deepEqual(found.properties, {});
      assert.equal(await store.consumeRecord(tenantId, kept.kind, randomUUID(), 1), false);
    });

    it('are added once, whoever tries at the same moment', async () => {
      const kept = record();
      const tries = Array.from({ length: 10 }, (_, at) => store.addRecord({ ...kept, properties: { at } }));
      assert.equal((await Promise.all(tries)).filter(Boolean).length, 1);
    });

    it('are removed one by one, with their grant, and when they have expired', async () => {
      const [grant, ended] = [randomUUID(), record({ expires: 1000 })];
      const [endedThere, notYet] = [record({ expires: 1000, tenantId: other }), record({ expires: 1001 })];
      const [single, first, second, stranger] = [
        record(),
        record({ grant }),
        record({ grant, kind: 'AuthorizationCode' }),
        record({ grant, tenantId: other }),
      ] as const;
      for (const each of [single, first, second, stranger, ended, endedThere, notYet]) await store.keepRecord(each);
      await store.removeRecord(tenantId, single.kind, single.id);
      await store.removeRecordsOfGrant(tenantId, grant);
      await store.removeRecordsBefore(1001);
      for (const gone of [single, first, second, ended]) assert.equal(await find(gone), undefined);
      assert.equal(await find(endedThere, other), undefined);
      assert.deepEqual(await find(notYet), notYet);
      assert.deepEqual(await find(stranger, other), stranger);
      await store.removeRecord(tenantId, single.kind, single.id);
    });
  });
}
