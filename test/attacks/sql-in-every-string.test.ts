// SQL in every place where a text can stand: properties, keys, literals, orders, searches, aliases, tokens, ids. It is kept as
// it is or refused; no statement is made of it, on either store.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Property, Value, ValueType } from '../../src/edm/index.js';
import { isA } from '../../src/edm/index.js';
import { deviceConfiguration, model } from '../../src/model/index.js';
import { leastProfiles, openSession, type Session } from '../http/session.js';
import { call } from '../support.js';
import { keptBy } from './kept.js';

const payloads = ["'", "''", "' OR '1'='1", "' OR 1=1--", "'; DROP TABLE device_configurations;--", "'); DELETE FROM audit_events;--", "' UNION SELECT value FROM secrets--", "1; ATTACH DATABASE 'x' AS y", "\\' OR 1=1#", '" OR ""="', "$1", "$$; DROP TABLE tenants; $$", "?1", ":name", "@name", "%", "_", "%' ESCAPE '", "x'41'", "E'\\x27'", "U&'\\0027'", "\\", "/*", "*/", "--", ";", "`", "]", "||(SELECT 1)||", "'||pg_sleep(9)||'", "';SELECT load_extension('x')--", "COPY (SELECT 1) TO PROGRAM 'id'", "randomblob(1000000000)", "NULL", "\u02bc OR 1=1--", "\uff07 OR 1=1--", "{{7*7}}", "null\u2028--", "' COLLATE \"C", "#>>'{}'", "::jsonb", "json_extract(x,'$')"]; // biome-ignore format: a table

let session: Session;
before(async () => {
  session = await openSession();
});
after(() => session.close());

const isText = (type: ValueType): boolean => type.kind === 'primitive' && type.name === 'Edm.String';

/** A body in which a payload stands wherever a text can, as deep as the type goes. */
function filled(properties: Iterable<Property>, next: () => string, depth = 0): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const property of properties) {
    const { name, type, collection, readOnly, maxLength } = property;
    if (readOnly || name === 'id') continue;
    if (isText(type)) values[name] = collection ? [next()] : next().slice(0, maxLength);
    else if (type.kind === 'complex' && depth < 4) {
      const concrete = model.withDerived(type).find(({ abstract }) => !abstract) ?? type;
      const inner = {
        ...(concrete !== type && { '@odata.type': `#${model.qualifiedName(concrete)}` }),
        ...filled(concrete.properties.values(), next, depth + 1),
      };
      values[name] = collection ? [inner] : inner;
    }
  }
  return values;
}

/** Every text of a value that a client wrote, by its path. */
function* textsIn(value: unknown, path = ''): Iterable<[string, string]> {
  if (typeof value === 'string') yield [path, value];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, `${path}[${index}]`);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      if (!name.includes('@')) yield* textsIn(inner, `${path}/${name}`);
    }
  }
}

const profileTypes = model.types.filter(
  (type) => type.kind === 'entity' && isA(type, deviceConfiguration) && type.name in leastProfiles,
);

describe('every text of a profile', () => {
  for (const type of profileTypes) {
    if (type.kind !== 'entity') continue;
    test(`of the type ${type.name} is kept as it was sent, and found by it`, async () => {
      const ids: string[] = [];
      // Each text has another payload, and other ones each time.
      let turn = 0;
      const next = (): string => payloads[turn++ % payloads.length] ?? '';
      for (let round = 0; round < 4; round++) {
        const least = leastProfiles[type.name as keyof typeof leastProfiles];
        const body: Record<string, unknown> = { ...least, ...filled(type.properties.values(), next) };
        const made = await session.expect(201, 'POST', 'deviceConfigurations', body);
        ids.push(made.id);
        const sent = new Map(textsIn(body));
        const read = await session.expect(200, 'GET', `deviceConfigurations/${made.id}`);
        const kept = new Map(textsIn(read));
        assert.ok(sent.size >= 2);
        for (const [path, text] of sent) assert.equal(kept.get(path), text, path);
        // What it is found by: a column, and a value inside the document.
        for (const name of ['displayName', 'description']) {
          const literal = `'${String(body[name]).replaceAll("'", "''")}'`;
          const query = `$filter=${encodeURIComponent(`${name} eq ${literal} and id eq '${made.id}'`)}`;
          const { value } = await session.expect(200, 'GET', `deviceConfigurations?${query}`);
          assert.equal(value[0]?.id, made.id, `${name} ${literal}`);
        }
        const description = next() + next();
        const patched = await session.expect(200, 'PATCH', `deviceConfigurations/${made.id}`, { description });
        assert.equal(patched.description, description);
      }
      for (const id of ids) await session.expect(204, 'DELETE', `deviceConfigurations/${id}`);
    });
  }
});

