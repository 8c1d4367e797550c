// What OData 4.01 asks of a service, level by level (part 1, section 13), where no other test shows it; docs/conformance.md
// leads here.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { model } from '../../src/model/index.js';
import { leastProfiles, leastRootCertificate, openSession, type Session } from '../http/session.js';
import { type Answer, call } from '../support.js';

type Json = Answer['json'];

let session: Session;
let vpn: string;
let wiFi: string;
before(async () => {
  session = await openSession();
  const { profiles } = session.development;
  vpn = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
  wiFi = `deviceConfigurations/${profiles.iosEnterpriseWiFiConfiguration}`;
});
after(() => session.close());

const query = (options: Record<string, string>): string =>
  Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
const list = (options: Record<string, string>): Promise<Json> =>
  session.expect(200, 'GET', `deviceConfigurations?${query(options)}`);
const found = async ($filter: string, aliases: Record<string, string> = {}): Promise<string[]> =>
  (await list({ $filter, ...aliases })).value.map(({ displayName }: Json) => displayName).toSorted();
const refused = async (status: number, options: Record<string, string>): Promise<string> =>
  (await session.refused(status, 'GET', `deviceConfigurations?${query(options)}`)).message;

describe('the minimal level', () => {
  test('every answer tells its OData version, whatever is asked and however it ends', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['GET', 'derivedCredentials'],
      ['GET', `${vpn}/displayName/$value`],
      ['GET', 'nothing'],
      ['PUT', vpn],
    ] as const) {
      assert.equal((await session.send(method, path)).headers['odata-version'], '4.0', `${method} ${path}`);
    }
  });

  test('a client that reads an older OData than 4.0 is refused, and a newer one answered', async () => {
    const ask = (maximum: string) => session.send('GET', vpn, { headers: { 'odata-maxversion': maximum } });
    assert.equal((await ask('3.0')).status, 400);
    for (const maximum of ['4.0', '4.01', '5.0']) assert.equal((await ask(maximum)).status, 200, maximum);
  });

  test('a preference is understood with and without its prefix', async () => {
    for (const prefer of ['odata.maxpagesize=1', 'maxpagesize=1']) {
      const { json, headers } = await session.send('GET', 'deviceConfigurations', { headers: { prefer } });
      assert.equal(json.value.length, 1, prefer);
      assert.match(String(headers['preference-applied']), /maxpagesize=1/);
    }
  });

  test('an asynchronous answer that a client would prefer is given at once', async () => {
    const { status, headers } = await session.send('GET', vpn, { headers: { prefer: 'respond-async' } });
    assert.equal(status, 200);
    assert.equal(headers['preference-applied'], undefined);
  });

  test('every entity that can be deleted is deleted at its edit URL', async () => {
    for (const least of Object.values(leastProfiles).slice(0, 3)) {
      const { headers } = await session.send('POST', 'deviceConfigurations', { body: least });
      const location = String(headers.location);
      assert.equal((await call(session.server, 'DELETE', location)).status, 204);
      assert.equal((await call(session.server, 'GET', location)).status, 404);
    }
  });

  test('an update of what does not exist makes nothing: the keys are the server’s', async () => {
    const { message } = await session.refused(404, 'PATCH', 'deviceConfigurations/none', {
      ...leastProfiles.iosVpnConfiguration,
    });
    assert.match(message, /'none' does not exist/);
  });

  test('an entity that others refer to is made where it lives, and not through what refers to it', async () => {
    const path = `${wiFi}/rootCertificatesForServerValidation`;
    const { message } = await session.refused(405, 'POST', path, leastRootCertificate);
    assert.match(message, /Allowed: GET, HEAD, OPTIONS/);
  });

  test('a property is read by itself, and written with its object', async () => {
    assert.equal((await session.expect(200, 'GET', `${vpn}/displayName`)).value, 'VPN');
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const body = method === 'DELETE' ? undefined : { value: 'x' };
      assert.match((await session.refused(405, method, `${vpn}/displayName`, body)).message, /GET, HEAD, OPTIONS/);
    }
  });

  test('what an entity contains or refers to is not written inside it', async () => {
    const least = leastProfiles.iosVpnConfiguration;
    const deep = { ...least, derivedCredentialSettings: { displayName: 'x', issuer: 'xTec' } };
    const { message } = await session.refused(400, 'POST', 'deviceConfigurations', deep);
    assert.match(message, /derivedCredentialSettings@odata\.bind/);
    await session.refused(400, 'POST', 'deviceConfigurations', { ...least, assignments: [] });
    const contained = await session.refused(400, 'PATCH', vpn, { assignments: [] });
    assert.match(contained.message, /'assignments' cannot be written as a value/);
    await session.refused(405, 'PUT', vpn, least);
  });

  test('a whole collection is neither updated nor deleted at once', async () => {
    for (const path of ['deviceConfigurations', 'deviceConfigurations/microsoft.graph.iosVpnConfiguration']) {
      await session.refused(405, 'PATCH', path, {});
      await session.refused(405, 'DELETE', path);
    }
  });
});

