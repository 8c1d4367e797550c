// Navigation properties that lead to other profiles: single and collection, by @odata.bind and by $ref.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { call } from '../support.js';
import { leastProfiles, leastRootCertificate, leastSettings, openSession, type Session } from './session.js';

const scep = {
  '@odata.type': '#microsoft.graph.iosScepCertificateProfile',
  displayName: 'SCEP',
  scepServerUrls: ['https://scep.example.com'],
  subjectNameFormatString: 'CN={{UserName}}',
};
const androidRoot = {
  '@odata.type': '#microsoft.graph.androidDeviceOwnerTrustedRootCertificate',
  displayName: 'Android root',
  trustedRootCertificate: 'AQID',
  certFileName: 'root.cer',
};
const roots = 'rootCertificatesForServerValidation';
const identity = 'identityCertificateForClientAuthentication';

let session: Session;
let first: string;
let second: string;
let certificate: string;
let wifi: string;
before(async () => {
  session = await openSession();
  [first, second] = [await make(leastRootCertificate), await make({ ...leastRootCertificate, displayName: 'Second' })];
  certificate = await make(scep);
  wifi = await make(leastProfiles.iosEnterpriseWiFiConfiguration);
});
after(() => session.close());

const make = async (body: object): Promise<string> =>
  (await session.expect(201, 'POST', 'deviceConfigurations', body)).id;
const at = (id: string, rest = ''): string => `deviceConfigurations/${id}${rest}`;
const urlOf = (id: string): string => `/deviceManagement/deviceConfigurations('${id}')`;
const linked = async (id = wifi): Promise<string[]> =>
  (await session.expect(200, 'GET', at(id, `/${roots}`))).value.map((one: { id: string }) => one.id);
const bindRoots = (ids: readonly string[] | null) =>
  session.expect(200, 'PATCH', at(wifi), { [`${roots}@odata.bind`]: ids?.map(urlOf) ?? null });
const versionOf = async (id: string): Promise<number> => (await session.expect(200, 'GET', at(id))).version;

