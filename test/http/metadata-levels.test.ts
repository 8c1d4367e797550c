// How much control information stands beside the data, as Accept and $format ask for it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Answer } from '../support.js';
import { assertRefused } from './refusals.js';
import { openSession, type Session } from './session.js';

let session: Session;
let settings: string;
let vpn: string;
before(async () => {
  session = await openSession();
  const { settingsId, profiles } = session.development;
  settings = `derivedCredentials/${settingsId}`;
  vpn = `deviceConfigurations/${profiles.iosVpnConfiguration}`;
});
after(() => session.close());

const get = (path: string, accept?: string): Promise<Answer> =>
  session.send('GET', path, accept === undefined ? {} : { headers: { accept } });
const full = (path: string) => get(path, 'application/json;odata.metadata=full');
const none = (path: string) => get(path, 'application/json;odata.metadata=none');

describe('the level of metadata', () => {
  test('is minimal unless asked otherwise, and the content type tells it', async () => {
    const { headers, json } = await get(settings);
    const type = 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
    assert.equal(headers['content-type'], type);
    const control = Object.keys(json).filter((name) => name.includes('@'));
    assert.deepEqual(control, ['@odata.context', '@odata.type', '@odata.etag']);
  });

  for (const accept of [
    'application/json;odata.metadata=full',
    'application/json; odata.metadata=Full',
    'APPLICATION/JSON;ODATA.METADATA=FULL',
    'application/json;metadata=full',
    'application/json;odata.metadata="full";IEEE754Compatible=false',
    'application/json;q=0.5, application/json;odata.metadata=full;q=0.8',
    'text/html, application/json;odata.metadata=full, */*;q=0.1',
  ]) {
    test(`is full for Accept: ${accept}`, async () => {
      const { status, headers, json } = await get(settings, accept);
      assert.equal(status, 200);
      assert.match(String(headers['content-type']), /;odata\.metadata=full;/);
      assert.ok('@odata.editLink' in json);
    });
  }

  for (const [format, level] of [
    ['json', 'minimal'],
    ['JSON', 'minimal'],
    ['application/json', 'minimal'],
    ['application/json;odata.metadata=none', 'none'],
    ['application/json;odata.metadata=full', 'full'],
  ] as const) {
    test(`is ${level} for $format=${format}, whatever Accept says`, async () => {
      for (const option of ['$format', '%24format', 'format', '$Format']) {
        const answer = await get(`${settings}?${option}=${encodeURIComponent(format)}`, 'text/html');
        assert.equal(answer.status, 200, answer.text);
        assert.match(String(answer.headers['content-type']), new RegExp(`;odata\\.metadata=${level};`));
      }
    });
  }

  test('of an answer to a change is the one asked for, too', async () => {
    const headers = { accept: 'application/json;odata.metadata=none' };
    const { json } = await session.send('PATCH', settings, { headers, body: {} });
    assert.deepEqual(Object.keys(json)[0], 'id');
  });

  test('that is not known is refused: 406', async () => {
    for (const format of ['xml', 'atom', 'application/xml', 'application/json;odata.metadata=some', '']) {
      await assertRefused(
        session,
        'GET',
        `${settings}?$format=${encodeURIComponent(format)}`,
        {},
        {
          status: 406,
          code: 'NotAcceptable',
          message: `None of the media types in $format '${format}' can be produced; this resource is application/json.`,
          target: '$format',
        },
      );
    }
  });

  test('$format given twice is refused: 400', async () => {
    const { target } = await session.refused(400, 'GET', `${settings}?$format=json&format=json`);
    assert.equal(target, '$format');
  });

  test('IEEE754Compatible makes texts of counts, which have 64 bits, at each level', async () => {
    for (const level of ['none', 'minimal', 'full']) {
      const accept = `application/json;odata.metadata=${level};IEEE754Compatible=`;
      const path = 'deviceConfigurations?$count=true&$select=id&$expand=assignments($count=true)';
      const [plain, compatible] = [await get(path, `${accept}false`), await get(path, `${accept}true`)];
      assert.deepEqual([plain.json['@odata.count'], compatible.json['@odata.count']], [4, '4']);
      assert.deepEqual(plain.json.value[0]['assignments@odata.count'], 0);
      assert.deepEqual(compatible.json.value[0]['assignments@odata.count'], '0');
    }
  });

  test('IEEE754Compatible is granted and told', async () => {
    const { status, headers } = await get(settings, 'application/json;IEEE754Compatible=true');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /;IEEE754Compatible=true;/);
  });
});