describe('the intermediate level', () => {
  test('a filter takes parameter aliases', async () => {
    assert.deepEqual(await found('displayName eq @name', { '@name': "'VPN'" }), ['VPN']);
    assert.deepEqual(await found('contains(displayName,@p) and version eq @v', { '@p': "'V'", '@v': '1' }), ['VPN']);
  });

  test('a filter, an order, a count and a page hold for what is expanded', async () => {
    const groups = ['a', 'b', 'c'].map((digit) => `${digit}1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11`);
    const assignments = groups.map((groupId) => ({
      target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId },
    }));
    await session.expect(200, 'POST', `${vpn}/assign`, { assignments });
    const expanded = async (options: string): Promise<Json> =>
      session.expect(200, 'GET', `${vpn}?$expand=${encodeURIComponent(`assignments(${options})`)}`);
    const ids = ({ assignments }: Json): string[] => assignments.map(({ id }: Json) => id.slice(-36, -35));
    assert.deepEqual(ids(await expanded(`$filter=endswith(id,'${groups[1]}')`)), ['b']);
    assert.deepEqual(ids(await expanded('$orderby=id desc')), ['c', 'b', 'a']);
    assert.deepEqual(ids(await expanded('$orderby=id;$skip=1;$top=1')), ['b']);
    assert.equal((await expanded('$count=true'))['assignments@odata.count'], 3);
    await session.expect(200, 'POST', `${vpn}/assign`, { assignments: [] });
  });

  test('a caller comes with a token, and never with a name and a password', async () => {
    const authorization = `Basic ${Buffer.from('admin:password').toString('base64')}`;
    const { status, headers } = await session.send('GET', vpn, { headers: { authorization } });
    assert.equal(status, 401);
    assert.match(String(headers['www-authenticate']), /^Bearer /);
  });

  test('$search finds words of the display name', async () => {
    const names = async ($search: string) =>
      (await list({ $search })).value.map(({ displayName }: Json) => displayName);
    assert.deepEqual(await names('VPN'), ['VPN']);
    assert.deepEqual((await names('VPN OR "E-mail"')).toSorted(), ['E-mail', 'VPN']);
    assert.equal((await names('NOT VPN')).includes('VPN'), false);
  });

  test('$orderby takes several keys, ascending and descending', async () => {
    const names = async ($orderby: string) =>
      (await list({ $orderby })).value.map(({ displayName }: Json) => displayName);
    const ascending = await names('displayName');
    assert.deepEqual(ascending, [...ascending].toSorted());
    assert.deepEqual(await names('version asc,displayName desc'), [...ascending].reverse());
  });

  test('a function that is not supported is 501 and named', async () => {
    assert.match(await refused(501, { $filter: "matchesPattern(displayName,'V')" }), /'matchesPattern'/);
    assert.match(await refused(501, { $filter: 'geo.length(displayName) eq 1' }), /'geo\.length'/);
  });

  test('the arithmetic, comparison and logical operators have their meaning', async () => {
    const one = ["displayName eq 'VPN'", "displayName ge 'VPN' and displayName lt 'VPO'", "not (displayName ne 'VPN')"];
    for (const filter of one) assert.deepEqual(await found(filter), ['VPN'], filter);
    const none = [
      'version add 1 eq 1',
      'version sub 1 gt 0',
      'version mul 2 lt 2',
      'version mod 2 eq 0',
      '-version ge 0',
    ];
    for (const filter of none) assert.deepEqual(await found(filter), [], filter);
  });
});