describe('a single navigation property', () => {
  test('is bound on create, by an edit and by PUT $ref, read with its cast, and unbound', async () => {
    const id = await make({
      ...leastProfiles.iosEnterpriseWiFiConfiguration,
      [`${identity}@odata.bind`]: `https://graph.microsoft.com/beta${urlOf(certificate)}`,
    });
    const path = at(id, `/${identity}`);
    const found = await session.expect(200, 'GET', path);
    assert.equal(found.id, certificate);
    assert.equal(found['@odata.type'], '#microsoft.graph.iosScepCertificateProfile');
    await session.expect(200, 'GET', `${path}/microsoft.graph.iosScepCertificateProfile`);
    await session.refused(404, 'GET', `${path}/microsoft.graph.iosPkcsCertificateProfile`);
    const reference = await session.expect(200, 'GET', `${path}/$ref`);
    assert.ok(reference['@odata.id'].endsWith(`/beta${urlOf(certificate)}`));

    await session.expect(204, 'DELETE', `${path}/$ref`);
    await session.refused(404, 'GET', path);
    await session.refused(404, 'DELETE', `${path}/$ref`);
    await session.expect(204, 'PUT', `${path}/$ref`, { '@odata.id': urlOf(certificate) });
    assert.equal((await session.expect(200, 'GET', path)).id, certificate);
    await session.expect(200, 'PATCH', at(id), { [`${identity}@odata.bind`]: null });
    await session.refused(404, 'GET', path);
    assert.equal(await versionOf(id), 4);
    await session.expect(204, 'DELETE', at(id));
  });

  test('leads on to what its target leads to, and a change through it changes the target', async () => {
    await session.expect(200, 'PATCH', at(certificate), { 'rootCertificate@odata.bind': urlOf(first) });
    await session.expect(200, 'PATCH', at(wifi), { [`${identity}@odata.bind`]: urlOf(certificate) });
    const path = at(wifi, `/microsoft.graph.iosEnterpriseWiFiConfiguration/${identity}`);
    const on = `${path}/microsoft.graph.iosScepCertificateProfile/rootCertificate`;
    assert.equal((await session.expect(200, 'GET', on)).id, first);
    assert.equal((await session.expect(200, 'GET', `${on}/displayName`)).value, 'Root');
    const [wiFiVersion, before] = [await versionOf(wifi), await versionOf(certificate)];
    const changed = await session.expect(200, 'PATCH', path, { description: 'through the profile' });
    assert.equal(changed.id, certificate);
    assert.equal(await versionOf(certificate), before + 1);
    assert.equal(await versionOf(wifi), wiFiVersion, 'it is not the one that changed');
    await session.expect(200, 'PATCH', at(wifi), { [`${identity}@odata.bind`]: null });
    await session.refused(404, 'PATCH', path, { description: 'nothing' });
  });

  test('takes a target of its own type alone, whatever the set has besides', async () => {
    for (const wrong of [first, wifi]) {
      const bound = await session.refused(400, 'PATCH', at(wifi), { [`${identity}@odata.bind`]: urlOf(wrong) });
      assert.match(bound.message, /must name an entity of type 'microsoft\.graph\.iosCertificateProfileBase'/);
      const put = await session.refused(400, 'PUT', at(wifi, `/${identity}/$ref`), { '@odata.id': urlOf(wrong) });
      assert.match(put.message, /must name an entity of type/);
    }
    // Types that derive from one each have a property of this name, to targets of their own.
    const android = await make({
      '@odata.type': '#microsoft.graph.androidDeviceOwnerEnterpriseWiFiConfiguration',
      displayName: 'Android Wi-Fi',
      networkName: 'Wi-Fi',
      ssid: 'example',
    });
    const other = await make(androidRoot);
    await session.expect(204, 'POST', at(android, `/${roots}/$ref`), { '@odata.id': urlOf(other) });
    assert.deepEqual(await linked(android), [other]);
    await session.refused(400, 'POST', at(android, `/${roots}/$ref`), { '@odata.id': urlOf(first) });
    await session.refused(400, 'POST', at(wifi, `/${roots}/$ref`), { '@odata.id': urlOf(other) });
  });
});

