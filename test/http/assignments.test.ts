// To whom a profile is assigned, and what is known of it on devices.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Answer } from '../support.js';
import { leastProfiles, leastRootCertificate, openSession, type Session } from './session.js';

const group = 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';
const otherGroup = 'c1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';
const target = (type: string, rest: object = {}) => ({
  target: { '@odata.type': `#microsoft.graph.${type}AssignmentTarget`, ...rest },
});
const toGroup = target('group', { groupId: group });
const notToGroup = target('exclusionGroup', { groupId: otherGroup });
const toDevices = target('allDevices');
const toUsers = target('allLicensedUsers');
const toCollection = target('configurationManagerCollection', { collectionId: 'SMS00001' });
const noFilter = {
  deviceAndAppManagementAssignmentFilterId: null,
  deviceAndAppManagementAssignmentFilterType: 'none',
};

let session: Session;
let id: string;
let profile: string;
before(async () => {
  session = await openSession();
  id = String(session.development.profiles.iosVpnConfiguration);
  profile = `deviceConfigurations/${id}`;
});
after(() => session.close());
beforeEach(() => assign([]));

interface Assigned {
  readonly id: string;
  readonly intent: string;
  readonly target: Readonly<Record<string, unknown>>;
}
const assign = async (assignments: unknown, path = profile): Promise<Assigned[]> =>
  (await session.expect(200, 'POST', `${path}/assign`, { assignments })).value;
const list = async (path = `${profile}/assignments`): Promise<Assigned[]> =>
  (await session.expect(200, 'GET', path)).value;
const bare = ({ '@odata.type': _, '@odata.etag': __, ...rest }: Answer['json']) => rest;