describe('the advanced level', () => {
  test('$count stands behind a collection of entities, whether a set or what an entity leads to', async () => {
    assert.equal((await session.send('GET', 'deviceConfigurations/$count')).text, '4');
    assert.equal((await session.send('GET', `${vpn}/assignments/$count`)).text, '0');
  });

  test('$count stands behind a collection of values too', async () => {
    const { headers, text } = await session.send('GET', `${vpn}/roleScopeTagIds/$count`);
    assert.deepEqual([text, headers['content-type']], ['1', 'text/plain;charset=utf-8']);
    await session.refused(400, 'GET', `${vpn}/displayName/$count`);
    await session.refused(400, 'GET', `${vpn}/roleScopeTagIds/$count/$count`);
    await session.refused(400, 'GET', `${vpn}/roleScopeTagIds/$value`);
  });

  test('references are answered for what is expanded, and a cast stands before it', async () => {
    const { derivedCredentialSettings: reference } = await session.expect(
      200,
      'GET',
      `${vpn}?$expand=derivedCredentialSettings/$ref`,
    );
    assert.deepEqual(Object.keys(reference), ['@odata.id']);
    const cast = 'microsoft.graph.iosVpnConfiguration/derivedCredentialSettings';
    const { value } = await list({ $expand: cast });
    for (const one of value) {
      const isVpn = one['@odata.type'] === '#microsoft.graph.iosVpnConfiguration';
      assert.equal(one.derivedCredentialSettings?.id, isVpn ? session.development.settingsId : undefined);
    }
  });

  test('$levels repeats nothing, since no navigation property leads to what has it again', async () => {
    for (const type of model.entityTypes) {
      for (const { name, target } of type.ownNavigationProperties) {
        for (const found of model.withDerived(target())) assert.ok(!found.navigationProperties.has(name), name);
      }
    }
    const once = (await list({ $expand: 'derivedCredentialSettings' })).value;
    for (const levels of ['1', '2', '99', 'max']) {
      assert.deepEqual((await list({ $expand: `derivedCredentialSettings($levels=${levels})` })).value, once);
    }
    assert.match(await refused(400, { $expand: 'derivedCredentialSettings($levels=0)' }), /'\$levels'/);
  });

  test('$search is refused of what has no names', async () => {
    assert.match(await refused(501, { $expand: 'assignments($search=x)' }), /'\$search'/);
  });

  test('a batch in the multipart format is refused', async () => {
    const { status, json } = await call(session.server, 'POST', '/beta/$batch', {
      body: '--b\r\n--b--',
      headers: { 'content-type': 'multipart/mixed; boundary=b' },
    });
    assert.equal(status, 415);
    assert.match(json.error.message, /multipart\/mixed/);
  });

  test('changes since a moment, cross joins and all entities at once are refused by name', async () => {
    assert.match(await refused(501, { $deltatoken: 'x' }), /'\$deltatoken'/);
    for (const segment of ['$delta', '$filter(true)']) {
      const { message } = await session.refused(400, 'GET', `deviceConfigurations/${encodeURIComponent(segment)}`);
      assert.ok(message.includes(`'${segment}'`), message);
    }
    for (const segment of ['$crossjoin(a,b)', '$all', '$entity']) {
      const { status, json } = await call(session.server, 'GET', `/beta/${segment}`);
      assert.equal(status, 400);
      assert.ok(json.error.message.includes(`'${segment}'`), json.error.message);
    }
  });

  test('computed properties and aggregates are refused by name', async () => {
    assert.match(await refused(501, { $compute: 'version add 1 as next' }), /'\$compute'/);
    assert.match(await refused(501, { $apply: 'aggregate($count as c)' }), /'\$apply'/);
  });
});

