// What every store promises, run over each of them.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { EntitySet, EntityType, NavigationProperty } from '../../src/edm/index.js';
import {
  assignments,
  auditEvents,
  derivedCredentials,
  deviceConfiguration,
  deviceConfigurations,
  iosDerivedCredentialAuthenticationConfiguration,
  iosEnterpriseWiFiConfiguration,
  iosTrustedRootCertificate,
  iosVpnConfiguration,
} from '../../src/model/index.js';
import { type Change, type Expression, everything, type Stored, type Unit } from '../../src/plan/index.js';
import type { Store, StoreMode } from '../../src/store/index.js';
import {
  and,
  auditEventOf,
  changed,
  changeLicense,
  comparison,
  eq,
  insert,
  keepTenant,
  literal,
  ne,
  newTenantId,
  not,
  or,
  path,
  profile,
  settings,
  unit,
  update,
  vpn,
} from './entities.js';

const navigation = iosVpnConfiguration.navigationProperties.get('derivedCredentialSettings') as NavigationProperty;
const related = (key: string) => ({ set: deviceConfigurations, key, property: navigation, target: derivedCredentials });
const remove = ({ entity, version }: Stored, expectedVersion = version): Change => ({
  kind: 'delete',
  set: derivedCredentials,
  key: entity.id,
  expectedVersion,
});
const removeProfile = (stored: Stored): Change => ({ ...remove(stored), set: deviceConfigurations }) as Change;
const roots = iosEnterpriseWiFiConfiguration.navigationProperties.get(
  'rootCertificatesForServerValidation',
) as NavigationProperty;
const rootCertificate = (): Stored => profile(iosTrustedRootCertificate, { displayName: 'Root', certFileName: 'a' });
const wiFi = (keys: readonly string[]): Stored => {
  const made = profile(iosEnterpriseWiFiConfiguration, { displayName: 'Wi-Fi', networkName: 'a', ssid: 'a' });
  return { ...made, links: { ...made.links, [roots.name]: keys } };
};
const assignment = (owner: string, key: string): Stored => ({
  type: assignments.type,
  entity: { id: `${owner}_${key}`, intent: 'apply', source: 'direct', sourceId: owner, target: { groupId: key } },
  version: 1,
  links: {},
  owner,
});
const unlink = (target: Stored, ...expectedKeys: string[]): Change => ({
  kind: 'unlink',
  set: deviceConfigurations,
  property: navigation,
  target: target.entity.id,
  expectedKeys,
});