describe('assign', () => {
  test('answers each assignment whole, its id formed of the profile’s and the group’s', async () => {
    const answer = await session.expect(200, 'POST', `${profile}/assign`, {
      assignments: [toGroup, notToGroup, toDevices, toUsers, toCollection],
    });
    assert.ok(answer['@odata.context'].endsWith('$metadata#Collection(microsoft.graph.deviceConfigurationAssignment)'));
    const own = { intent: 'apply', source: 'direct', sourceId: id };
    const told = (key: string, given: { target: object }) => {
      const { '@odata.type': type, ...rest } = given.target as Record<string, unknown>;
      return { id: `${id}_${key}`, ...own, target: { '@odata.type': type, ...noFilter, ...rest } };
    };
    assert.deepEqual(answer.value.map(bare), [
      told(group, toGroup),
      told(otherGroup, notToGroup),
      told('adadadad-808e-44e2-905a-0b7873a8a531', toDevices),
      told('acacacac-9df4-4c7d-9d50-4ef0226f57a9', toUsers),
      told('SMS00001', toCollection),
    ]);
    assert.deepEqual(await list(), answer.value);
  });

  test('replaces the whole set, also by an empty one', async () => {
    await assign([toGroup, toDevices]);
    await assign([toUsers, toGroup]);
    assert.deepEqual(
      (await list()).map((one) => one.id.slice(id.length + 1, id.length + 9)),
      ['acacacac', group.slice(0, 8)],
    );
    assert.deepEqual(await assign([]), []);
    assert.deepEqual(await list(), []);
    await assign([toGroup]);
    assert.deepEqual(await assign(null), [], 'a collection that is null is empty');
  });

  test('keeps the profile’s version and dates, writes one audit event, and none where nothing changes', async () => {
    const before = await session.send('GET', profile);
    const [event, ...others] = await session.auditOf(() => assign([toGroup]));
    assert.equal(others.length, 0);
    assert.equal(event?.activityType, 'Assign iosVpnConfiguration');
    assert.equal(event.activityOperationType, 'Action');
    assert.equal(event.resources[0]?.resourceId, id);
    const [change] = event.resources[0]?.modifiedProperties ?? [];
    assert.equal(change?.displayName, 'assignments');
    assert.equal(change.oldValue, '[]');
    assert.equal(JSON.parse(String(change.newValue))[0].target.groupId, group);
    const after = await session.send('GET', profile);
    assert.equal(after.text, before.text);
    assert.equal(after.headers.etag, before.headers.etag);
    assert.deepEqual(await session.auditOf(() => assign([toGroup])), []);
  });

  test('gives an assignment that stays its entity tag, and one that changes another', async () => {
    const etags = async () => (await list()).map((one) => (one as unknown as Record<string, string>)['@odata.etag']);
    await assign([toGroup, toDevices]);
    const [first, second] = await etags();
    const filter = {
      deviceAndAppManagementAssignmentFilterId: group,
      deviceAndAppManagementAssignmentFilterType: 'include',
    };
    await assign([target('group', { groupId: group, ...filter }), toDevices]);
    const [changed, kept] = await etags();
    assert.notEqual(changed, first);
    assert.equal(kept, second);
  });

  test('is bound to the profile by every way to it, and named with its namespace or without', async () => {
    const [made] = await assign([toGroup]);
    for (const path of [
      `${profile}/microsoft.graph.iosVpnConfiguration`,
      `${profile}/groupAssignments/${made?.id}/deviceConfiguration`,
      `deviceConfigurations('${id}')`,
    ]) {
      assert.deepEqual(await assign([toGroup], path), [made]);
    }
    await session.expect(200, 'POST', `${profile}/microsoft.graph.assign`, { assignments: [toGroup] });
  });

  test('takes groups in the older form too', async () => {
    const older = [
      {
        '@odata.type': '#microsoft.graph.deviceConfigurationGroupAssignment',
        targetGroupId: group,
        excludeGroup: false,
      },
      { id: 'any', targetGroupId: otherGroup, excludeGroup: true },
    ];
    await session.expect(200, 'POST', `${profile}/assign`, {
      assignments: [toUsers],
      deviceConfigurationGroupAssignments: older,
    });
    assert.deepEqual(
      (await list()).map((one) => [one.target['@odata.type'], one.target.groupId]),
      [
        ['#microsoft.graph.allLicensedUsersAssignmentTarget', undefined],
        ['#microsoft.graph.groupAssignmentTarget', group],
        ['#microsoft.graph.exclusionGroupAssignmentTarget', otherGroup],
      ],
    );
  });

  test('is refused what names no target, or one twice, and changes nothing then', async () => {
    const [kept] = await assign([toUsers]);
    const refusals: readonly (readonly [unknown, string | undefined])[] = [
      [{}, 'assignments'],
      [{ assignments: {} }, 'assignments'],
      [{ assignments: [null] }, 'assignments[0]'],
      [{ assignments: [toGroup], more: [] }, 'more'],
      [{ assignments: [], 'foo@bar': 1 }, 'foo@bar'],
      [{ assignments: [], 'assignments@odata.bind': ['x'] }, 'assignments@odata.bind'],
      [{ assignments: [{}] }, 'assignments[0]/target'],
      [{ assignments: [{ target: null }] }, 'assignments[0]/target'],
      [{ assignments: [{ target: { groupId: group } }] }, 'assignments[0]/target'],
      [{ assignments: [target('group')] }, 'assignments[0]/target/groupId'],
      [{ assignments: [target('group', { groupId: 'everyone' })] }, 'assignments[0]/target/groupId'],
      [{ assignments: [target('group', { groupId: group, collectionId: 'x' })] }, 'assignments[0]/target/collectionId'],
      [{ assignments: [target('allDevices', { groupId: group })] }, 'assignments[0]/target/groupId'],
      [
        { assignments: [target('configurationManagerCollection', { collectionId: 'a/b' })] },
        'assignments[0]/target/collectionId',
      ],
      [{ assignments: [target('nobody')] }, 'assignments[0]/target/@odata.type'],
      [{ assignments: [{ ...toGroup, intent: 'maybe' }] }, 'assignments[0]/intent'],
      [{ assignments: [{ ...toGroup, colour: 'red' }] }, 'assignments[0]/colour'],
      [{ deviceConfigurationGroupAssignments: [{}] }, 'deviceConfigurationGroupAssignments[0]/targetGroupId'],
      [
        { deviceConfigurationGroupAssignments: [{ targetGroupId: 'x' }] },
        'deviceConfigurationGroupAssignments[0]/targetGroupId',
      ],
      [{ assignments: [toGroup, toGroup] }, undefined],
      [{ assignments: [toGroup, target('exclusionGroup', { groupId: group.toUpperCase() })] }, undefined],
      [{ assignments: Array(501).fill(toDevices) }, 'assignments'],
    ];
    for (const [body, at] of refusals) {
      const refused = await session.refused(400, 'POST', `${profile}/assign`, body);
      assert.equal(refused.target, at, JSON.stringify(body));
    }
    assert.deepEqual(await list(), [kept]);
  });

  test('of what does not exist is 404; it is asked for with POST, and keeps to If-Match', async () => {
    await session.refused(404, 'POST', 'deviceConfigurations/nothing/assign', { assignments: [] });
    await session.refused(404, 'POST', `${profile}/microsoft.graph.iosWiFiConfiguration/assign`, { assignments: [] });
    await session.refused(405, 'GET', `${profile}/assign`);
    await session.refused(400, 'POST', 'derivedCredentials/x/assign', { assignments: [] });
    const answer = await session.send('POST', `${profile}/assign`, {
      body: { assignments: [toGroup] },
      headers: { 'if-match': '"other"' },
    });
    assert.equal(answer.status, 412);
    assert.deepEqual(await list(), []);
  });

  test('by many at the same moment leaves one of their sets, whole', async () => {
    const sets = [[toGroup], [notToGroup, toDevices], [toUsers, toCollection], []];
    const answers = await Promise.all(sets.map((set) => assign(set)));
    const left = (await list()).map((one) => one.id);
    assert.ok(answers.some((answer) => answer.map((one) => one.id).join() === left.join()));
  });
});