describe('OData 4.01', () => {
  test('answers are in the format of 4.0, which clients of 4.01 read, and say so', async () => {
    const { headers, json } = await session.send('GET', vpn, { headers: { 'odata-maxversion': '4.01' } });
    assert.equal(headers['odata-version'], '4.0');
    assert.ok(json['@odata.context'] && json['@odata.type']);
    await session.refused(400, 'PATCH', vpn, { '@type': '#microsoft.graph.iosVpnConfiguration' });
  });

  test('options stand with and without their dollar', async () => {
    const names = async (options: Record<string, string>) => (await list(options)).value.map(({ id }: Json) => id);
    assert.deepEqual(await names({ top: '1', orderby: 'id' }), await names({ $top: '1', $orderby: 'id' }));
  });

  test('options, operators and functions are written in any case', async () => {
    assert.deepEqual(await found("CONTAINS(displayName,'VP') AND NOT (displayName EQ 'x')"), ['VPN']);
    assert.equal((await list({ $TOP: '1' })).value.length, 1);
  });

  test('names are answered in the case of $metadata, however they were asked for', async () => {
    const { value } = await list({ $select: 'DISPLAYNAME', $filter: "DisplayName eq 'VPN'" });
    assert.equal(value[0].displayName, 'VPN');
  });

  test('a schema version is refused by name, since $metadata has none', async () => {
    assert.match(await refused(501, { $schemaversion: '1' }), /'\$schemaversion'/);
  });

  test('enumeration members and durations stand with and without the name of their type', async () => {
    const settings = async ($filter: string): Promise<number> =>
      (await session.expect(200, 'GET', `derivedCredentials?${query({ $filter })}`)).value.length;
    assert.equal(await settings("issuer eq 'purebred'"), 1);
    assert.equal(await settings("issuer eq microsoft.graph.deviceManagementDerivedCredentialIssuer'purebred'"), 1);
    assert.equal(await settings("notificationType has 'email'"), 1);
    // Or by their numbers.
    for (const [filter, expected] of [
      ["issuer eq '2'", 1],
      ["issuer ne microsoft.graph.deviceManagementDerivedCredentialIssuer'2'", 0],
      ["issuer in ('0','2')", 1],
      ["notificationType has '2'", 1],
      ["notificationType eq '3'", 1],
      ["notificationType eq '1,email'", 1],
      ["notificationType eq '0'", 0],
    ] as const) {
      assert.equal(await settings(filter), expected, filter);
    }
    for (const filter of ["issuer eq '9'", "notificationType eq '4'", "issuer eq '-1'", "notificationType eq '0,1'"]) {
      await session.refused(400, 'GET', `derivedCredentials?${query({ $filter: filter })}`);
    }
    for (const duration of ["duration'P1D'", "'P1D'"]) {
      assert.equal((await found(`createdDateTime gt now() sub ${duration}`)).length, 4, duration);
    }
  });

  test('a text is cast to the primitive value that it holds', async () => {
    for (const filter of [
      "cast('2020-01-01T00:00:00Z',Edm.DateTimeOffset) lt createdDateTime",
      "cast('2020-01-01',Edm.Date) lt date(createdDateTime)",
      "cast('P1D',Edm.Duration) gt duration'PT1H'",
      "version eq cast('1',Edm.Int64) and version lt cast('1.5',Edm.Double)",
      "supportsScopeTags eq cast('false',Edm.Boolean)",
      "cast('AQID',Edm.Binary) eq binary'AQID'",
    ]) {
      assert.equal((await found(filter)).length, 4, filter);
    }
    for (const [text, type] of [
      ['1.5', 'Edm.Int32'],
      ['5000000000', 'Edm.Int32'],
      ['yes', 'Edm.Boolean'],
      ['2020-13-01', 'Edm.Date'],
      ['1 2', 'Edm.Int32'],
      ['', 'Edm.Guid'],
      ['null', 'Edm.Int32'],
      ['01:00:00', 'Edm.Date'],
    ]) {
      assert.match(await refused(400, { $filter: `cast('${text}',${type}) ne null` }), /clause/, text);
    }
    assert.match(
      await refused(501, { $filter: 'cast(displayName,Edm.Int32) eq 1' }),
      /cast of Edm\.String to Edm\.Int32/,
    );
  });

  test('an alias stands for the parameter of a function, which may be left to the query whole', async () => {
    const types = (call: string): Promise<Json> =>
      session.expect(200, 'GET', `auditEvents/getAuditActivityTypes${call}`);
    const wanted = await types("(category='DeviceConfiguration')");
    assert.deepEqual(await types("(category=@c)?@c='DeviceConfiguration'"), wanted);
    assert.deepEqual(await types("?category='DeviceConfiguration'"), wanted);
    assert.deepEqual(await types("()?category='DeviceConfiguration'"), wanted);
    assert.deepEqual((await types("?category='none'")).value, []);
  });

  test('a key stands in the path itself, since no key has a character that could not', async () => {
    const { message } = await session.refused(400, 'GET', `deviceConfigurations(@k)?@k='x'`);
    assert.match(message, /'\(@k\)'/);
  });

  test('a single navigation property is compared with null', async () => {
    assert.deepEqual(await found('derivedCredentialSettings eq null'), []);
    assert.equal((await found('derivedCredentialSettings ne null')).length, 4);
  });

  test('in, divby and the count of a collection stand in a filter', async () => {
    assert.deepEqual(await found("displayName in ('VPN','none')"), ['VPN']);
    assert.equal((await found('version divby 2 eq 0.5')).length, 4);
    assert.deepEqual(await found('assignments/$count gt 0'), []);
  });

  test('a negative start of substring, and lists that are compared, are refused', async () => {
    assert.match(await refused(400, { $filter: "substring(displayName,-1) eq 'N'" }), /negative/);
    await refused(400, { $filter: "roleScopeTagIds eq ['0']" });
  });

  test('a count of what a filter leaves of a collection stands in a filter and in an order, $search in it is refused', async () => {
    for (const [filter, expected] of [
      ["assignments/$count($filter=intent eq 'apply') eq 0", 4],
      ["roleScopeTagIds/$count($filter=$this eq '0') eq 1", 4],
      ["roleScopeTagIds/$count(filter=$this ne '0' or $it/version gt 5) ge 1", 0],
      ["roleScopeTagIds/$count($filter=$THIS eq '0' and $it/displayName eq 'VPN') eq 1", 1],
      ["microsoft.graph.iosVpnConfiguration/onDemandRules/$count($filter=action eq 'connect') eq 0", 4],
      ['derivedCredentialSettings/$count($filter=true) eq 0', 501],
      ['assignments/$count($filter=nope eq 1) eq 0', 400],
      ["roleScopeTagIds/$count($filter=nope eq '0') eq 0", 400],
      ["assignments/$count($filter=isof(target,'microsoft.graph.groupAssignmentTarget') and not (id eq null)) lt 1", 4],
      ['assignments/$count($filter=target/$count($filter=true) eq 0) eq 0', 501],
      ['roleScopeTagIds/any(t:roleScopeTagIds/$count($filter=$this eq t) eq 1)', 4],
      ['assignments/$count() eq 0', 400],
      ['assignments/$count($filter=) eq 0', 400],
      ['assignments/$count($search=a) eq 0', 501],
      ['assignments/$count($filter=true;$search=a) eq 0', 501],
      ['assignments/$count($top=1) eq 0', 501],
    ] as const) {
      const { status, json, text } = await session.send('GET', `deviceConfigurations?$filter=${filter}`);
      if (expected >= 400) assert.equal(status, expected, `${filter}: ${text}`);
      else assert.equal(json.value?.length, expected, `${filter}: ${text}`);
    }
    const first = await list({
      $orderby: "roleScopeTagIds/$count($filter=$it/displayName eq 'Wi-Fi') desc",
      $top: '1',
    });
    assert.equal(first.value[0].displayName, 'Wi-Fi');
  });

  test('a selection goes into complex values, by a path and in parentheses', async () => {
    for (const inner of ['server/address', 'server($select=address)']) {
      const { value } = await list({ $select: `microsoft.graph.iosVpnConfiguration/${inner}` });
      assert.deepEqual(
        value.flatMap(({ server }: Json) => (server ? [server] : [])),
        [{ address: 'vpn.example.com' }],
      );
    }
  });

  test('options inside $select are refused by name', async () => {
    assert.match(await refused(501, { $select: "roleScopeTagIds($filter=$it eq '0')" }), /'\$filter'/);
  });

  test('an answer to a change takes neither $select nor $expand', async () => {
    assert.match((await session.refused(501, 'PATCH', `${vpn}?$select=id`, {})).message, /'\$select'/);
  });

  test('the links of a collection are set one by one, or all by a bind', async () => {
    const property = 'rootCertificatesForServerValidation';
    const { message } = await session.refused(405, 'PUT', `${wiFi}/${property}/$ref`, { '@odata.id': 'x' });
    assert.match(message, /POST, DELETE/);
    const { id } = await session.expect(201, 'POST', 'deviceConfigurations', leastRootCertificate);
    for (const [urls, expected] of [
      [[`${session.root}/deviceConfigurations/${id}`], [id]],
      [[], []],
    ]) {
      await session.expect(200, 'PATCH', wiFi, { [`${property}@odata.bind`]: urls });
      const { value } = await session.expect(200, 'GET', `${wiFi}/${property}`);
      assert.deepEqual(
        value.map((one: Json) => one.id),
        expected,
      );
    }
    await session.expect(204, 'DELETE', `deviceConfigurations/${id}`);
  });

  test('a collection of values is written with its object', async () => {
    await session.refused(405, 'POST', `${vpn}/roleScopeTagIds`, { value: '1' });
  });

  test('an annotation is nothing that a filter looks at', async () => {
    for (const $filter of ["@odata.type eq 'x'", "displayName@odata.type eq 'x'", "@microsoft.graph.note eq 'x'"]) {
      assert.match(await refused(400, { $filter }), /filter/);
    }
  });

  test('a division by zero is null for that entity alone', async () => {
    assert.equal((await found('10 div (version sub version) eq null')).length, 4);
    assert.match(await refused(400, { $filter: 'version div 0 eq 1' }), /division by zero/);
  });

  test('a body is read in whatever order its members stand', async () => {
    const link = `${session.root}/derivedCredentials('${session.development.settingsId}')`;
    const members: readonly (readonly [string, unknown])[] = [
      ['description@example.note', 'before or behind'],
      ['description', 'in any order'],
      ['derivedCredentialSettings@odata.bind', link],
      ['@odata.type', '#microsoft.graph.iosVpnConfiguration'],
      ['displayName', 'Any order'],
      ['server', { address: 'vpn.example.com', '@odata.type': '#microsoft.graph.vpnServer' }],
      ['connectionName', 'VPN'],
    ];
    for (const each of [members, members.toReversed()]) {
      const made = await session.expect(201, 'POST', 'deviceConfigurations', Object.fromEntries(each));
      assert.equal(made.description, 'in any order');
      assert.deepEqual(await session.linkOf(made.id), { version: 1, settings: session.development.settingsId });
      await session.expect(204, 'DELETE', `deviceConfigurations/${made.id}`);
    }
  });

  test('an entity tag in a body is no condition, If-Match is', async () => {
    const body = { '@odata.etag': 'W/"old"', description: 'from a file' };
    await session.expect(200, 'PATCH', vpn, body);
    assert.equal((await session.send('PATCH', vpn, { body, headers: { 'if-match': 'W/"old"' } })).status, 412);
  });

  test('$metadata says which OData versions answers have', async () => {
    const { json } = await call(session.server, 'GET', '/beta/$metadata?$format=json', { token: null });
    const annotations = json['microsoft.graph'].$Annotations['microsoft.graph.GraphService'];
    assert.equal(annotations['@Core.ODataVersions'], '4.0');
  });
});
