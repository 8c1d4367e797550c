// `/$ref`: where entities are, instead of what they say.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call } from '../support.js';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let vpn: string;
let wifi: string;
const roots: string[] = [];
before(async () => {
  session = await openSession();
  vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  wifi = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
  for (const displayName of ['A', 'B', 'C']) {
    const body = { ...leastProfiles.iosTrustedRootCertificate, displayName };
    roots.push((await session.expect(201, 'POST', 'deviceConfigurations', body)).id);
  }
  for (const id of roots) {
    const link = { '@odata.id': `${session.root}/deviceConfigurations('${id}')` };
    await session.expect(204, 'POST', `${wifi}/rootCertificatesForServerValidation/$ref`, link);
  }
  const target = (type: string) => ({ target: { '@odata.type': `#microsoft.graph.${type}` } });
  await session.expect(200, 'POST', `${vpn}/assign`, {
    assignments: [target('allDevicesAssignmentTarget'), target('allLicensedUsersAssignmentTarget')],
  });
});
after(() => session.close());

const follow = async (url: string) => (await call(session.server, 'GET', url)).json;
const urlsOf = ({ value }: { value: Record<string, string>[] }): string[] =>
  value.map((one) => {
    assert.deepEqual(Object.keys(one), ['@odata.id']);
    return one['@odata.id'] ?? '';
  });

describe('/$ref of a collection', () => {
  test('is a list of URLs, each of which leads to its entity, for each collection', async () => {
    for (const path of [
      'deviceConfigurations',
      'deviceConfigurations/microsoft.graph.iosVpnConfiguration',
      'derivedCredentials',
      'auditEvents',
      'roleScopeTags',
      `${vpn}/assignments`,
      `${wifi}/rootCertificatesForServerValidation`,
      '../organization',
    ]) {
      const references = await session.expect(200, 'GET', `${path}/$ref`);
      assert.equal(references['@odata.context'], `${session.server.plainUrl}/beta/$metadata#Collection($ref)`);
      const { value } = await session.expect(200, 'GET', path);
      assert.ok(value.length > 0);
      const found = await Promise.all(urlsOf(references).map(follow));
      assert.deepEqual(
        found.map(({ id }) => id),
        value.map(({ id }: { id: string }) => id),
        path,
      );
    }
  });

  test('comes in pages, is filtered, ordered, searched and counted', async () => {
    const path = `${wifi}/rootCertificatesForServerValidation/$ref`;
    const first = await session.expect(200, 'GET', `${path}?$top=2&$count=true&$orderby=displayName desc`);
    assert.equal(first['@odata.count'], 3);
    const second = await follow(first['@odata.nextLink']);
    assert.equal(second['@odata.nextLink'], undefined);
    const names = await Promise.all([...urlsOf(first), ...urlsOf(second)].map(follow));
    assert.deepEqual(
      names.map(({ displayName }) => displayName),
      ['C', 'B', 'A'],
    );
    for (const [query, count] of [
      ["$filter=displayName eq 'B'", 1],
      ['$search=c', 1],
      ['$skip=2', 1],
    ] as const) {
      assert.equal((await session.expect(200, 'GET', `${path}?${query}`)).value.length, count, query);
    }
    const pages = await session.expect(200, 'GET', 'deviceConfigurations/$ref?$top=1');
    assert.ok(pages['@odata.nextLink'].includes('/deviceConfigurations/$ref?'));
    assert.notDeepEqual(urlsOf(await follow(pages['@odata.nextLink'])), urlsOf(pages));
  });

  test('has nothing that could be selected or expanded', async () => {
    for (const option of ['$select=id', '$expand=assignments']) {
      await session.refused(501, 'GET', `deviceConfigurations/$ref?${option}`);
    }
  });
});

describe('/$ref of an entity', () => {
  test('is the URL of the entity, wherever it lives', async () => {
    const [{ id: assignment }] = (await session.expect(200, 'GET', `${vpn}/assignments`)).value;
    for (const [path, suffix] of [
      [vpn, undefined],
      [`${vpn}/microsoft.graph.iosVpnConfiguration`, undefined],
      [`${vpn}/assignments/${assignment}`, undefined],
      [`${vpn}/deviceStatusOverview`, '/deviceStatusOverview'],
      [`derivedCredentials/${session.development.settingsId}`, undefined],
    ] as const) {
      const { '@odata.context': context, '@odata.id': url } = await session.expect(200, 'GET', `${path}/$ref`);
      assert.equal(context, `${session.server.plainUrl}/beta/$metadata#$ref`);
      if (suffix) assert.ok(url.endsWith(suffix));
      assert.equal((await follow(url)).id, (await session.expect(200, 'GET', path)).id, path);
    }
  });

  test('of none, or of another type, is 404', async () => {
    await session.refused(404, 'GET', 'deviceConfigurations/nobody/$ref');
    await session.refused(404, 'GET', `${wifi}/microsoft.graph.iosVpnConfiguration/$ref`);
  });

  test('that is no link cannot be changed', async () => {
    for (const method of ['PUT', 'POST', 'PATCH', 'DELETE']) {
      for (const path of [vpn, 'deviceConfigurations', `${vpn}/assignments`, `${vpn}/deviceStatusOverview`]) {
        await session.refused(405, method, `${path}/$ref`);
      }
    }
  });
});

test('the links that full metadata tells can be followed', async () => {
  const { json } = await session.send('GET', vpn, { headers: { accept: 'application/json;odata.metadata=full' } });
  const links = Object.entries(json).filter(([name]) => /@odata\.(association|navigation)Link$/.test(name));
  assert.ok(links.length > 10);
  for (const [name, url] of links) {
    const { status, json: answer } = await call(session.server, 'GET', String(url));
    const isUnbound = status === 404 && / is not bound/.test(answer.error.message);
    assert.ok(status === 200 || isUnbound, `${name} ${status}`);
  }
});