describe('an assignment', () => {
  test('is added, read, changed and deleted by itself, each with one audit event', async () => {
    const path = `${profile}/assignments`;
    await assign([toUsers]);
    let added: Answer['json'];
    const events = await session.auditOf(async () => {
      const answer = await session.send('POST', path, { body: toGroup });
      assert.equal(answer.status, 201, answer.text);
      added = answer.json;
      assert.equal(answer.headers.location, `${session.root}/deviceConfigurations('${id}')/assignments('${added.id}')`);
      assert.ok(added['@odata.context'].endsWith(`deviceConfigurations('${id}')/assignments/$entity`));
      const filter = {
        deviceAndAppManagementAssignmentFilterType: 'exclude',
        deviceAndAppManagementAssignmentFilterId: 'f',
      };
      const changed = await session.expect(200, 'PATCH', `${path}/${added.id}`, {
        intent: 'remove',
        target: { ...toGroup.target, ...filter },
      });
      assert.equal(changed.intent, 'remove');
      assert.equal(changed.target.deviceAndAppManagementAssignmentFilterId, 'f');
      assert.deepEqual(bare(await session.expect(200, 'GET', `${path}('${added.id}')`)), {
        ...bare(changed),
        '@odata.context': added['@odata.context'],
      });
      assert.equal((await session.expect(200, 'GET', `${path}/${added.id}/intent`)).value, 'remove');
      await session.expect(204, 'DELETE', `${path}/${added.id}`);
    });
    assert.equal(events.length, 3);
    assert.equal((await list()).length, 1);
    await session.refused(404, 'GET', `${path}/${added.id}`);
    await session.refused(404, 'PATCH', `${path}/${added.id}`, {});
    await session.refused(404, 'DELETE', `${path}/${added.id}`);
  });

  test('for a target that has one already is refused, and so is another target for it', async () => {
    await assign([toGroup]);
    const { code } = await session.refused(409, 'POST', `${profile}/assignments`, toGroup);
    assert.equal(code, 'Conflict');
    await session.refused(409, 'POST', `${profile}/assignments`, target('exclusionGroup', { groupId: group }));
    const [made] = await list();
    await session.refused(400, 'PATCH', `${profile}/assignments/${made?.id}`, toUsers);
    const excluded = await session.expect(200, 'PATCH', `${profile}/assignments/${made?.id}`, {
      ...target('exclusionGroup', { groupId: group }),
    });
    assert.equal(excluded.id, made?.id, 'the same group may be excluded instead');
  });

  test('keeps to If-Match', async () => {
    const [made] = await assign([toGroup]);
    const path = `${profile}/assignments/${made?.id}`;
    const stale = { headers: { 'if-match': '"other"' } };
    assert.equal((await session.send('PATCH', path, { body: { intent: 'remove' }, ...stale })).status, 412);
    assert.equal((await session.send('DELETE', path, stale)).status, 412);
    const { headers } = await session.send('GET', path);
    const current = { headers: { 'if-match': String(headers.etag) } };
    assert.equal((await session.send('DELETE', path, current)).status, 204);
  });

  test('stands in its own profile alone, and goes with it', async () => {
    const [made] = await assign([toGroup]);
    const other = await session.expect(201, 'POST', 'deviceConfigurations', leastProfiles.iosWiFiConfiguration);
    for (const method of ['GET', 'DELETE']) {
      await session.refused(404, method, `deviceConfigurations/${other.id}/assignments/${made?.id}`);
    }
    const [its] = await assign([toGroup], `deviceConfigurations/${other.id}`);
    assert.notEqual(its?.id, made?.id);
    await session.expect(204, 'DELETE', `deviceConfigurations/${other.id}`);
    await session.refused(404, 'GET', `deviceConfigurations/${other.id}/assignments`);
    assert.equal((await list()).length, 1);
  });

  test('is found by filters, counted, and listed in the order in which it was given', async () => {
    await assign([toUsers, toGroup, notToGroup]);
    const excluding = encodeURIComponent("isof(target,'microsoft.graph.exclusionGroupAssignmentTarget')");
    assert.deepEqual(
      (await list(`${profile}/assignments?$filter=${excluding}`)).map((one) => one.target.groupId),
      [otherGroup],
    );
    assert.equal((await session.send('GET', `${profile}/assignments/$count`)).text, '3');
    const cast = `${profile}/microsoft.graph.iosVpnConfiguration/assignments`;
    assert.deepEqual(await list(cast), await list());
  });
});