describe('a collection of links', () => {
  test('is bound on create, and replaced whole by an edit; null is empty', async () => {
    const id = await make({
      ...leastProfiles.iosEnterpriseWiFiConfiguration,
      [`${roots}@odata.bind`]: [urlOf(second), urlOf(first), urlOf(second)],
    });
    assert.deepEqual((await linked(id)).sort(), [first, second].sort());
    await session.expect(204, 'DELETE', at(id));
    await bindRoots([first]);
    assert.deepEqual(await linked(), [first]);
    await bindRoots([second]);
    assert.deepEqual(await linked(), [second]);
    await bindRoots(null);
    assert.deepEqual(await linked(), []);
  });

  test('gains one by POST $ref and loses one by DELETE, by its key and by its URL', async () => {
    const path = at(wifi, `/${roots}`);
    // A tool writes the double slash.
    for (const url of [`https://graph.microsoft.com/beta/${urlOf(first)}`, urlOf(second)]) {
      await session.expect(204, 'POST', `${path}/$ref`, { '@odata.id': url });
    }
    const references = await session.expect(200, 'GET', `${path}/$ref`);
    assert.ok(references['@odata.context'].endsWith('$metadata#Collection($ref)'));
    assert.deepEqual(
      references.value.map((one: Record<string, string>) => Object.keys(one).join()),
      ['@odata.id', '@odata.id'],
    );
    assert.equal((await session.send('GET', `${path}/$count`)).text, '2');
    assert.equal((await session.expect(200, 'GET', `${path}/${first}`)).id, first);
    assert.equal((await session.expect(200, 'GET', `${path}('${second}')/displayName`)).value, 'Second');
    await session.expect(200, 'GET', `${path}/${first}/$ref`);

    await session.expect(204, 'DELETE', `${path}/${first}/$ref`);
    assert.deepEqual(await linked(), [second]);
    await session.refused(404, 'GET', `${path}/${first}`);
    await session.refused(404, 'GET', `${path}/${first}/$ref`);
    await session.refused(404, 'DELETE', `${path}/${first}/$ref`);
    await session.refused(400, 'DELETE', `${path}/$ref`);
    await session.expect(
      204,
      'DELETE',
      `${path}/$ref?$id=${encodeURIComponent(`${session.root}${urlOf(second).slice('/deviceManagement'.length)}`)}`,
    );
    assert.deepEqual(await linked(), []);
  });

  test('can be filtered and cast like any other', async () => {
    await bindRoots([first, second]);
    const path = at(wifi, `/${roots}`);
    const { value } = await session.expect(
      200,
      'GET',
      `${path}?$filter=${encodeURIComponent("displayName eq 'Second'")}`,
    );
    assert.deepEqual(
      value.map((one: { id: string }) => one.id),
      [second],
    );
    const whole = await session.expect(200, 'GET', `${path}/microsoft.graph.iosTrustedRootCertificate?$count=true`);
    assert.equal(whole['@odata.count'], 2);
    await session.refused(405, 'POST', path, leastRootCertificate);
    await session.refused(405, 'DELETE', `${path}/${first}`);
    await bindRoots([]);
  });

  test('changes with one audit event, with the keys before and after; what changes nothing writes nothing', async () => {
    const before = await versionOf(wifi);
    const [event, ...others] = await session.auditOf(() => bindRoots([first]));
    assert.equal(others.length, 0);
    assert.deepEqual(event?.resources[0]?.modifiedProperties, [
      { displayName: roots, newValue: JSON.stringify([first]), oldValue: null },
    ]);
    assert.equal(await versionOf(wifi), before + 1);
    const nothing = await session.auditOf(async () => {
      await session.expect(204, 'POST', at(wifi, `/${roots}/$ref`), { '@odata.id': urlOf(first) });
      await bindRoots([first]);
    });
    assert.deepEqual(nothing, []);
    assert.equal(await versionOf(wifi), before + 1);
    const [removed] = await session.auditOf(() => session.expect(204, 'DELETE', at(wifi, `/${roots}/${first}/$ref`)));
    assert.deepEqual(removed?.resources[0]?.modifiedProperties, [
      { displayName: roots, newValue: null, oldValue: JSON.stringify([first]) },
    ]);
  });

  test('keeps to If-Match', async () => {
    const stale = { 'if-match': '"other"' };
    for (const [method, path, body] of [
      ['POST', `/${roots}/$ref`, { '@odata.id': urlOf(first) }],
      ['PUT', `/${identity}/$ref`, { '@odata.id': urlOf(certificate) }],
    ] as const) {
      const answer = await session.send(method, at(wifi, path), { body, headers: stale });
      assert.equal(answer.status, 412);
    }
    await bindRoots([first]);
    assert.equal((await session.send('DELETE', at(wifi, `/${roots}/${first}/$ref`), { headers: stale })).status, 412);
    const { headers } = await session.send('GET', at(wifi));
    const current = { 'if-match': String(headers.etag) };
    assert.equal((await session.send('DELETE', at(wifi, `/${roots}/${first}/$ref`), { headers: current })).status, 204);
  });

  test('is asked for on profiles of its type alone', async () => {
    const { profiles } = session.development;
    const vpn = profiles.iosVpnConfiguration ?? '';
    for (const [method, path, body] of [
      ['GET', `/${roots}`, undefined],
      ['GET', `/${roots}/$count`, undefined],
      ['GET', `/${roots}/$ref`, undefined],
      ['POST', `/${roots}/$ref`, { '@odata.id': urlOf(first) }],
    ] as const) {
      const { message } = await session.refused(404, method, at(vpn, path), body);
      assert.match(message, /has no navigation property/);
    }
  });

  test('is refused what is no URL of an entity, and what does not exist', async () => {
    const name = `${roots}@odata.bind`;
    for (const [value, target] of [
      ['x', name],
      [{}, name],
      [[1], `${name}[0]`],
      [[urlOf(first), 'https://evil.example/beta/deviceManagement'], `${name}[1]`],
      [[urlOf(first), urlOf('nothing')], `${name}[1]`],
      [[urlOf(first), '/deviceManagement/derivedCredentials/x'], `${name}[1]`],
    ] as const) {
      assert.equal((await session.refused(400, 'PATCH', at(wifi), { [name]: value })).target, target);
    }
    assert.deepEqual(await linked(), []);
    await session.refused(400, 'PATCH', at(wifi), { [roots]: [{ id: first }] });
    await session.refused(400, 'POST', at(wifi, `/${roots}/$ref`), { '@odata.id': urlOf('nothing') });
    await session.refused(400, 'POST', at(wifi, `/${roots}/$ref`), {});
    await session.refused(400, 'DELETE', at(wifi, `/${roots}/$ref?$id=x`));
  });
});

