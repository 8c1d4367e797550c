// What clients would like (Prefer), and what becomes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let settings: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

const update = (prefer: string | undefined, body: object = {}) =>
  session.send('PATCH', settings, { body, headers: { prefer } });

describe('return=minimal', () => {
  for (const prefer of [
    'return=minimal',
    'RETURN=Minimal',
    'return="minimal"',
    'foo, return=minimal; x=y',
    'return=minimal, return=representation',
  ]) {
    test(`answers an update with 204 for Prefer: ${prefer}`, async () => {
      const answer = await update(prefer, { displayName: `Preferred by ${prefer}` });
      assert.equal(answer.status, 204, answer.text);
      assert.equal(answer.text, '');
      assert.equal(answer.headers['preference-applied'], 'return=minimal');
      const { json, headers } = await session.send('GET', settings);
      assert.equal(json.displayName, `Preferred by ${prefer}`);
      assert.equal(answer.headers.etag, headers.etag);
    });
  }

  test('answers a create with 204 and says which object was made', async () => {
    const body = leastProfiles.iosVpnConfiguration;
    const { status, headers, text } = await session.send('POST', 'deviceConfigurations', {
      body,
      headers: { prefer: 'return=minimal' },
    });
    assert.equal(status, 204);
    assert.equal(text, '');
    assert.equal(headers['preference-applied'], 'return=minimal');
    assert.equal(headers.location, headers['odata-entityid']);
    const id = /'(.+)'/.exec(String(headers.location))?.[1] ?? '';
    assert.equal((await session.expect(200, 'GET', `deviceConfigurations/${id}`)).displayName, body.displayName);
  });

  test('does not hide a refusal', async () => {
    assert.equal((await update('return=minimal', { nope: 1 })).status, 400);
  });

  test('changes nothing of a read', async () => {
    const { status, headers } = await session.send('GET', settings, { headers: { prefer: 'return=minimal' } });
    assert.equal(status, 200);
    assert.equal(headers['preference-applied'], undefined);
  });
});

describe('odata.maxpagesize', () => {
  const list = (prefer: string, path = 'deviceConfigurations') => session.send('GET', path, { headers: { prefer } });

  for (const prefer of ['odata.maxpagesize=1', 'maxpagesize=1', 'odata.maxpagesize="1"; x=y']) {
    test(`is the size of a page for Prefer: ${prefer}, and the link to the next one holds`, async () => {
      const { json, headers } = await list(prefer);
      assert.equal(json.value.length, 1);
      assert.equal(headers['preference-applied'], 'odata.maxpagesize=1');
      const next = new URL(json['@odata.nextLink']);
      assert.equal(next.searchParams.get('$top'), null);
      const { value } = await session.expect(200, 'GET', `deviceConfigurations${next.search}`);
      assert.ok(value.length > 1);
      assert.notEqual(value[0].id, json.value[0].id);
    });
  }

  test('never makes a page larger: $top and the setting still hold', async () => {
    const { json, headers } = await list('odata.maxpagesize=5000', 'deviceConfigurations?$top=1');
    assert.equal(json.value.length, 1);
    assert.equal(headers['preference-applied'], 'odata.maxpagesize=5000');
  });

  test('holds for each list, those of references and those inside an entity among them', async () => {
    const { iosEnterpriseWiFiConfiguration: wifi, iosVpnConfiguration: vpn } = session.development.profiles;
    for (const path of [
      'auditEvents',
      'derivedCredentials',
      `deviceConfigurations/${vpn}/assignments`,
      `deviceConfigurations/${wifi}/rootCertificatesForServerValidation/$ref`,
      '../organization',
    ]) {
      const { status, headers, json } = await list('odata.maxpagesize=1', path);
      assert.deepEqual([status, headers['preference-applied']], [200, 'odata.maxpagesize=1'], path);
      assert.ok(json.value.length <= 1);
    }
  });

  test('says nothing of what is no list', async () => {
    const paths = [
      settings,
      'deviceConfigurations/$count',
      `${settings}/displayName`,
      'auditEvents/getAuditCategories',
    ];
    for (const path of paths) {
      assert.equal((await list('odata.maxpagesize=1', path)).headers['preference-applied'], undefined, path);
    }
  });

  for (const size of ['0', '-1', 'x', '', '1.5']) {
    test(`of '${size}' makes no sense, and is ignored`, async () => {
      const { status, headers } = await list(`odata.maxpagesize=${size}`);
      assert.deepEqual([status, headers['preference-applied']], [200, undefined]);
    });
  }
});

describe('other preferences', () => {
  test('return=representation is what happens anyway, and is told', async () => {
    const { status, headers, json } = await update('return=representation');
    assert.equal(status, 200);
    assert.equal(headers['preference-applied'], 'return=representation');
    assert.equal(json.id, session.development.settingsId);
  });

  test('include-unknown-enum-members is granted', async () => {
    const headers = { prefer: 'include-unknown-enum-members' };
    const answer = await session.send('GET', settings, { headers });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['preference-applied'], 'include-unknown-enum-members');
  });

  test('several are told together', async () => {
    const { status, headers } = await update('include-unknown-enum-members, return=minimal');
    assert.equal(status, 204);
    assert.equal(headers['preference-applied'], 'return=minimal, include-unknown-enum-members');
  });

  for (const prefer of [
    'wait=10',
    'respond-async',
    'return=everything',
    'odata.track-changes',
    ',,;=',
    '"',
    'return',
  ]) {
    test(`${prefer} is ignored, as RFC 7240 says of what is not known`, async () => {
      const { status, headers } = await update(prefer);
      assert.equal(status, 200);
      assert.equal(headers['preference-applied'], undefined);
    });
  }
});

test('ConsistencyLevel changes no answer, whatever it says', async () => {
  for (const path of [
    'deviceConfigurations?$count=true&$search="Wi"&$orderby=displayName',
    "deviceConfigurations?$filter=startswith(displayName,'a')&$count=true",
    'deviceConfigurations/$count',
    'derivedCredentials',
  ]) {
    const plain = await session.send('GET', path);
    assert.equal(plain.status, 200, plain.text);
    for (const level of ['eventual', 'session', 'nothing of the kind']) {
      const answer = await session.send('GET', path, { headers: { consistencylevel: level } });
      assert.equal(answer.text, plain.text);
    }
  }
});
