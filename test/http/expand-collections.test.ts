// $expand of collections through the front door: their options, contexts, pages, at each level of metadata.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { call } from '../support.js';
import { openSession, type Session } from './session.js';

type Json = ReturnType<typeof JSON.parse>;

let session: Session;
let id: string;
let profile: string;
let beta: string;
before(async () => {
  session = await openSession();
  id = session.development.profiles.iosVpnConfiguration ?? '';
  profile = `deviceConfigurations/${id}`;
  beta = `${session.server.plainUrl}/beta`;
});
after(() => session.close());

const groups = ['1', '2', '3', '4'].map((n) => `${n}1111111-1111-4111-8111-111111111111`);
const target = (groupId: string, type = 'groupAssignmentTarget') => ({
  target: { '@odata.type': `#microsoft.graph.${type}`, groupId },
});
beforeEach(async () => {
  const [first = '', second = '', third = ''] = groups;
  const assignments = [target(first), target(second), target(third, 'exclusionGroupAssignmentTarget')];
  await session.expect(200, 'POST', `${profile}/assign`, { assignments });
});

const key = (n: number): string => `${id}_${groups[n]}`;
const read = async (path: string, level = 'minimal'): Promise<Json> => {
  const { status, json, text } = await session.send('GET', path, {
    headers: { accept: `application/json;odata.metadata=${level}` },
  });
  assert.equal(status, 200, text);
  return json;
};
const follow = async (link: string): Promise<Json> => {
  const { status, json, text } = await call(session.server, 'GET', link);
  assert.equal(status, 200, text);
  return json;
};
const keysOf = (rows: { id: string }[]): string[] => rows.map((row) => row.id);

