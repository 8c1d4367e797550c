// What every store promises of applications, users and limits; and such ones for other tests of the store.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Application, Change, User } from '../../src/plan/index.js';
import type { Store, StoreMode } from '../../src/store/index.js';
import { keepTenant, newTenantId, noon, unit } from './entities.js';

export function application(properties: Partial<Application> = {}): Application {
  const secret = {
    id: randomUUID(),
    displayName: null,
    hash: '$a$b',
    hint: 'abc',
    startDateTime: noon,
    endDateTime: noon,
  };
  return {
    id: randomUUID(),
    displayName: 'naïve 🔑 \u2028',
    enabled: true,
    roles: ['DeviceManagementConfiguration.Read.All'],
    scopes: [],
    redirectUris: ['http://localhost/callback'],
    secrets: [secret],
    certificates: [],
    version: 1,
    ...properties,
  };
}

export function user(properties: Partial<User> = {}): User {
  return {
    id: randomUUID(),
    userPrincipalName: `Ada-${randomUUID()}@example.org`,
    displayName: 'Ada',
    enabled: true,
    passwordHash: null,
    scopes: ['DeviceManagementConfiguration.Read.All'],
    consents: [{ appId: randomUUID(), scopes: [] }],
    version: 1,
    ...properties,
  };
}

export const ofApplication = (before: Application | undefined, after: Application | undefined): Change => ({
  kind: 'application',
  before,
  after,
});
export const ofUser = (before: User | undefined, after: User | undefined): Change => ({ kind: 'user', before, after });