test('the texts of the settings are kept as they were sent, and so the audit tells them', async (t) => {
  const own = await openSession();
  t.after(() => own.close());
  const path = `derivedCredentials/${own.development.settingsId}`;
  for (const payload of payloads) {
    const [event] = await own.auditOf(() => own.expect(200, 'PATCH', path, { displayName: `a${payload}` }));
    assert.equal((await own.expect(200, 'GET', path)).displayName, `a${payload}`);
    assert.equal(event?.resources[0]?.modifiedProperties[0]?.newValue, `a${payload}`);
  }
});

describe('SQL', () => {
  const encoded = encodeURIComponent;
  const quoted = (payload: string): string => `'${payload.replaceAll("'", "''")}'`;
  /** Paths below /deviceManagement with the payload in them; none finds more than it should, or fails. */
  const places: Readonly<Record<string, (payload: string) => string>> = {
    'in a key': (payload) => `derivedCredentials(${encoded(quoted(payload))})`,
    'in a key that is a segment': (payload) => `deviceConfigurations/${encoded(payload)}`,
    'in a key below a key': (payload) => `deviceConfigurations/x/assignments/${encoded(payload)}`,
    'in the parameter of a function': (payload) =>
      `auditEvents/getAuditActivityTypes(category=${encoded(quoted(payload))})`,
    'in a literal of $filter': (payload) =>
      `deviceConfigurations?$filter=${encoded(`displayName eq ${quoted(payload)}`)}`,
    'in each function of texts': (payload) => {
      const text = quoted(payload);
      const conditions = [
        ...['contains', 'startswith', 'endswith'].map((name) => `${name}(displayName,${text})`),
        `indexof(concat(displayName,${text}),trim(${text})) lt 0`,
        `substring(tolower(${text}),0) eq toupper(${text})`,
        `displayName in (${text},${text})`,
        'false',
      ];
      return `deviceConfigurations?$filter=${encoded(conditions.join(' and '))}`;
    },
    'bare in $filter': (payload) => `deviceConfigurations?$filter=${encoded(payload)}`,
    'behind a comparison in $filter': (payload) => `deviceConfigurations?$filter=${encoded(`version eq 0 ${payload}`)}`,
    'as a property of $filter': (payload) => `deviceConfigurations?$filter=${encoded(`${payload} eq 'a'`)}`,
    'in $orderby': (payload) => `deviceConfigurations?$orderby=${encoded(payload)}`,
    'behind a property in $orderby': (payload) => `deviceConfigurations?$orderby=${encoded(`displayName ${payload}`)}`,
    'in $search': (payload) => `deviceConfigurations?$search=${encoded(payload)}`,
    'in a phrase of $search': (payload) => `deviceConfigurations?$search=${encoded(JSON.stringify(payload))}`,
    'in $select': (payload) => `deviceConfigurations?$select=${encoded(payload)}`,
    'in $expand': (payload) => `deviceConfigurations?$expand=${encoded(payload)}`,
    'in the options of $expand': (payload) =>
      `deviceConfigurations?$expand=assignments($filter=${encoded(`id eq ${quoted(payload)}`)})`,
    'in $top': (payload) => `deviceConfigurations?$top=${encoded(payload)}`,
    'in $skip': (payload) => `deviceConfigurations?$skip=${encoded(`1${payload}`)}`,
    'in $skiptoken': (payload) => `deviceConfigurations?$skiptoken=${encoded(payload)}`,
    'in an alias': (payload) => `deviceConfigurations?$filter=displayName%20eq%20@p&@p=${encoded(quoted(payload))}`,
    'bare in an alias': (payload) => `deviceConfigurations?$filter=displayName%20eq%20@p&@p=${encoded(payload)}`,
    'as the name of an option': (payload) => `deviceConfigurations?${encoded(payload)}=1`,
    'in a cast': (payload) => `deviceConfigurations/${encoded(`microsoft.graph.${payload}`)}`,
  };
  for (const [place, path] of Object.entries(places)) {
    test(`${place} is a text or nothing`, async () => {
      const before = await keptBy(session);
      for (const payload of payloads) {
        const { status, json, text } = await session.send('GET', path(payload));
        assert.ok(status === 200 || (status >= 400 && status < 500) || status === 501, `${payload}: ${status} ${text}`);
        // The words of the databases are for the log.
        assert.doesNotMatch(text, /sqlite|postgres|syntax error|no such (table|column)|relation "/i);
        const isLiteral = /literal|function|alias/.test(place) && !place.startsWith('bare');
        if (status === 200 && isLiteral && json?.value) {
          for (const one of json.value)
            assert.ok(one.displayName?.includes?.(payload) ?? true, `${payload} found ${one.displayName}`);
        }
      }
      assert.equal(await keptBy(session), before);
    });
  }

  test('in what a body says of ids, types and links is refused', async () => {
    const before = await keptBy(session);
    const vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    for (const payload of payloads) {
      for (const [method, path, body] of [
        ['PATCH', vpn, { id: payload }],
        ['PATCH', vpn, { [payload]: 1 }],
        ['PATCH', vpn, { '@odata.type': payload }],
        ['PATCH', vpn, { 'derivedCredentialSettings@odata.bind': `/deviceManagement/derivedCredentials/${payload}` }],
        ['PUT', `${vpn}/derivedCredentialSettings/$ref`, { '@odata.id': payload }],
        [
          'POST',
          `${vpn}/assign`,
          { assignments: [{ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: payload } }] },
        ],
      ] as const) {
        const { status, text } = await session.send(method, path, { body });
        // A name that begins with # is a note, which nobody reads.
        const isNote = payload.startsWith('#') && path === vpn && Object.hasOwn(body, payload);
        assert.equal(status, isNote ? 200 : 400, `${payload}: ${text}`);
      }
      const headers = { 'if-match': `"${payload.replace(/[^\x21\x23-\x7e]/g, '')}"` };
      assert.equal((await session.send('PATCH', vpn, { body: {}, headers })).status, 412);
    }
    assert.equal(await keptBy(session), before);
  });

  test('in ids, groups and headers of a batch is an id, a group, a header', async () => {
    const before = await keptBy(session);
    for (const payload of payloads) {
      const requests = [
        { id: `1${payload}`, method: 'GET', url: '/me' },
        { id: '2', method: 'GET', url: '/me', dependsOn: [`1${payload}`] },
        {
          id: '3',
          method: 'PATCH',
          url: '/deviceManagement/derivedCredentials/x',
          atomicityGroup: `g${payload}`,
          headers: { 'Content-Type': 'application/json' },
          body: {},
        },
      ];
      const { status, json, text } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
      assert.equal(status, 200, text);
      const statuses = json.responses.map(({ id, status: own }: { id: string; status: number }) => [id, own]);
      assert.deepEqual(statuses, [
        [`1${payload}`, 200],
        ['2', 200],
        ['3', 404],
      ]);
    }
    assert.equal(await keptBy(session), before);
  });
});