describe('an expanded collection', () => {
  const own = () => `deviceManagement/deviceConfigurations('${id}')`;
  const typed = () => `${own()}/microsoft.graph.iosVpnConfiguration`;
  const links = (name: string, at = typed()) => ({
    [`${name}@odata.associationLink`]: `${beta}/${at}/${name}/$ref`,
    [`${name}@odata.navigationLink`]: `${beta}/${at}/${name}`,
  });
  const query = '$select=id&$expand=assignments($select=id;$top=1;$count=true)';

  test('with metadata=none has its rows, the count and the link to the next page', async () => {
    const { 'assignments@odata.nextLink': next, ...rest } = await read(`${profile}?${query}`, 'none');
    assert.deepEqual(rest, { id, 'assignments@odata.count': 3, assignments: [{ id: key(0) }] });
    assert.deepEqual(keysOf((await follow(next)).value), [key(1)]);
  });

  test('with metadata=minimal has types, tags and a context of its own too', async () => {
    const { 'assignments@odata.nextLink': next, ...rest } = await read(`${profile}?${query}`);
    assert.deepEqual(rest, {
      '@odata.context': `${beta}/$metadata#deviceManagement/deviceConfigurations(id,assignments(id))/$entity`,
      '@odata.type': '#microsoft.graph.iosVpnConfiguration',
      '@odata.etag': rest['@odata.etag'],
      id,
      'assignments@odata.context': `${beta}/$metadata#${typed()}/assignments(id)`,
      'assignments@odata.count': 3,
      assignments: [
        {
          '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
          '@odata.etag': `W/"${key(0)}.1"`,
          id: key(0),
        },
      ],
    });
    assert.ok(next.startsWith(`${beta}/${typed()}/assignments?`), next);
  });

  test('with metadata=full has ids and links too', async () => {
    const { assignments, ...rest } = await read(`${profile}?${query}`, 'full');
    const path = `${own()}/assignments('${key(0)}')`;
    assert.deepEqual(assignments, [
      {
        '@odata.type': '#microsoft.graph.deviceConfigurationAssignment',
        '@odata.id': path,
        '@odata.etag': `W/"${key(0)}.1"`,
        '@odata.editLink': path,
        id: key(0),
      },
    ]);
    for (const [name, url] of Object.entries(links('assignments'))) assert.equal(rest[name], url);
    assert.equal((await follow(`${beta}/${path}`)).id, key(0));
    // The same ids by whichever way.
    for (const way of ['', '/microsoft.graph.iosVpnConfiguration', `/groupAssignments/${key(0)}/deviceConfiguration`]) {
      const [row] = (await read(`${profile}${way}/assignments?$select=id`, 'full')).value;
      assert.deepEqual(row, assignments[0]);
      assert.deepEqual(await read(`${profile}${way}/assignments/$ref?$top=1`, 'none').then(({ value }) => value), [
        { '@odata.id': `${beta}/${path}` },
      ]);
    }
  });

  test('is told once where it is selected too', async () => {
    for (const level of ['minimal', 'full']) {
      const headers = { accept: `application/json;odata.metadata=${level}` };
      const path = `${profile}?$select=id,assignments&$expand=assignments($select=id)`;
      const { json, text } = await session.send('GET', path, { headers });
      const context = `${beta}/$metadata#deviceManagement/deviceConfigurations(id,assignments(id))/$entity`;
      assert.equal(json['@odata.context'], context);
      assert.equal(text.match(/"assignments@odata\.navigationLink"/g)?.length ?? 0, level === 'full' ? 1 : 0);
    }
  });

  test('of references, and its number alone, have no context of entities', async () => {
    const path = 'deviceConfigurations?$select=id&$top=1&$expand=assignments/$ref($top=1),groupAssignments/$count';
    const { '@odata.context': context, value } = await read(path);
    const list = '(id,assignments/$ref,groupAssignments/$count)';
    assert.equal(context, `${beta}/$metadata#deviceManagement/deviceConfigurations${list}`);
    const [{ '@odata.type': _, '@odata.etag': __, 'assignments@odata.nextLink': next, ...row }] = value;
    const reference = { '@odata.id': `${beta}/${own()}/assignments('${key(0)}')` };
    assert.deepEqual(row, { id, assignments: [reference], 'groupAssignments@odata.count': 3 });
    const page = await follow(next);
    assert.equal(page['@odata.context'], `${beta}/$metadata#Collection($ref)`);
    assert.deepEqual(page.value, [{ '@odata.id': `${beta}/${own()}/assignments('${key(1)}')` }]);
  });

  test('beside the one entity that a property leads to: a context that ends in $entity', async () => {
    const path = `${profile}?$select=id&$expand=deviceStatusOverview($select=errorCount)`;
    const context = (await read(path))['deviceStatusOverview@odata.context'];
    assert.equal(context, `${beta}/$metadata#${typed()}/deviceStatusOverview(errorCount)/$entity`);
    const alone = await read(`${profile}/deviceStatusOverview?$select=errorCount`);
    assert.equal(alone['@odata.context'], `${beta}/$metadata#${own()}/deviceStatusOverview(errorCount)/$entity`);
  });

  test('inside of another has contexts at each step', async () => {
    const inner = 'assignments($select=id;$top=1)';
    const outer = `groupAssignments($select=id;$expand=deviceConfiguration($select=id;$expand=${inner}))`;
    const { '@odata.context': context, value } = await read(
      `deviceConfigurations?$select=id&$filter=id eq '${id}'&$expand=${outer}`,
    );
    const below = 'id,deviceConfiguration(id,assignments(id))';
    assert.equal(context, `${beta}/$metadata#deviceManagement/deviceConfigurations(id,groupAssignments(${below}))`);
    const [row] = value;
    assert.equal(row['groupAssignments@odata.context'], `${beta}/$metadata#${typed()}/groupAssignments(${below})`);
    assert.equal(row.groupAssignments.length, 3);
    for (const { deviceConfiguration } of row.groupAssignments) {
      assert.equal(deviceConfiguration.id, id);
      assert.equal(deviceConfiguration['assignments@odata.context'], `${beta}/$metadata#${typed()}/assignments(id)`);
      assert.deepEqual(keysOf(deviceConfiguration.assignments), [key(0)]);
      assert.deepEqual(keysOf((await follow(deviceConfiguration['assignments@odata.nextLink'])).value), [key(1)]);
    }
  });
});