describe('no metadata', () => {
  test('leaves the properties alone, of an entity, a page, a reference and the service', async () => {
    const entity = await none(settings);
    assert.deepEqual(Object.keys(entity.json).slice(0, 2), ['id', 'displayName']);
    assert.ok(entity.headers.etag, 'the header tells the version all the same');
    const page = await none('deviceConfigurations?$count=true');
    assert.deepEqual(Object.keys(page.json), ['@odata.count', 'value']);
    assert.ok(page.json.value.every((profile: object) => Object.keys(profile).every((name) => !name.includes('@'))));
    assert.deepEqual(Object.keys((await none(`${vpn}/derivedCredentialSettings/$ref`)).json), ['@odata.id']);
    assert.ok(!(await none('')).text.includes('@odata'));
  });

  test('leaves out the type of a derived complex value', async () => {
    const proxyServer = { '@odata.type': '#microsoft.graph.windows10VpnProxyServer', address: 'a', port: 1 };
    await session.expect(200, 'PATCH', vpn, { proxyServer });
    assert.ok((await get(vpn)).text.includes('windows10VpnProxyServer'));
    assert.ok(!(await none(vpn)).text.includes('@odata'));
    await session.expect(200, 'PATCH', vpn, { proxyServer: null });
  });
});

describe('full metadata', () => {
  test('has the type, the id and the edit link, relative to the service as Graph writes them', async () => {
    const { json } = await full(settings);
    const path = `deviceManagement/derivedCredentials('${session.development.settingsId}')`;
    assert.equal(json['@odata.type'], '#microsoft.graph.deviceManagementDerivedCredentialSettings');
    assert.equal(json['@odata.id'], path);
    assert.equal(json['@odata.editLink'], path);
    assert.equal(json['issuer@odata.type'], '#microsoft.graph.deviceManagementDerivedCredentialIssuer');
    assert.ok(!('displayName@odata.type' in json) && !('renewalThresholdPercentage@odata.type' in json));
  });

  test('of a derived type has a cast segment in its edit link, and absolute links to what it leads to', async () => {
    const { json } = await full(vpn);
    const path = `deviceManagement/deviceConfigurations('${json.id}')`;
    assert.equal(json['@odata.id'], path);
    assert.equal(json['@odata.editLink'], `${path}/microsoft.graph.iosVpnConfiguration`);
    const link = `${session.server.plainUrl}/beta/${path}/microsoft.graph.iosVpnConfiguration/derivedCredentialSettings`;
    assert.equal(json['derivedCredentialSettings@odata.navigationLink'], link);
    assert.equal(json['derivedCredentialSettings@odata.associationLink'], `${link}/$ref`);
  });

  test('offers the actions of the entity', async () => {
    const { json } = await full(vpn);
    const target = `${session.root}/deviceConfigurations('${json.id}')/microsoft.graph.deviceConfiguration`;
    assert.deepEqual(json['#microsoft.graph.assign'], {
      title: 'microsoft.graph.assign',
      target: `${target}/microsoft.graph.assign`,
    });
    assert.ok(!('#microsoft.graph.assign' in (await get(vpn)).json));
  });

  test('has links that can be followed', async () => {
    const { json } = await full(vpn);
    for (const name of ['navigationLink', 'associationLink']) {
      const url = new URL(json[`derivedCredentialSettings@odata.${name}`]);
      const answer = await session.send('GET', url.pathname.replace('/beta/deviceManagement/', ''));
      assert.equal(answer.status, 200, answer.text);
    }
  });

  test('tells the types of values that JSON does not tell, and of nothing else', async () => {
    const { json } = await full(vpn);
    const types = Object.entries(json).filter(([name]) => /.@odata\.type$/.test(name));
    assert.equal(json['createdDateTime@odata.type'], '#DateTimeOffset');
    assert.equal(json['roleScopeTagIds@odata.type'], '#Collection(String)');
    assert.equal(json['onDemandRules@odata.type'], '#Collection(microsoft.graph.vpnOnDemandRule)');
    assert.equal(json['authenticationMethod@odata.type'], '#microsoft.graph.vpnAuthenticationMethod');
    assert.equal(json.server['@odata.type'], '#microsoft.graph.vpnServer');
    for (const [name] of types) assert.notEqual(json[name.replace('@odata.type', '')], null, name);
    const names = Object.keys(json);
    assert.equal(names.indexOf('createdDateTime'), names.indexOf('createdDateTime@odata.type') + 1);
  });

  test('is the same in a page, and a list that goes on to be sent back as a body is taken', async () => {
    const { json } = await full('deviceConfigurations');
    const { '@odata.context': _, ...alone } = (await full(vpn)).json;
    const own = json.value.find(({ id }: { id: string }) => id === alone.id);
    assert.deepEqual(own, alone);
    await session.expect(200, 'PATCH', vpn, own);
  });

  test('of a selection has no links beside what is selected', async () => {
    const { json } = await full(`${vpn}?$select=displayName`);
    const names = Object.keys(json).filter((name) => !name.startsWith('@'));
    assert.deepEqual(names, ['displayName']);
  });
});
