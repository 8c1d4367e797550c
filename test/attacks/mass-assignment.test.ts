// Bodies that set what is not theirs to set: keys, versions, dates, tenants, owners and types, of every type of the model, in
// creates, updates, links and batches. They are ignored or refused as OData says, and never kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { EntityType, Property } from '../../src/edm/index.js';
import { derivedCredentials, model } from '../../src/model/index.js';
import { leastProfiles, leastSettings, openSession, type Session } from '../http/session.js';
import { type Answer, call } from '../support.js';
import { keptBy } from './kept.js';

let session: Session;
let settings: string;
before(async () => {
  session = await openSession();
  settings = String(session.development.settingsId);
});
after(() => session.close());

const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
const foreign = '11111111-1111-4111-8111-111111111111';

/** A value of the type that would be seen if it were kept. */
function wrong({ type, collection }: Property): unknown {
  const one =
    type.kind === 'enum'
      ? Object.keys(type.members).at(-1)
      : type.kind === 'complex'
        ? {}
        : {
            'Edm.Boolean': true,
            'Edm.Int32': 4711,
            'Edm.DateTimeOffset': '1999-12-31T23:59:59Z',
            'Edm.Guid': foreign,
            'Edm.Binary': 'AAAA',
            'Edm.String': 'mass assigned',
          }[type.name];
  return collection ? [one] : one;
}

const readOnlyOf = (type: EntityType): Property[] => [...type.properties.values()].filter(({ readOnly }) => readOnly);

/** What tools and attackers call what is the server's alone, none of it a property of any type here. */
const unknownNames = ['tenantId', 'tenant_id', 'tenant', 'Id', 'ID', 'Version', 'VERSION', 'displayname', 'owner', 'ownerId', 'source_id', 'type', 'etag', 'isAdmin', 'permissions', 'roles', 'licenses', 'createdBy', 'document', 'rowid', 'links', 'constructor2', 'id ', ' id', 'id\u0000', 'id/', '$id', '@id', 'values', 'entity']; // biome-ignore format: a table
/** Annotations, which say nothing here. */
const ignored = { 'x@odata.readOnly': true, '@odata.etag': 'W/"x.9"', '@odata.id': 'x', '#microsoft.graph.assign': {}, 'version@x.y': 9 }; // biome-ignore format: a table

/** Every writable thing: how it is made, where it is, and its least body. */
interface Kind {
  readonly name: string;
  readonly type: EntityType;
  make(more: object): Promise<Answer>;
  readonly isSettings?: boolean;
}

const create = (path: string, body: object): Promise<Answer> => session.send('POST', path, { body });

const kinds: readonly Kind[] = [
  {
    name: 'settings',
    type: derivedCredentials.type,
    isSettings: true,
    async make(more) {
      await session.expect(204, 'DELETE', `derivedCredentials/${settings}`);
      const answer = await create('derivedCredentials', { ...leastSettings, ...more });
      const made = answer.status === 201 ? answer : await create('derivedCredentials', leastSettings);
      settings = made.json.id;
      return answer;
    },
  },
  ...Object.entries(leastProfiles).map(([name, body]) => {
    const type = model.findEntityType(name);
    assert.ok(type);
    return { name, type, make: (more: object) => create('deviceConfigurations', { ...body, ...more }) };
  }),
];

const pathOf = ({ isSettings }: Kind, id: string): string =>
  `${isSettings ? 'derivedCredentials' : 'deviceConfigurations'}/${id}`;

/** Forms of one change: plain, and as a part of a batch. */
async function both(method: string, path: string, body: object): Promise<number[]> {
  const alone = await session.send(method, path, { body });
  const headers = { 'Content-Type': 'application/json' };
  const requests = [{ id: '1', method, url: `/deviceManagement/${path}`, headers, body }];
  const { json } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
  return [alone.status, json.responses[0].status];
}