describe('through a cast', () => {
  const cast = 'microsoft.graph.iosVpnConfiguration';

  test('in the path, the context has the cast, on an entity and on a list', async () => {
    const options = '$select=id,server/address&$expand=assignments($select=id),derivedCredentialSettings($select=id)';
    const list = `${cast}(id,server/address,assignments(id),derivedCredentialSettings(id))`;
    const one = await read(`${profile}/${cast}?${options}`);
    assert.equal(one['@odata.context'], `${beta}/$metadata#deviceManagement/deviceConfigurations/${list}/$entity`);
    const many = await read(`deviceConfigurations/${cast}?${options}`);
    assert.equal(many['@odata.context'], `${beta}/$metadata#deviceManagement/deviceConfigurations/${list}`);
    assert.deepEqual(keysOf(many.value[0].assignments), keysOf(one.assignments));
  });

  test('in the option, the context has it there, and other types go without the property', async () => {
    const { '@odata.context': context, value } = await read(
      `deviceConfigurations?$select=id&$expand=${cast}/assignments($select=id)`,
    );
    const list = `(id,${cast}/assignments(id))`;
    assert.equal(context, `${beta}/$metadata#deviceManagement/deviceConfigurations${list}`);
    for (const row of value) assert.equal('assignments' in row, row.id === id);
  });

  test('behind the property, the targets of that type alone are answered', async () => {
    const wifi = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
    const property = 'rootCertificatesForServerValidation';
    const found = await read(`${wifi}?$select=id&$expand=${property}/microsoft.graph.iosTrustedRootCertificate`);
    assert.deepEqual(found[property], []);
    await session.refused(400, 'GET', `${wifi}?$expand=${property}/microsoft.graph.auditEvent`);
  });
});

