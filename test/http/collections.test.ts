// One grammar on every collection: each option on each of them, and `/$count` that agrees with the list.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

type Row = Record<string, unknown>;

let session: Session;
let vpn: string;
let wifi: string;
before(async () => {
  session = await openSession();
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  wifi = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
  const target = (type: string, groupId?: string) => ({
    target: { '@odata.type': `#microsoft.graph.${type}`, ...(groupId && { groupId }) },
  });
  await session.expect(200, 'POST', `${vpn}/assign`, {
    assignments: [
      target('allDevicesAssignmentTarget'),
      target('groupAssignmentTarget', '11111111-1111-4111-8111-111111111111'),
      target('exclusionGroupAssignmentTarget', '21111111-1111-4111-8111-111111111111'),
    ],
  });
  for (const displayName of ['Root B', 'Root A']) {
    const body = { ...leastProfiles.iosTrustedRootCertificate, displayName };
    const { id } = await session.expect(201, 'POST', 'deviceConfigurations', body);
    const link = { '@odata.id': `${session.root}/deviceConfigurations('${id}')` };
    await session.expect(204, 'POST', `${wifi}/rootCertificatesForServerValidation/$ref`, link);
  }
});
after(() => session.close());

/** Each collection, a property to ask for, and whether its entities have display names. */
const collections: readonly (readonly [path: () => string, property: string, named: boolean])[] = [
  [() => 'derivedCredentials', 'issuer', true],
  [() => 'deviceConfigurations', 'createdDateTime', true],
  [() => 'deviceConfigurations/microsoft.graph.iosVpnConfiguration', 'connectionName', true],
  [() => 'auditEvents', 'activity', true],
  [() => 'roleScopeTags', 'isBuiltIn', true],
  [() => 'assignmentFilters', 'platform', true],
  [() => '../organization', 'displayName', true],
  [() => `${vpn}/assignments`, 'intent', false],
  [() => `${vpn}/groupAssignments`, 'targetGroupId', false],
  [() => `${vpn}/deviceStatuses`, 'userName', false],
  [() => `${wifi}/rootCertificatesForServerValidation`, 'displayName', true],
];

for (const [pathOf, property, named] of collections) {
  describe(`the collection ${pathOf().replace(/undefined\//, '{id}/')}`, () => {
    const list = async (query: string): Promise<Row[]> => {
      const { value } = await session.expect(200, 'GET', `${pathOf()}?${query}`);
      return value;
    };
    const count = async (query: string): Promise<number> => {
      const { status, text, headers } = await session.send('GET', `${pathOf()}/$count?${query}`);
      assert.equal(status, 200, text);
      assert.match(String(headers['content-type']), /^text\/plain/);
      return Number(text);
    };
    const keys = (rows: readonly Row[]) => rows.map(({ id }) => id);

    test('is filtered, and counted with the filter', async () => {
      const all = await list('');
      assert.equal(await count(''), all.length);
      for (const one of all.slice(0, 3)) {
        const filter = `$filter=id eq '${one.id}'`;
        assert.deepEqual(keys(await list(filter)), [one.id]);
        assert.equal(await count(filter), 1);
        assert.equal(await count(`$filter=id ne '${one.id}'`), all.length - 1);
      }
      assert.equal(await count(`$filter=${property} ne null or true`), all.length);
    });

    test('is ordered, cut into pages, and counted with them', async () => {
      const all = keys(await list(''));
      const backwards = [...all].sort().reverse();
      assert.deepEqual(keys(await list('$orderby=id desc')), backwards);
      const page = await session.expect(200, 'GET', `${pathOf()}?$orderby=id desc&$top=1&$skip=1&$count=true`);
      assert.deepEqual(keys(page.value), backwards.slice(1, 2));
      assert.equal(page['@odata.count'], all.length);
      assert.equal('@odata.nextLink' in page, all.length > 2);
      assert.deepEqual(keys(await list(`$orderby=${property},id`)).length, all.length);
    });

    test('is answered with what is selected', async () => {
      for (const one of await list(`$select=${property.toUpperCase()}`)) {
        assert.deepEqual(
          Object.keys(one).filter((name) => !name.includes('@')),
          [property],
        );
      }
    });

    test(named ? 'is searched by display name, and counted with the search' : 'has no names to search', async () => {
      if (!named) {
        for (const suffix of ['', '/$count']) {
          const { target } = await session.refused(501, 'GET', `${pathOf()}${suffix}?$search=a`);
          assert.equal(target, '$search');
        }
        return;
      }
      const all = await list('');
      for (const word of ['a', 'zzz', String(all[0]?.displayName ?? 'x')]) {
        const expected = all.filter((one) => String(one.displayName).toLowerCase().includes(word.toLowerCase()));
        const search = `$search=${encodeURIComponent(`"${word}"`)}`;
        assert.deepEqual(keys(await list(search)), keys(expected));
        assert.equal(await count(search), expected.length);
        assert.equal(await count(`${search}&$filter=false`), 0);
      }
    });

    test('refuses by name what /$count has no use for', async () => {
      for (const option of ['$top', '$skip', '$orderby', '$select', '$expand', '$count', '$skiptoken']) {
        const { target } = await session.refused(501, 'GET', `${pathOf()}/$count?${option}=1`);
        assert.equal(target, option);
      }
    });
  });
}

describe('a filter', () => {
  const found = async (filter: string): Promise<unknown[]> => {
    const { value } = await session.expect(200, 'GET', `deviceConfigurations?$select=id&$filter=${filter}`);
    return value.map(({ id }: Row) => id);
  };

  test('reaches through the one entity that a property contains or leads to', async () => {
    const all = await found('true');
    assert.deepEqual(await found('deviceStatusOverview/errorCount gt 0'), []);
    assert.deepEqual(await found('deviceStatusOverview/errorCount eq 0'), all);
    assert.deepEqual(await found('userStatusOverview/configurationVersion eq version'), all);
    assert.ok((await found("derivedCredentialSettings/issuer eq 'purebred'")).length > 0);
    assert.deepEqual(await found("derivedCredentialSettings/issuer eq 'xTec'"), []);
  });

  test('reaches into the collections that a property contains or leads to', async () => {
    const [own, linked] = [vpn, wifi].map((path) => path.split('/')[1]);
    assert.deepEqual(await found("assignments/any(a:a/intent eq 'apply')"), [own]);
    assert.deepEqual(await found('assignments/$count eq 3'), [own]);
    assert.deepEqual(await found('groupAssignments/any(g:g/excludeGroup)'), [own]);
    const all = 'groupAssignments/all(g:g/excludeGroup) and groupAssignments/any()';
    assert.deepEqual(await found(all), []);
    const roots = 'microsoft.graph.iosEnterpriseWiFiConfiguration/rootCertificatesForServerValidation';
    assert.deepEqual(await found(`${roots}/any(r:r/displayName eq 'Root A')`), [linked]);
    assert.deepEqual(await found(`${roots}/$count eq 2`), [linked]);
  });
});