/** `open` makes a new, empty store. */
export function storeContract(name: string, open: (mode: StoreMode) => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    let store: Store;
    before(async () => {
      store = await open('development');
    });
    after(() => store.close());

    const write = async (tenantId: string, ...changes: Change[]) => store.write(unit(tenantId, ...changes));
    const newTenant = async (...changes: Change[]): Promise<string> => {
      const id = newTenantId();
      assert.equal(await write(id, keepTenant(id), ...changes), 'done');
      return id;
    };
    const listed = async (tenantId: string, filter?: Expression, type = deviceConfiguration) => {
      const { rows } = await store.list(tenantId, { ...everything(deviceConfigurations), type, filter });
      return rows.map(({ stored }) => stored.entity.displayName);
    };
    const within = async (tenantId: string, key: string, property: NavigationProperty, set: EntitySet) => {
      const restriction = { set: deviceConfigurations, key, property };
      const { rows } = await store.list(tenantId, { ...everything(set), type: property.target(), within: restriction });
      return rows.map(({ stored }) => stored);
    };
    const targets = async (tenantId: string, { entity }: Stored): Promise<string[]> =>
      (await within(tenantId, entity.id, roots, deviceConfigurations)).map((target) => target.entity.id).sort();
    const members = (tenantId: string, key: string): Promise<Stored[]> =>
      within(tenantId, key, assignments.owner?.property as NavigationProperty, assignments);
    const auditCount = async (tenantId: string): Promise<number> =>
      (await store.list(tenantId, everything(auditEvents))).rows.length;

    describe('entities', () => {
      it('are read as they were written, every property in the order of the model', async () => {
        const wanted = settings({ helpUrl: 'https://help.example.org/', notificationType: 'companyPortal,email' });
        const bound = vpn({ description: 'naïve 🔑 \u2028', proxyServer: null }, wanted.entity.id);
        const tenant = await newTenant(insert(wanted), insert(bound));
        const found = await store.find(tenant, deviceConfigurations, bound.entity.id);
        assert.deepEqual(found, bound);
        assert.deepEqual(Object.keys(found?.entity ?? {}), [...iosVpnConfiguration.properties.keys()]);
        assert.deepEqual(await store.find(tenant, derivedCredentials, wanted.entity.id), wanted);
      });

      it('are not found by another key, or by a key that no store can keep', async () => {
        const tenant = await newTenant(insert(settings({ id: 'one' })));
        for (const key of ['other', 'ONE', 'one\0', 'one\ud800', '']) {
          assert.equal(await store.find(tenant, derivedCredentials, key), undefined);
        }
      });

      it('are listed in the order of their creation, ties by id, as many as there are', async () => {
        const minute = (n: number) => `2026-01-31T12:0${n}:00.0000000Z`;
        const rows = Array.from({ length: 201 }, (_, i) =>
          vpn({ id: `id-${String(i).padStart(3, '0')}`, displayName: `${i}`, createdDateTime: minute(i % 3) }),
        );
        const tenant = await newTenant(...rows.toReversed().map(insert));
        const expected = [0, 1, 2].flatMap((n) => rows.map((_, i) => i).filter((i) => i % 3 === n));
        assert.deepEqual(await listed(tenant), expected.map(String));
      });

      it('are listed by type, the derived ones with their base', async () => {
        const app = profile(iosDerivedCredentialAuthenticationConfiguration, { displayName: 'app' });
        const tenant = await newTenant(insert(vpn({ displayName: 'vpn' })), insert(app));
        const base = iosVpnConfiguration.base ?? deviceConfiguration;
        assert.deepEqual((await listed(tenant)).sort(), ['app', 'vpn']);
        assert.deepEqual(await listed(tenant, undefined, base), ['vpn']);
        assert.deepEqual(await listed(tenant, undefined, iosDerivedCredentialAuthenticationConfiguration), ['app']);
        assert.deepEqual(
          await listed(tenant, eq('displayName', 'vpn'), iosDerivedCredentialAuthenticationConfiguration),
          [],
        );
      });

      it('lead to one another, and tell who leads to them', async () => {
        const target = settings();
        const bound = vpn({ displayName: 'bound' }, target.entity.id);
        const unbound = vpn({ displayName: 'unbound' });
        const tenant = await newTenant(insert(target), insert(bound), insert(unbound));
        assert.deepEqual(await store.findRelated(tenant, related(bound.entity.id)), {
          sourceType: iosVpnConfiguration,
          target,
        });
        assert.deepEqual(await store.findRelated(tenant, related(unbound.entity.id)), {
          sourceType: iosVpnConfiguration,
          target: undefined,
        });
        assert.equal(await store.findRelated(tenant, related('nobody')), undefined);
        assert.deepEqual(await store.referrers(tenant, derivedCredentials, target.entity.id), [
          { id: bound.entity.id, type: 'iosVpnConfiguration', displayName: 'bound' },
        ]);
      });

      it('lead to several others, in either direction, and are kept while others lead to them', async () => {
        const [first, second] = [rootCertificate(), rootCertificate()];
        const wifi = wiFi([second.entity.id, first.entity.id]);
        const tenant = await newTenant(insert(first), insert(second), insert(wifi));
        assert.deepEqual(await store.find(tenant, deviceConfigurations, wifi.entity.id), wifi);
        assert.deepEqual(await targets(tenant, wifi), [first.entity.id, second.entity.id].sort());
        const referrer = { id: wifi.entity.id, type: iosEnterpriseWiFiConfiguration.name, displayName: 'Wi-Fi' };
        assert.deepEqual(await store.referrers(tenant, deviceConfigurations, first.entity.id), [referrer]);
        assert.equal(await write(tenant, removeProfile(first)), 'conflict');
        assert.equal(await write(tenant, insert(wiFi(['nobody']))), 'conflict');

        const fewer = changed(wifi, {}, { ...wifi.links, [roots.name]: [second.entity.id] });
        assert.equal(await write(tenant, update(fewer)), 'done');
        assert.deepEqual(await targets(tenant, wifi), [second.entity.id]);
        assert.equal(await write(tenant, removeProfile(first)), 'done');
        assert.equal(await write(tenant, removeProfile(fewer)), 'done', 'what leads away goes with its links');
        assert.deepEqual(await store.referrers(tenant, deviceConfigurations, second.entity.id), []);
      });

      it('are expanded to references by keys alone, and by no more of the rows', async () => {
        const owner = vpn();
        const { id } = owner.entity;
        const target = settings();
        const bound = { ...owner, links: { ...owner.links, [navigation.name]: target.entity.id } };
        const one = assignment(id, 'one');
        const change: Change = {
          kind: 'replace',
          set: assignments,
          within: { set: deviceConfigurations, key: id },
          expectedVersion: 1,
          expectedKeys: [],
          members: [one],
        };
        const tenant = await newTenant(insert(target), insert(bound));
        assert.equal(await write(tenant, change), 'done');
        const contained = assignments.owner?.property as NavigationProperty;
        const references = (property: NavigationProperty, set: EntitySet, on: EntityType) => ({
          ...{ property, set, on, type: property.target(), query: everything(set) },
          ...{ references: true, countOnly: false },
        });
        const expand = [
          references(contained, assignments, deviceConfiguration),
          references(navigation, derivedCredentials, iosVpnConfiguration),
        ];
        const found = await store.read(tenant, deviceConfigurations, id, { expand });
        assert.deepEqual(found?.expanded, {
          [contained.name]: {
            rows: [{ entity: { id: one.entity.id }, owner: id }],
            count: undefined,
            next: undefined,
          },
          [navigation.name]: { entity: { id: target.entity.id } },
        });
      });

      it('contain others, which are replaced as a whole and go with what contains them', async () => {
        const owner = vpn();
        const { id } = owner.entity;
        const tenant = await newTenant(insert(owner));
        const [one, other] = [assignment(id, 'one'), assignment(id, 'other')];
        const replace = (members: readonly Stored[], expectedKeys: readonly string[], expectedVersion = 1): Change => ({
          kind: 'replace',
          set: assignments,
          within: { set: deviceConfigurations, key: id },
          expectedVersion,
          expectedKeys,
          members,
        });
        assert.equal(await write(tenant, replace([other, one], [])), 'done');
        assert.deepEqual(await members(tenant, id), [other, one]);
        assert.deepEqual(await store.find(tenant, assignments, one.entity.id), one);
        assert.equal(await write(tenant, replace([one], [])), 'conflict', 'others were there than expected');
        assert.equal(await write(tenant, replace([one], [one.entity.id])), 'conflict');
        const both = [one.entity.id, other.entity.id];
        assert.equal(await write(tenant, replace([], both, 2)), 'conflict', 'the owner is another version');
        assert.deepEqual(await members(tenant, id), [other, one]);
        assert.equal(await write(tenant, replace([one], both)), 'done');
        assert.deepEqual(await members(tenant, id), [one]);
        assert.deepEqual(await members(tenant, 'nobody'), []);
        assert.equal(await write(tenant, removeProfile(owner)), 'done');
        assert.equal(await store.find(tenant, assignments, one.entity.id), undefined);
      });

      it('refuse a text that the store could not answer as it was sent', async () => {
        const tenant = await newTenant();
        for (const displayName of ['cut\0here', 'half \ud83d']) {
          await assert.rejects(write(tenant, insert(settings({ displayName }))));
        }
      });
    });

    describe('a unit', () => {
      it('updates the version that it expects, and no other', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        const second = changed(first, { helpUrl: 'https://new.example.org/' });
        assert.equal(await write(tenant, update(second)), 'done');
        assert.equal(await write(tenant, update(changed(first, { helpUrl: 'https://lost.example.org/' }))), 'conflict');
        assert.equal(await write(tenant, update(changed(settings(), {}))), 'conflict');
        assert.deepEqual(await store.find(tenant, derivedCredentials, first.entity.id), second);
        assert.equal(await auditCount(tenant), 2);
      });

      it('deletes the version that it expects, and no other', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        assert.equal(await write(tenant, remove(first, 2)), 'conflict');
        assert.equal(await write(tenant, remove(first)), 'done');
        assert.equal(await write(tenant, remove(first)), 'conflict');
        assert.equal(await store.find(tenant, derivedCredentials, first.entity.id), undefined);
      });

      it('is a conflict when the tenant has settings already, or the key is taken', async () => {
        const tenant = await newTenant(insert(settings()), insert(vpn({ id: 'taken' })));
        assert.equal(await write(tenant, insert(settings())), 'conflict');
        assert.equal(await write(tenant, insert(vpn({ id: 'taken' }))), 'conflict');
      });

      it('is a conflict when it binds to what does not exist, or deletes what others are bound to', async () => {
        const target = settings();
        const tenant = await newTenant(insert(target), insert(vpn({}, target.entity.id)));
        assert.equal(await write(tenant, insert(vpn({}, 'nothing'))), 'conflict');
        assert.equal(await write(tenant, remove(target)), 'conflict');
      });

      it('is a conflict for a tenant that does not exist', async () => {
        assert.equal(await write(newTenantId(), insert(settings())), 'conflict');
      });

      it('binds and unbinds a profile as part of its update', async () => {
        const target = settings();
        const loose = vpn();
        const tenant = await newTenant(insert(target), insert(loose));
        const bound = changed(loose, {}, { derivedCredentialSettings: target.entity.id });
        assert.equal(await write(tenant, update(bound)), 'done');
        assert.deepEqual((await store.findRelated(tenant, related(loose.entity.id)))?.target, target);
        assert.equal(await write(tenant, update(changed(bound, {}, { derivedCredentialSettings: null }))), 'done');
        assert.equal((await store.findRelated(tenant, related(loose.entity.id)))?.target, undefined);
      });

      it('unlinks exactly the entities that it expects; their versions and dates stay', async () => {
        const target = settings();
        const [a, b] = [vpn({}, target.entity.id), vpn({}, target.entity.id)];
        const tenant = await newTenant(insert(target), insert(a), insert(b), insert(vpn({ id: 'loose' })));
        for (const keys of [[], [a.entity.id], [a.entity.id, 'loose'], [a.entity.id, b.entity.id, 'loose']]) {
          assert.equal(await write(tenant, unlink(target, ...keys)), 'conflict');
        }
        assert.equal(await write(tenant, unlink(target, b.entity.id, a.entity.id), remove(target)), 'done');
        const found = await store.find(tenant, deviceConfigurations, a.entity.id);
        assert.deepEqual(found, { ...a, links: { ...a.links, derivedCredentialSettings: null } });
      });

      it('with followers is applied with all of them, or not at all', async () => {
        const tenant = await newTenant();
        const [one, two] = [settings(), vpn()];
        const followers = [unit(tenant, insert(two)), unit(tenant)];
        assert.equal(await store.write({ ...unit(tenant, insert(one)), followers }), 'done');
        assert.deepEqual(await store.find(tenant, deviceConfigurations, two.entity.id), two);
        const events = await auditCount(tenant);
        const failing = [unit(tenant, update(changed(two, { description: 'x' }), 5))];
        const leading = unit(tenant, update(changed(one, { displayName: 'x' })));
        assert.equal(await store.write({ ...leading, followers: failing }), 'conflict');
        assert.deepEqual(await store.find(tenant, derivedCredentials, one.entity.id), one);
        assert.equal(await auditCount(tenant), events);
      });

      it('that fails in its last change leaves none of them, and no audit event', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        const added = vpn();
        const outcome = await write(
          tenant,
          insert(added),
          update(changed(first, { helpUrl: 'https://x.example.org/' }), 7),
        );
        assert.equal(outcome, 'conflict');
        assert.equal(await store.find(tenant, deviceConfigurations, added.entity.id), undefined);
        assert.equal(await auditCount(tenant), 1);
      });

      it('that is tried again is done, and applied once', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        const again = unit(tenant, update(changed(first, { displayName: 'again' })));
        assert.equal(await store.write(again), 'done');
        assert.equal(await store.write(again), 'done');
        assert.deepEqual(await Promise.all([store.write(again), store.write(again)]), ['done', 'done']);
        assert.equal((await store.find(tenant, derivedCredentials, first.entity.id))?.version, 2);
        assert.equal(await auditCount(tenant), 2);
      });

      it('adds its audit event, whole; events are listed in the order of writing whatever they say of the time', async () => {
        const tenant = newTenantId();
        const times = ['2026-01-03', '2026-01-01', '2026-01-02'].map((day) => `${day}T00:00:00.0000000Z`);
        const events = times.map((activityDateTime) => auditEventOf({ activityDateTime }));
        for (const audit of events) await store.write({ tenantId: tenant, changes: [], audit });
        const { rows } = await store.list(tenant, everything(auditEvents));
        assert.deepEqual(
          rows.map(({ stored }) => stored.entity),
          events,
        );
        assert.equal(rows[0]?.stored.version, 1);
      });
    });

    describe('units that wait together', () => {
      it('are applied in the order of the calls', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        let latest = first;
        const outcomes: Promise<string>[] = [];
        for (let n = 0; n < 600; n++) {
          latest = changed(latest, { displayName: `name ${n}` });
          outcomes.push(write(tenant, update(latest)));
        }
        assert.deepEqual(new Set(await Promise.all(outcomes)), new Set(['done']));
        assert.deepEqual(await store.find(tenant, derivedCredentials, first.entity.id), latest);
      });

      it('succeed and fail each on its own', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        const second = changed(first, { displayName: 'second' });
        const broken: Unit = unit(tenant, insert(vpn({ displayName: 'bro\0ken' })));
        const results = await Promise.allSettled([
          write(tenant, insert(vpn({ displayName: 'before' }))),
          write(tenant, update(changed(first, {}), 9)),
          store.write(broken),
          write(tenant, insert(settings())),
          write(tenant, update(second)),
          write(tenant, insert(vpn({ displayName: 'after' }))),
        ]);
        assert.deepEqual(
          results.map((result) => (result.status === 'fulfilled' ? result.value : 'rejected')),
          ['done', 'conflict', 'rejected', 'conflict', 'done', 'done'],
        );
        assert.deepEqual((await listed(tenant)).sort(), ['after', 'before']);
        assert.deepEqual(await store.find(tenant, derivedCredentials, first.entity.id), second);
        assert.equal(await auditCount(tenant), 4);
      });

      it('are seen once they are acknowledged, and by none who then sees an older state', async () => {
        const first = settings();
        const tenant = await newTenant(insert(first));
        const version = async () => (await store.find(tenant, derivedCredentials, first.entity.id))?.version ?? 0;
        const written = write(tenant, update(changed(first, { displayName: 'later' })));
        const [before, then] = [await version(), await version()];
        assert.ok(before === 1 || before === 2);
        assert.ok(then >= before);
        await written;
        assert.equal(await version(), 2);
      });
    });

    describe('tenants', () => {
      it('are kept, and changed by the same unit', async () => {
        const id = await newTenant();
        assert.deepEqual(await store.findTenant(id), { id, displayName: 'Contoso', license: 'active' });
        assert.equal(await write(id, changeLicense(id, 'active', 'expired')), 'done');
        assert.equal((await store.findTenant(id))?.license, 'expired');
        // Whoever still thinks that it is active, or that there is no such tenant, decides anew.
        assert.equal(await write(id, changeLicense(id, 'active', 'absent')), 'conflict');
        assert.equal(await write(id, keepTenant(id)), 'conflict');
        assert.ok((await store.listTenants()).some((tenant) => tenant.id === id && tenant.license === 'expired'));
        assert.equal(await store.findTenant(randomUUID()), undefined);
      });

      it('are changed by units of their own alone', async () => {
        const id = newTenantId();
        await assert.rejects(write(newTenantId(), keepTenant(id)));
        assert.equal(await store.findTenant(id), undefined);
      });

      it('never see, change, bind or count what is of another', async () => {
        const theirs = settings({ id: 'same', displayName: 'theirs' });
        const theirProfile = vpn({ id: 'profile', displayName: 'theirs' }, 'same');
        const them = await newTenant(insert(theirs), insert(theirProfile));
        const us = await newTenant();

        assert.equal(await store.find(us, derivedCredentials, 'same'), undefined);
        assert.equal(await store.findRelated(us, related('profile')), undefined);
        assert.deepEqual(await store.referrers(us, derivedCredentials, 'same'), []);
        assert.deepEqual(await listed(us), []);
        assert.deepEqual(await listed(us, or(eq('displayName', 'theirs'), literal(true))), []);
        assert.equal(await write(us, update(changed(theirs, { displayName: 'ours' }))), 'conflict');
        assert.equal(await write(us, remove(theirs)), 'conflict');
        assert.equal(await write(us, unlink(theirs, 'profile')), 'conflict');
        assert.equal(await write(us, insert(vpn({}, 'same'))), 'conflict');
        assert.equal(await auditCount(us), 1);

        const ours = settings({ id: 'same', displayName: 'ours' });
        assert.equal(
          await write(us, insert(ours), insert(vpn({ id: 'profile', displayName: 'ours' }, 'same'))),
          'done',
        );
        assert.deepEqual((await store.findRelated(us, related('profile')))?.target, ours);
        assert.deepEqual((await store.findRelated(them, related('profile')))?.target, theirs);
        assert.deepEqual(await store.find(them, deviceConfigurations, 'profile'), theirProfile);
      });

      it('has the trail of its audit in the order of its chain, some at a time, each event whole, with a hash that can be worked out again', async () => {
        const tenant = await newTenant();
        const audits = Array.from({ length: 11 }, (_, index) => auditEventOf({ displayName: `number ${index}` }));
        for (const audit of audits) await store.write({ tenantId: tenant, changes: [], audit });
        const ends = await store.auditEnds();
        assert.deepEqual(
          ends.find(({ tenantId }) => tenantId === tenant),
          { tenantId: tenant, position: 12 },
        );
        const first = await store.auditAfter(tenant, 0, 5);
        const rest = await store.auditAfter(tenant, 5, 100);
        const trail = [...first, ...rest];
        assert.deepEqual(
          trail.map(({ position }) => position),
          Array.from({ length: 12 }, (_, index) => index + 1),
        );
        assert.deepEqual(await store.auditAfter(tenant, 12, 100), []);
        const { rows } = await store.list(tenant, everything(auditEvents));
        let before = '';
        for (const [index, { tenantId, position, hash, event }] of trail.entries()) {
          assert.equal(tenantId, tenant);
          assert.deepEqual(event, rows[index]?.stored.entity);
          const { id, activityDateTime, activityType, category, displayName, ...properties } = event;
          const row = [tenantId, id, activityDateTime, activityType, category, displayName, JSON.stringify(properties)];
          const worked = createHash('sha256')
            .update(JSON.stringify([before, position, ...row]))
            .digest('hex');
          assert.equal(hash, worked);
          before = hash;
        }
      });

      it('may have audit events of the same id', async () => {
        const audit = auditEventOf();
        const [a, b] = [newTenantId(), newTenantId()];
        for (const tenantId of [a, b]) await store.write({ tenantId, changes: [], audit });
        assert.deepEqual([await auditCount(a), await auditCount(b)], [1, 1]);
      });
    });

    describe('a filter', () => {
      let tenant: string;
      before(async () => {
        const address = (text: string) => ({ server: { address: text, description: null, isDefaultServer: true } });
        tenant = await newTenant(
          insert(vpn({ id: '1', displayName: 'a', description: null, enablePerApp: null, ...address('one') })),
          insert(vpn({ id: '2', displayName: 'b', description: 'x', enablePerApp: true, ...address('two') })),
          insert(vpn({ id: '3', displayName: "B'; --", description: 'X', enablePerApp: false, realm: 'x' })),
          insert(
            vpn({
              id: '4',
              displayName: 'é',
              proxyServer: { address: 'p', port: 80 },
              disconnectOnIdleTimerInSeconds: 5,
            }),
          ),
        );
      });

      const cases: readonly [string, Expression, readonly string[]][] = [
        ['compares texts by code point', eq('displayName', 'b'), ['2']],
        ['takes a text for nothing but a text', eq('displayName', "B'; --"), ['3']],
        ['compares texts with a NUL as a whole', eq('displayName', 'b\0'), []],
        ['finds letters beyond ASCII', eq('displayName', 'é'), ['4']],
        ['finds null in a column', eq('description', null), ['1', '4']],
        ['finds what is not null in a column', ne('description', null), ['2', '3']],
        ['takes null for unequal to a text in a column', ne('description', 'x'), ['1', '3', '4']],
        ['negates an equality with null, which is not null itself', not(eq('description', 'x')), ['1', '3', '4']],
        ['takes null for equal to null', comparison(literal(null), 'eq', literal(null)), ['1', '2', '3', '4']],
        ['takes null for unequal to null in no row', comparison(literal(null), 'ne', literal(null)), []],
        ['compares null from the left', comparison(literal(null), 'eq', path('description')), ['1', '4']],
        ['finds null in the document', eq('realm', null), ['1', '2', '4']],
        ['takes null for unequal to a text in the document', ne('realm', 'x'), ['1', '2', '4']],
        ['tells true in the document', eq('enablePerApp', true), ['2']],
        ['tells false in the document', eq('enablePerApp', false), ['3']],
        ['tells neither true nor false in the document', ne('enablePerApp', true), ['1', '3', '4']],
        ['takes a boolean property for a condition', path('enablePerApp'), ['2']],
        ['finds no row by the negation of null', not(path('enablePerApp')), ['3']],
        ['finds numbers in the document', eq('disconnectOnIdleTimerInSeconds', 5), ['4']],
        ['finds values inside complex ones', eq('server/address', 'two'), ['2']],
        ['finds numbers inside complex ones', eq('proxyServer/port', 80), ['4']],
        ['finds null inside null', eq('proxyServer/address', null), ['1', '2', '3']],
        ['takes null inside null for unequal', ne('proxyServer/address', 'p'), ['1', '2', '3']],
        ['compares two properties, null with null', comparison(path('realm'), 'eq', path('description')), ['1', '4']],
        ['compares conditions', comparison(eq('realm', 'x'), 'eq', eq('description', 'X')), ['1', '2', '3', '4']],
        ['compares a condition with a constant', comparison(eq('realm', 'x'), 'ne', literal(false)), ['3']],
        ['knows null and false to be false', not(and(path('enablePerApp'), literal(false))), ['1', '2', '3', '4']],
        ['knows null or true to be true', or(path('enablePerApp'), literal(true)), ['1', '2', '3', '4']],
        ['is a constant', literal(false), []],
        ['is null for no row', literal(null), []],
        ['binds and before or as its tree says', or(eq('id', '1'), and(eq('id', '2'), eq('realm', 'x'))), ['1']],
        ['keeps what its tree groups', and(or(eq('id', '1'), eq('id', '2')), eq('description', 'x')), ['2']],
      ];
      for (const [what, filter, expected] of cases) {
        it(what, async () => {
          const { rows } = await store.list(tenant, { ...everything(deviceConfigurations), filter });
          const ids = rows.map(({ stored }) => stored.entity.id);
          assert.deepEqual(ids, expected);
        });
      }

      it('may be a chain of a thousand conditions', async () => {
        const filters = Array.from({ length: 1000 }, (_, n): Expression => eq('displayName', `${n}`));
        assert.deepEqual(await listed(tenant, [...filters, eq('displayName', 'a')].reduce(or)), ['a']);
        assert.deepEqual(
          await listed(
            tenant,
            [...filters, eq('displayName', 'a')].reduceRight((a, b) => or(b, a)),
          ),
          ['a'],
        );
      });

      it('may be eighty levels deep', async () => {
        const deepen: readonly ((deep: Expression, level: number) => Expression)[] = [
          (deep) => not(deep),
          (deep, level) => (level % 2 ? and(deep, eq('description', null)) : or(deep, eq('realm', 'x'))),
          (deep, level) => (level % 2 ? and(eq('description', null), deep) : or(eq('realm', 'x'), deep)),
          (deep) => comparison(deep, 'eq', literal(true)),
          (deep) => comparison(literal(true), 'eq', deep),
          (deep, level) => (level % 2 ? and(literal(true), deep) : not(deep)),
        ];
        for (const deeper of deepen) {
          let filter: Expression = eq('displayName', 'a');
          for (let level = 1; level < 80; level++) filter = deeper(filter, level);
          await listed(tenant, filter);
        }
        let even: Expression = eq('displayName', 'a');
        for (let level = 0; level < 78; level++) even = not(even);
        assert.deepEqual(await listed(tenant, even), ['a']);
      });
    });

    describe('secrets', () => {
      it('are kept by the first who brings one', async () => {
        assert.equal(await store.findSecret('key'), undefined);
        assert.deepEqual(await Promise.all([store.keepSecret('key', 'a'), store.keepSecret('key', 'b')]), ['a', 'a']);
        assert.equal(await store.findSecret('key'), 'a');
      });

      it('are kept for production too', async () => {
        const production = await open('production');
        assert.equal(await production.keepSecret('key', 'a'), 'a');
        await production.close();
      });
    });

    it('writes what waits before it closes, and nothing after', async () => {
      const other = await open('development');
      const id = newTenantId();
      const waiting = other.write(unit(id, keepTenant(id)));
      await other.close();
      assert.equal(await waiting, 'done');
      await assert.rejects(other.write(unit(id, keepTenant(id))), /closed/);
      await other.close();
    });

    it('tells what it is for', () => {
      assert.equal(store.mode, 'development');
    });
  });
}