/** `open` makes a new, empty store. */
export function directoryContract(name: string, open: (mode: StoreMode) => Promise<Store>): void {
  describe(`the directory of the ${name} store`, () => {
    let store: Store;
    before(async () => {
      store = await open('production');
    });
    after(() => store.close());

    const write = async (tenantId: string, ...changes: Change[]) => store.write(unit(tenantId, ...changes));
    const newTenant = async (...changes: Change[]): Promise<string> => {
      const id = newTenantId();
      assert.equal(await write(id, keepTenant(id), ...changes), 'done');
      return id;
    };
    const later = <Item extends { version: number }>(item: Item, changes: Partial<Item>): Item => ({
      ...item,
      ...changes,
      version: item.version + 1,
    });

    it('is read as it was written, and listed in the order of ids', async () => {
      const applications = [application(), application({ enabled: false })].toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const users = [user(), user({ passwordHash: '$c' })].toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const tenant = await newTenant(
        ...applications.toReversed().map((each) => ofApplication(undefined, each)),
        ...users.toReversed().map((each) => ofUser(undefined, each)),
      );
      assert.deepEqual(await store.listApplications(tenant), applications);
      assert.deepEqual(await store.listUsers(tenant), users);
      for (const each of applications) assert.deepEqual(await store.findApplication(tenant, each.id), each);
      for (const each of users) assert.deepEqual(await store.findUser(tenant, each.id), each);
    });

    it("is one tenant's alone", async () => {
      const [made, person] = [application(), user()];
      const [one, other] = [
        await newTenant(ofApplication(undefined, made), ofUser(undefined, person)),
        await newTenant(),
      ];
      assert.equal(await store.findApplication(other, made.id), undefined);
      assert.equal(await store.findUser(other, person.id), undefined);
      assert.equal(await store.findUserByName(other, person.userPrincipalName), undefined);
      assert.deepEqual([await store.listApplications(other), await store.listUsers(other)], [[], []]);
      for (const change of [
        ofApplication(made, later(made, { displayName: 'theirs' })),
        ofApplication(made, undefined),
        ofUser(person, later(person, { displayName: 'theirs' })),
        ofUser(person, undefined),
      ]) {
        assert.equal(await write(other, change), 'conflict');
      }
      assert.equal(await write(other, ofApplication(undefined, made), ofUser(undefined, person)), 'done');
      assert.deepEqual(await store.findApplication(one, made.id), made);
    });

    it('has nothing under a key that no store can keep', async () => {
      const tenant = await newTenant(ofApplication(undefined, application()), ofUser(undefined, user()));
      for (const key of ['other', 'one\0', 'one\ud800', '']) {
        assert.equal(await store.findApplication(tenant, key), undefined);
        assert.equal(await store.findUser(tenant, key), undefined);
        assert.equal(await store.findUserByName(tenant, key), undefined);
      }
    });

    it('finds a user by the name in any case, which no other of the tenant can have', async () => {
      const ada = user({ userPrincipalName: 'Ada@Example.org' });
      const tenant = await newTenant(ofUser(undefined, ada));
      assert.deepEqual(await store.findUserByName(tenant, 'aDA@eXAMPLE.ORG'), ada);
      const grace = user({ userPrincipalName: 'grace@example.org' });
      assert.equal(
        await write(tenant, ofUser(undefined, { ...grace, userPrincipalName: 'ADA@example.org' })),
        'conflict',
      );
      assert.equal(await write(tenant, ofUser(undefined, grace)), 'done');
      const renamed = later(grace, { userPrincipalName: 'ada@EXAMPLE.org' });
      assert.equal(await write(tenant, ofUser(grace, renamed)), 'conflict');
      const moved = later(ada, { userPrincipalName: 'countess@example.org' });
      assert.equal(await write(tenant, ofUser(ada, moved)), 'done');
      assert.equal(await write(tenant, ofUser(grace, renamed)), 'done');
      assert.deepEqual(await store.findUserByName(tenant, 'Ada@example.org'), renamed);
      assert.deepEqual(await store.findUserByName(tenant, 'countess@example.org'), moved);
    });

    it('changes and removes the version that is expected, and no other', async () => {
      const [made, person] = [application(), user()];
      const tenant = await newTenant(ofApplication(undefined, made), ofUser(undefined, person));
      assert.equal(await write(tenant, ofApplication(undefined, made)), 'conflict');
      const second = later(made, { displayName: 'second', secrets: [] });
      assert.equal(await write(tenant, ofApplication(made, second)), 'done');
      assert.equal(await write(tenant, ofApplication(made, second)), 'conflict');
      assert.equal(await write(tenant, ofApplication(made, undefined)), 'conflict');
      assert.deepEqual(await store.findApplication(tenant, made.id), second);
      assert.equal(await write(tenant, ofApplication(second, undefined)), 'done');
      assert.equal(await store.findApplication(tenant, made.id), undefined);
      const changed = later(person, { enabled: false });
      assert.equal(await write(tenant, ofUser(person, changed)), 'done');
      assert.equal(await write(tenant, ofUser(person, changed)), 'conflict');
      assert.equal(await write(tenant, ofUser(changed, undefined)), 'done');
      assert.equal(await store.findUser(tenant, person.id), undefined);
    });

    it('is of tenants that exist', async () => {
      const tenant = newTenantId();
      assert.equal(await write(tenant, ofApplication(undefined, application())), 'conflict');
      assert.equal(await write(tenant, ofUser(undefined, user())), 'conflict');
    });

    it('is changed with the rest of its unit or not at all', async () => {
      const [made, person] = [application(), user()];
      const tenant = await newTenant(ofUser(undefined, person));
      assert.equal(await write(tenant, ofApplication(undefined, made), ofUser(undefined, person)), 'conflict');
      assert.deepEqual(await store.listApplications(tenant), []);
    });

    it('keeps limits, of which there is one version', async () => {
      const tenant = await newTenant();
      assert.equal(await store.findLimits(), undefined);
      const first = { limits: [{ name: 'a', most: 1 }], version: 1 };
      assert.equal(await write(tenant, { kind: 'limits', before: undefined, after: first }), 'done');
      assert.equal(await write(tenant, { kind: 'limits', before: undefined, after: first }), 'conflict');
      assert.deepEqual(await store.findLimits(), first);
      const second = { limits: null, version: 2 };
      assert.equal(await write(tenant, { kind: 'limits', before: first, after: second }), 'done');
      assert.equal(await write(tenant, { kind: 'limits', before: first, after: second }), 'conflict');
      assert.deepEqual(await store.findLimits(), second);
    });
  });
}
