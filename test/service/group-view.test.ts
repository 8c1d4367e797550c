// What a request of an atomicity group sees of the requests before it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GraphError } from '../../src/base/index.js';
import { derivedCredentials, deviceConfigurations, settingsNavigation } from '../../src/model/index.js';
import { type Change, everything, type Page, type Stored } from '../../src/plan/index.js';
import { GroupView } from '../../src/service/group-view.js';
import type { EntityReader } from '../../src/store/index.js';
import { settings, unit, vpn } from '../store/entities.js';

const tenant = 'a1b2c3d4-0000-4000-8000-000000000000';

/** Committed state: the given settings, and profiles that lead to the first of them. */
function committed(kept: readonly Stored[], profiles: readonly Stored[]): EntityReader {
  const all = new Map([
    [derivedCredentials, kept],
    [deviceConfigurations, profiles],
  ]);
  return {
    find: async (_, set, key) => all.get(set)?.find(({ entity }) => entity.id === key),
    list: async (_, { set }): Promise<Page> => {
      const rows = (all.get(set) ?? []).map((stored) => ({ stored, expanded: {} }));
      return { rows, count: undefined, next: undefined };
    },
    findRelated: async () => undefined,
    referrers: async () => profiles.map(({ entity, type }) => ({ id: entity.id, type: type.name, displayName: 'p' })),
  } as EntityReader;
}

async function viewAfter(below: EntityReader, ...changes: Change[]): Promise<GroupView> {
  const view = new GroupView(below, tenant);
  await view.apply(unit(tenant, ...changes));
  return view;
}

const ids = ({ rows }: Page) => rows.map(({ stored }) => stored.entity.id);

describe('a group', () => {
  const [one, two] = [settings({ id: 'one' }), settings({ id: 'two' })];
  const bound = vpn({ id: 'p' }, 'one');

  it('sees what it inserts, and not what it deletes, by key and in a list', async () => {
    const view = await viewAfter(
      committed([one], []),
      { kind: 'delete', set: derivedCredentials, key: 'one', expectedVersion: 1 },
      { kind: 'insert', set: derivedCredentials, stored: two },
    );
    assert.equal(await view.find(tenant, derivedCredentials, 'one'), undefined);
    assert.equal(await view.find(tenant, derivedCredentials, 'two'), two);
    assert.deepEqual(ids(await view.list(tenant, everything(derivedCredentials))), ['two']);
  });

  it('sees links that it clears', async () => {
    const view = await viewAfter(committed([one], [bound]), {
      kind: 'unlink',
      set: deviceConfigurations,
      property: settingsNavigation,
      target: 'one',
      expectedKeys: ['p'],
    });
    assert.equal((await view.find(tenant, deviceConfigurations, 'p'))?.links.derivedCredentialSettings, null);
    assert.deepEqual(await view.referrers(tenant, derivedCredentials, 'one'), []);
  });

  it('sees links that it makes', async () => {
    const view = await viewAfter(committed([one], []), { kind: 'insert', set: deviceConfigurations, stored: bound });
    const found = await view.referrers(tenant, derivedCredentials, 'one');
    assert.deepEqual(
      found.map(({ id }) => id),
      ['p'],
    );
    const related = { set: deviceConfigurations, key: 'p', property: settingsNavigation, target: derivedCredentials };
    assert.equal((await view.findRelated(tenant, related))?.target, one);
  });

  it('is refused a query that only the store can answer, of what it has changed: groupNotSupported', async () => {
    const view = await viewAfter(committed([one], []), { kind: 'insert', set: derivedCredentials, stored: two });
    const query = { ...everything(derivedCredentials), skip: 1 };
    await assert.rejects(view.list(tenant, query), (error) => {
      assert.ok(error instanceof GraphError);
      return error.refusal === 'groupNotSupported' && error.status === 501;
    });
    assert.deepEqual(ids(await view.list(tenant, everything(deviceConfigurations))), []);
  });
});