describe('a profile that others refer to', () => {
  test('cannot be deleted; the refusal names them, a few at most', async () => {
    const target = await make(leastRootCertificate);
    const referrers: string[] = [];
    for (let index = 0; index < 5; index++) {
      const body = { ...leastProfiles.iosEnterpriseWiFiConfiguration, displayName: `Wi-Fi ${index}` };
      referrers.push(await make({ ...body, [`${roots}@odata.bind`]: [urlOf(target)] }));
    }
    const { code, message } = await session.refused(409, 'DELETE', at(target));
    assert.equal(code, 'Conflict');
    for (const [index, id] of referrers.slice(0, 3).entries()) assert.ok(message.includes(`'Wi-Fi ${index}' (${id})`));
    assert.match(message, /and 2 more\.$/);
    await session.expect(200, 'GET', at(target));
    for (const id of referrers) await session.expect(204, 'DELETE', at(id));
    await session.expect(204, 'DELETE', at(target));
  });

  test('cannot be deleted whether the link is single or one of several, and can be once it is gone', async () => {
    const target = await make(scep);
    const mail = await make({
      ...leastProfiles.iosEasEmailProfileConfiguration,
      'smimeSigningCertificate@odata.bind': urlOf(target),
    });
    await session.refused(409, 'DELETE', at(target));
    await session.expect(204, 'DELETE', at(mail, '/smimeSigningCertificate/$ref'));
    await session.expect(204, 'DELETE', at(target));
  });

  test('is kept by the store too when a link and a delete come at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const target = await make(leastRootCertificate);
      const [bound, deleted] = await Promise.all([
        session.send('POST', at(wifi, `/${roots}/$ref`), { body: { '@odata.id': urlOf(target) } }),
        session.send('DELETE', at(target)),
      ]);
      const outcome = [bound.status, deleted.status].join();
      assert.ok(['204,409', '400,204'].includes(outcome), outcome);
      assert.deepEqual(await linked(), bound.status === 204 ? [target] : []);
      await bindRoots([]);
    }
  });

  test('of settings is not meant: their delete unbinds profiles of every type that has them', async () => {
    const { settingsId } = session.development;
    const android = await make({
      '@odata.type': '#microsoft.graph.androidDeviceOwnerDerivedCredentialAuthenticationConfiguration',
      displayName: 'Android app authentication',
      certificateAccessType: 'userApproval',
    });
    assert.equal((await session.linkOf(android)).settings, settingsId);
    const [event] = await session.auditOf(() => session.expect(204, 'DELETE', `derivedCredentials/${settingsId}`));
    assert.ok(event?.resources.some(({ resourceId }) => resourceId === android));
    assert.equal((await session.linkOf(android)).settings, null);
    await session.expect(201, 'POST', 'derivedCredentials', leastSettings);
  });
});

test('a re-link with the URL as IntuneManagement writes it is taken', async () => {
  const path = `/beta/deviceManagement/deviceConfigurations('${wifi}')/microsoft.graph.iosEnterpriseWiFiConfiguration`;
  const body = {
    '@odata.id': `https://graph.microsoft.com/beta//deviceManagement/deviceConfigurations('${certificate}')`,
  };
  const put = await call(session.server, 'PUT', `${path}/${identity}/$ref`, { body });
  assert.equal(put.status, 204, put.text);
  assert.equal((await session.expect(200, 'GET', at(wifi, `/${identity}`))).id, certificate);
});
