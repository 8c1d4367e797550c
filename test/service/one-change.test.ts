// Changes of tenants, limits, applications and users: decided anew where another was first, one for each request.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type GraphError, newId, systemClock } from '../../src/base/index.js';
import { createApplications } from '../../src/directory/index.js';
import { auditEvents } from '../../src/model/index.js';
import { everything, type UnitOutcome } from '../../src/plan/index.js';
import { byProgram, changeTenant } from '../../src/service/index.js';
import { openStore, type Store } from '../../src/store/index.js';

describe('a change that no desk takes in turn', () => {
  const folder = mkdtempSync(join(tmpdir(), 'offshoot-change-'));
  const tenantId = newId();
  const clock = systemClock;
  const by = () => byProgram('a test', newId);
  let store: Store;
  before(async () => {
    store = await openStore({ path: join(folder, 'store.db'), mode: 'production', create: true });
    await changeTenant(store, tenantId, () => ({ displayName: 'A', license: 'active' }), { clock, by: by() });
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('is decided anew where another was first, on what that one left', async () => {
    const applications = createApplications({ store, clock, newId });
    const { application } = await applications.create(tenantId, { displayName: 'First' }, by());
    const place = { tenantId, id: application.id };
    const met = { ...store };
    const slow = createApplications({ store: met, clock, newId });
    met.write = async (unit) => {
      met.write = store.write;
      await applications.update(place, () => ({ enabled: false }), by());
      return store.write(unit);
    };
    const changed = await slow.update(place, () => ({ displayName: 'Second' }), by());
    assert.deepEqual([changed.displayName, changed.enabled, changed.version], ['Second', false, 3]);
  });

  test('is refused where others are always first', async () => {
    let writes = 0;
    const write = async (): Promise<UnitOutcome> => {
      writes++;
      return 'conflict';
    };
    const changing = changeTenant({ ...store, write }, tenantId, () => ({ displayName: 'B', license: 'active' }), {
      clock,
      by: by(),
    });
    await assert.rejects(
      changing,
      (error: GraphError) => error.name === 'GraphError' && /changed too often/.test(error.message),
    );
    assert.equal(writes, 5);
    assert.equal((await store.findTenant(tenantId))?.displayName, 'A');
  });

  test('is the one of its request: a second one is a fault, and not taken for made', async () => {
    const applications = createApplications({ store, clock, newId });
    const one = by();
    const { application } = await applications.create(tenantId, { displayName: 'Own' }, one);
    const place = { tenantId, id: application.id };
    const events = await store.count(tenantId, everything(auditEvents));
    await assert.rejects(
      applications.update(place, () => ({ displayName: 'Other' }), one),
      /makes one change/,
    );
    const same = await applications.update(place, () => ({ displayName: 'Own' }), one);
    assert.equal(same.displayName, 'Own', 'what changes nothing needs no event');
    assert.deepEqual(await store.findApplication(tenantId, application.id), application);
    assert.equal(await store.count(tenantId, everything(auditEvents)), events);
  });
});