describe('groupAssignments', () => {
  test('are the assignments to groups in the older form, and lead back to the profile', async () => {
    await assign([toUsers, toGroup, notToGroup]);
    const path = `${profile}/groupAssignments`;
    assert.deepEqual((await list(path)).map(bare), [
      { id: `${id}_${group}`, excludeGroup: false, targetGroupId: group },
      { id: `${id}_${otherGroup}`, excludeGroup: true, targetGroupId: otherGroup },
    ]);
    const one = `${path}/${id}_${group}`;
    assert.equal((await session.expect(200, 'GET', `${one}/deviceConfiguration`)).id, id);
    assert.ok((await session.expect(200, 'GET', `${one}/deviceConfiguration/$ref`))['@odata.id'].includes(id));
    const settings = await session.expect(200, 'GET', `${one}/deviceConfiguration/derivedCredentialSettings`);
    assert.equal(settings.id, session.development.settingsId);
    const excluded = await list(`${path}?$filter=excludeGroup%20eq%20true`);
    assert.deepEqual(
      excluded.map((found) => found.id),
      [`${id}_${otherGroup}`],
    );
    await session.refused(405, 'POST', path, {});
    await session.refused(405, 'DELETE', one);
    await session.refused(405, 'PUT', `${one}/deviceConfiguration/$ref`, {});
    await session.refused(404, 'GET', `${path}/${id}_acacacac-9df4-4c7d-9d50-4ef0226f57a9`);
  });

  test('do not stand in the way of their profile’s delete', async () => {
    const { id: root } = await session.expect(201, 'POST', 'deviceConfigurations', leastRootCertificate);
    await assign([toGroup], `deviceConfigurations/${root}`);
    await session.expect(204, 'DELETE', `deviceConfigurations/${root}`);
  });
});

describe('what devices report', () => {
  const casts = ['', '/microsoft.graph.iosVpnConfiguration'];

  test('is nothing, in collections that can be asked like any other', async () => {
    for (const cast of casts) {
      for (const name of ['deviceStatuses', 'userStatuses', 'deviceSettingStateSummaries']) {
        const path = `${profile}${cast}/${name}`;
        const answer = await session.expect(200, 'GET', `${path}?$count=true&$filter=id%20ne%20'x'&$select=id`);
        assert.equal(answer['@odata.count'], 0);
        assert.deepEqual(answer.value, []);
        await session.refused(404, 'GET', `${path}/x`);
        await session.refused(405, 'POST', path, {});
      }
    }
    await session.expect(200, 'GET', `${profile}/deviceStatuses?$filter=status%20eq%20'compliant'`);
    await session.refused(400, 'GET', `${profile}/deviceStatuses?$filter=nothing%20eq%201`);
    await session.refused(404, 'GET', 'deviceConfigurations/nothing/deviceStatuses');
  });

  test('is summed up as zeros, with the profile’s version and date', async () => {
    await session.expect(200, 'PATCH', profile, { description: 'changed' });
    const { version, lastModifiedDateTime } = await session.expect(200, 'GET', profile);
    const zeros = { conflictCount: 0, errorCount: 0, failedCount: 0, notApplicableCount: 0, pendingCount: 0 };
    const both = {
      id,
      ...zeros,
      successCount: 0,
      configurationVersion: version,
      lastUpdateDateTime: lastModifiedDateTime,
    };
    for (const cast of casts) {
      const devices = await session.expect(200, 'GET', `${profile}${cast}/deviceStatusOverview`);
      const { '@odata.context': context, ...rest } = bare(devices);
      assert.ok(context.endsWith(`deviceConfigurations('${id}')${cast}/deviceStatusOverview/$entity`), context);
      assert.deepEqual(rest, { ...both, notApplicablePlatformCount: 0 });
      const { '@odata.context': _, ...users } = bare(
        await session.expect(200, 'GET', `${profile}${cast}/userStatusOverview`),
      );
      assert.deepEqual(users, both);
    }
    assert.equal((await session.expect(200, 'GET', `${profile}/deviceStatusOverview/errorCount`)).value, 0);
    await session.refused(405, 'PATCH', `${profile}/deviceStatusOverview`, {});
    await session.refused(404, 'GET', 'deviceConfigurations/nothing/deviceStatusOverview');
  });

  test('of certificates is nothing either, on the types that would tell', async () => {
    const { id: pkcs } = await session.expect(201, 'POST', 'deviceConfigurations', {
      '@odata.type': '#microsoft.graph.iosImportedPFXCertificateProfile',
      displayName: 'PFX',
    });
    assert.deepEqual(await list(`deviceConfigurations/${pkcs}/managedDeviceCertificateStates`), []);
    await session.refused(404, 'GET', `${profile}/managedDeviceCertificateStates`);
    await session.expect(204, 'DELETE', `deviceConfigurations/${pkcs}`);
  });
});