for (const kind of kinds) {
  describe(kind.name, () => {
    test('is created with a key, dates and a version of the server’s own, whatever the body says', async () => {
      const properties = readOnlyOf(kind.type);
      const given = Object.fromEntries(properties.map((property) => [property.name, wrong(property)]));
      const { status, json, text } = await kind.make({ id: foreign, ...given, ...ignored });
      assert.equal(status, 201, text);
      assert.notEqual(json.id, foreign);
      for (const { name } of properties) assert.notDeepEqual(json[name], given[name], name);
      if (kind.type.properties.has('version')) assert.equal(json.version, 1);
    });

    test('keeps them through an update, alone and in a batch', async () => {
      const { json } = await kind.make({});
      const path = pathOf(kind, json.id);
      const { text, headers } = await session.send('GET', path);
      for (const property of readOnlyOf(kind.type).filter(({ name }) => name !== 'id')) {
        assert.deepEqual(await both('PATCH', path, { [property.name]: wrong(property) }), [200, 200], property.name);
      }
      assert.deepEqual(await both('PATCH', path, { id: json.id, ...ignored }), [200, 200]);
      const after = await session.send('GET', path);
      assert.equal(after.headers.etag, headers.etag);
      assert.equal(after.text, text);
    });

    test('has no other key, and no name that it does not know', async () => {
      const { json } = await kind.make({});
      const path = pathOf(kind, json.id);
      const before = await keptBy(session);
      for (const id of [foreign, '', null, 0, [json.id], { id: json.id }, json.id.toUpperCase(), ` ${json.id}`]) {
        if (id === json.id) continue;
        assert.deepEqual(await both('PATCH', path, { id }), [400, 400], JSON.stringify(id));
      }
      for (const name of unknownNames) {
        assert.deepEqual(await both('PATCH', path, { [name]: foreign }), [400, 400], name);
        if (!kind.isSettings) assert.equal((await kind.make({ [name]: foreign })).status, 400, name);
      }
      assert.equal(await keptBy(session), before);
    });

    test('does not become another type', async () => {
      const { json } = await kind.make({});
      const path = pathOf(kind, json.id);
      const before = await keptBy(session);
      for (const type of model.types.filter((one) => one.kind === 'entity')) {
        const isOwn = type === kind.type;
        const isBase = model.withDerived(type as EntityType).includes(kind.type);
        if (isOwn || isBase) continue;
        const body = { '@odata.type': `#${model.qualifiedName(type)}` };
        assert.deepEqual(await both('PATCH', path, body), [400, 400], type.name);
      }
      for (const type of [null, 1, [], {}, '', '#', 'microsoft.graph.', 'Edm.String', '__proto__', 'toString']) {
        assert.deepEqual(await both('PATCH', path, { '@odata.type': type }), [400, 400], String(type));
      }
      assert.equal(await keptBy(session), before);
    });

    test('is not written through what it leads to', async () => {
      const { json } = await kind.make({});
      const path = pathOf(kind, json.id);
      const before = await keptBy(session);
      for (const [name, { contained, collection }] of kind.type.navigationProperties) {
        const inner = { id: foreign, displayName: 'mass assigned' };
        const statuses = await both('PATCH', path, { [name]: collection ? [inner] : inner });
        assert.deepEqual(statuses, [400, 400], name);
        if (!contained) continue;
        const link = `/deviceManagement/${path}/${name}/x`;
        const bound = await both('PATCH', path, { [`${name}@odata.bind`]: collection ? [link] : link });
        assert.deepEqual(bound, [400, 400], name);
      }
      assert.equal(await keptBy(session), before);
    });
  });
}

describe('an assignment', () => {
  test('is the profile’s, whatever it says of its key and its source', async () => {
    const profile = String(session.development.profiles.iosVpnConfiguration);
    const given = { id: foreign, source: 'policySets', sourceId: foreign };
    const path = `deviceConfigurations/${profile}`;
    const assignments = [{ ...given, intent: 'apply', target }];
    const answers = [
      await session.expect(200, 'POST', `${path}/assign`, { assignments }),
      await session.expect(200, 'GET', `${path}/assignments`),
    ];
    for (const { value } of answers) {
      assert.equal(value.length, 1);
      assert.ok(value[0].id.startsWith(profile));
      assert.deepEqual([value[0].source, value[0].sourceId], ['direct', profile]);
    }
    const own = `${path}/assignments/${answers[0].value[0].id}`;
    assert.equal(
      (await session.expect(200, 'PATCH', own, { source: 'policySets', sourceId: foreign })).sourceId,
      profile,
    );
    await session.refused(400, 'PATCH', own, { id: foreign });
    await session.refused(400, 'PATCH', own, { profileId: foreign });
  });

  test('has no names that it does not know, in any of the places where it can stand', async () => {
    const path = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    const before = await keptBy(session);
    for (const name of unknownNames) {
      await session.refused(400, 'POST', `${path}/assignments`, { target, [name]: foreign });
      await session.refused(400, 'POST', `${path}/assignments`, { target: { ...target, [name]: foreign } });
      await session.refused(400, 'POST', `${path}/assign`, { assignments: [{ target, [name]: foreign }] });
      await session.refused(400, 'POST', `${path}/assign`, { assignments: [], [name]: foreign });
    }
    assert.equal(await keptBy(session), before);
  });
});

describe('a link', () => {
  test('is an address and nothing else', async () => {
    const path = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}/derivedCredentialSettings/$ref`;
    const link = `/deviceManagement/derivedCredentials/${settings}`;
    const before = await keptBy(session);
    for (const name of [...unknownNames, 'id', 'displayName', 'version']) {
      await session.refused(400, 'PUT', path, { '@odata.id': link, [name]: foreign });
    }
    assert.equal(await keptBy(session), before);
  });
});

describe('what nobody writes', () => {
  test('is refused to every method, by every name of the model', async () => {
    const before = await keptBy(session);
    const [event] = (await session.expect(200, 'GET', 'auditEvents?$top=1')).value;
    for (const path of [
      'auditEvents',
      `auditEvents/${event.id}`,
      'roleScopeTags',
      'roleScopeTags/0',
      'assignmentFilters',
      '/beta/organization',
      '/beta/me',
      '/beta/deviceManagement',
      `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}/deviceStatuses`,
      `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}/deviceStatusOverview`,
      `derivedCredentials/${settings}/displayName`,
    ]) {
      for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
        const url = path.startsWith('/') ? path : `/beta/deviceManagement/${path}`;
        const { status } = await call(session.server, method, url, { body: { id: foreign, displayName: 'x' } });
        assert.equal(status, 405, `${method} ${path}`);
      }
    }
    assert.equal(await keptBy(session), before);
  });
});