describe('the options of an expanded collection', () => {
  const expanded = async (options: string): Promise<string[]> =>
    keysOf((await read(`${profile}?$expand=assignments(${options})`)).assignments);

  test('filter, order, skip, limit and count, each for itself and together', async () => {
    assert.deepEqual(await expanded('$orderby=id desc'), [key(2), key(1), key(0)]);
    assert.deepEqual(await expanded('$skip=1'), [key(1), key(2)]);
    assert.deepEqual(await expanded('$top=2'), [key(0), key(1)]);
    assert.deepEqual(await expanded('$top=0'), []);
    const isExclusion = "isof(target,'microsoft.graph.exclusionGroupAssignmentTarget')";
    assert.deepEqual(await expanded(`$filter=${isExclusion}`), [key(2)]);
    assert.deepEqual(await expanded(`$filter=not ${isExclusion};$orderby=id desc;$top=1;$skip=1`), [key(0)]);
    assert.deepEqual(await expanded("$filter=contains(id,'_2');$count=true"), [key(1)]);
    assert.deepEqual(await expanded(`filter=id eq '${key(1)}' or id eq ';,()'`), [key(1)]);
    const { 'assignments@odata.count': count } = await read(
      `${profile}?$expand=assignments($count=true;$skip=2;$filter=intent eq 'apply')`,
    );
    assert.equal(count, 3);
  });

  test('take parameter aliases of the whole query', async () => {
    const path = `${profile}?$expand=assignments($filter=id eq @key)&@key='${key(1)}'`;
    assert.deepEqual(keysOf((await read(path)).assignments), [key(1)]);
  });

  test('may give aliases of their own, which hide those outside', async () => {
    for (const [options, expected] of [
      [`$filter=id eq @key;@key='${key(1)}'`, [key(1)]],
      [`@key='${key(2)}';$filter=id eq @key;$top=1`, [key(2)]],
      [`$filter=id eq @other`, [key(0)]],
      ['$select=id;@unused=1;$top=1', [key(0)]],
    ] as const) {
      const path = `${profile}?$expand=assignments(${options})&@key='${key(0)}'&@other='${key(0)}'`;
      assert.deepEqual(keysOf((await read(path)).assignments), expected, options);
    }
    const path = `${profile}?$expand=assignments($filter=intent eq @i;$top=1;@i='apply')&@i='remove'`;
    const { 'assignments@odata.nextLink': next } = await read(path);
    assert.deepEqual(keysOf((await follow(next)).value), [key(1)]);
    await session.refused(400, 'GET', `${profile}?$expand=assignments($filter=@p;@p=true;@p=false)`);
    await session.refused(400, 'GET', `${profile}?$expand=assignments(@1=true)`);
  });

  test('that are not supported are refused by name', async () => {
    for (const [option, status] of [
      ['$levels=0', 400],
      ['$levels=x', 400],
      ['$skiptoken=x', 501],
      ['$apply=x', 501],
      ['$compute=x', 501],
      ['$search=x', 501],
      ['$format=json', 501],
      ['$nope=x', 400],
    ] as const) {
      const { target: named } = await session.refused(status, 'GET', `${profile}?$expand=assignments(${option})`);
      assert.equal(named, option.split('=')[0], option);
    }
  });

  test('$search looks through the names of what has one', async () => {
    const path = `${profile}/groupAssignments?$expand=deviceConfiguration($expand=derivedCredentialSettings)`;
    assert.equal((await read(path)).value.length, 3);
    const wifi = `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}`;
    await read(`${wifi}?$expand=rootCertificatesForServerValidation($search=root)`);
  });

  test('hold on the next pages too', async () => {
    let page = await read(
      `${profile}?$expand=assignments($select=id;$orderby=id desc;$top=1;$filter=intent eq 'apply')`,
    );
    const found = keysOf(page.assignments);
    let next = page['assignments@odata.nextLink'];
    while (next) {
      page = await follow(next);
      assert.deepEqual(
        Object.keys(page.value[0]).filter((name) => !name.includes('@')),
        ['id'],
      );
      found.push(...keysOf(page.value));
      next = page['@odata.nextLink'];
    }
    assert.deepEqual(found, [key(2), key(1), key(0)]);
  });

  for (const options of [
    '$top=1;$levels=1',
    '$levels=max;$top=1;$count=true',
    "$top=1;$filter=startswith($this/id,'a') or true",
    '$top=1;$orderby=$this/id',
    '$top=1;$filter=$this/target ne null and intent eq @apply;$select=intent',
    '$top=1;$expand=*',
  ]) {
    test(`${options}: the link to the next page is one that the server takes`, async () => {
      const { 'assignments@odata.nextLink': next } = await read(
        `${profile}?$expand=assignments(${options})&@apply='apply'`,
      );
      assert.equal((await follow(next)).value.length, 1, next);
    });
  }

  test('of references too', async () => {
    const { 'assignments@odata.nextLink': next } = await read(
      `${profile}?$expand=assignments/$ref($top=1;$filter=$this/intent eq 'apply')`,
    );
    assert.equal((await follow(next)).value.length, 1, next);
  });
});

describe('the next page of an expanded collection', () => {
  const first = () => read(`deviceConfigurations?$filter=id eq '${id}'&$expand=assignments($top=1)`);

  test('begins behind the last row of the one before, whatever comes and goes between', async () => {
    const [row] = (await first()).value;
    assert.deepEqual(keysOf(row.assignments), [key(0)]);
    await session.expect(204, 'DELETE', `${profile}/assignments/${key(0)}`);
    await session.expect(204, 'DELETE', `${profile}/assignments/${key(1)}`);
    await session.expect(201, 'POST', `${profile}/assignments`, target(groups[3] ?? ''));
    const second = await follow(row['assignments@odata.nextLink']);
    assert.deepEqual(keysOf(second.value), [key(2)]);
    assert.deepEqual(keysOf((await follow(second['@odata.nextLink'])).value), [key(3)]);
  });

  test('cannot be asked for by the token of another query', async () => {
    const [row] = (await first()).value;
    const { search } = new URL(row['assignments@odata.nextLink']);
    for (const path of [
      `${profile}/groupAssignments${search}`,
      `${profile}/assignments${search}&$count=true`,
      `deviceConfigurations${search}`,
      `deviceConfigurations/${session.development.profiles.iosEnterpriseWiFiConfiguration}/assignments${search}`,
    ]) {
      assert.equal((await session.refused(400, 'GET', path)).target, '$skiptoken', path);
    }
  });
});
