// The rules of the domain that concern the settings and single profiles; binding, licence and audit have their own files.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { leastProfiles, leastSettings, openSession, type Session } from './session.js';

describe('the rules', () => {
  let session: Session;
  let path: string;
  before(async () => {
    session = await openSession();
    path = `derivedCredentials/${session.development.settingsId}`;
  });
  after(() => session.close());

  const update = (body: unknown) => session.expect(200, 'PATCH', path, body);
  const updateRefused = (body: unknown) => session.refused(400, 'PATCH', path, body);
  const createProfile = (body: unknown) => session.expect(201, 'POST', 'deviceConfigurations', body);

  test('rule 1: a second create is refused with 409, names the object that there is, and changes nothing', async () => {
    const before = await session.expect(200, 'GET', 'derivedCredentials');
    const events = await session.auditOf(async () => {
      const { code, message } = await session.refused(409, 'POST', 'derivedCredentials', leastSettings);
      assert.equal(code, 'Conflict');
      assert.ok(message.includes(session.development.settingsId ?? '?'), message);
    });
    assert.deepEqual(events, []);
    assert.deepEqual(await session.expect(200, 'GET', 'derivedCredentials'), before);
  });

  test('rule 1: of creates at the same moment one makes the object', async () => {
    await session.expect(204, 'DELETE', path);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => session.send('POST', 'derivedCredentials', { body: leastSettings })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(7).fill(409)]);
    const { value } = await session.expect(200, 'GET', 'derivedCredentials');
    assert.deepEqual(
      value.map(({ id }: { id: string }) => id),
      answers.filter(({ status }) => status === 201).map(({ json }) => json.id),
    );
    path = `derivedCredentials/${value[0].id}`;
  });

  test('rule 2: an update changes each property by itself, and all at once', async () => {
    const changes = {
      displayName: 'Another name',
      helpUrl: 'http://help.example.com/x?y=z#w',
      issuer: 'xTec',
      notificationType: 'companyPortal',
      renewalThresholdPercentage: 7,
    };
    for (const [name, value] of Object.entries(changes)) {
      const { '@odata.etag': before, ...rest } = await session.expect(200, 'GET', path);
      const { '@odata.etag': after, ...changed } = await update({ [name]: value });
      assert.deepEqual(changed, { ...rest, [name]: value });
      assert.notEqual(after, before);
    }
    const all = { ...leastSettings, helpUrl: null, notificationType: 'email', renewalThresholdPercentage: 99 };
    assert.deepEqual({ ...(await update(all)), ...all }, await session.expect(200, 'GET', path));
  });

  test('rule 2: the id may be repeated, and is never changed', async () => {
    const before = await session.expect(200, 'GET', path);
    assert.deepEqual(await update({ id: before.id }), before);
    for (const id of ['bc650741-0741-bc65-4107-65bc410765bc', before.id.toUpperCase(), '', null, 1]) {
      assert.equal((await updateRefused({ id, displayName: 'lost' })).target, 'id');
    }
    assert.deepEqual(await session.expect(200, 'GET', path), before);
  });

  test('rule 2: an update that changes nothing answers 200 and writes nothing', async () => {
    const before = await update({ notificationType: 'companyPortal,email' });
    const { '@odata.context': _, '@odata.etag': __, ...whole } = before;
    const events = await session.auditOf(async () => {
      for (const body of [
        {},
        whole,
        { displayName: before.displayName },
        { notificationType: 'email , companyPortal' },
      ]) {
        assert.deepEqual(await update(body), before);
      }
    });
    assert.deepEqual(events, []);
  });

  test('rule 3: a change of the issuer is in the audit, with the old one and the new one', async () => {
    await update({ issuer: 'purebred' });
    const [event, ...more] = await session.auditOf(() => update({ issuer: 'entrustDatacard' }));
    assert.deepEqual(more, []);
    assert.deepEqual(event?.resources[0]?.modifiedProperties, [
      { displayName: 'issuer', oldValue: 'purebred', newValue: 'entrustDatacard' },
    ]);
  });

  const wiFi = { ...leastProfiles.iosEnterpriseWiFiConfiguration, authenticationMethod: 'derivedCredential' };

  test('rule 5: derivedCredential needs eapTls, eapTtls or peap when a Wi-Fi profile is made', async () => {
    for (const eapType of ['eapTls', 'eapTtls', 'peap']) await createProfile({ ...wiFi, eapType });
    for (const eapType of ['leap', 'eapSim', 'eapFast', 'teap']) {
      const { target } = await session.refused(400, 'POST', 'deviceConfigurations', { ...wiFi, eapType });
      assert.equal(target, 'authenticationMethod');
      await createProfile({ ...wiFi, eapType, authenticationMethod: 'certificate' });
    }
  });

  test('rule 5: Android knows no eapType but these', async () => {
    const android = { ...leastProfiles.androidDeviceOwnerEnterpriseWiFiConfiguration };
    for (const eapType of ['eapTls', 'eapTtls', 'peap']) {
      await createProfile({ ...android, eapType, authenticationMethod: 'derivedCredential' });
    }
    const leap = { ...android, eapType: 'leap', authenticationMethod: 'derivedCredential' };
    assert.equal((await session.refused(400, 'POST', 'deviceConfigurations', leap)).target, 'eapType');
  });

  test('rule 5: an update is judged by what the profile becomes', async () => {
    const { id } = await createProfile({ ...wiFi, eapType: 'peap' });
    const profile = `deviceConfigurations/${id}`;
    await session.refused(400, 'PATCH', profile, { eapType: 'leap' });
    await session.expect(200, 'PATCH', profile, { eapType: 'leap', authenticationMethod: 'certificate' });
    await session.refused(400, 'PATCH', profile, { authenticationMethod: 'derivedCredential' });
    await session.expect(200, 'PATCH', profile, { eapType: 'eapTls', authenticationMethod: 'derivedCredential' });
  });

  test('rule 6: notificationType is accepted in every order and with spaces, and answered in canonical form', async () => {
    const forms = {
      none: ['none', ' none ', 'none,none'],
      companyPortal: ['companyPortal', 'companyPortal ', 'companyPortal,companyPortal'],
      email: ['email', ' email'],
      'companyPortal,email': [
        'companyPortal,email',
        'email,companyPortal',
        'companyPortal, email',
        ' email ,  companyPortal ',
        'email,companyPortal,email',
      ],
    };
    for (const [canonical, texts] of Object.entries(forms)) {
      for (const text of texts) {
        assert.equal((await update({ notificationType: text })).notificationType, canonical, text);
        assert.equal((await session.expect(200, 'GET', path)).notificationType, canonical);
      }
    }
  });

  test('rule 6: none stands alone, and what is no member is refused', async () => {
    const before = await session.expect(200, 'GET', path);
    for (const text of [
      'none,email',
      'companyPortal,none',
      'companyPortal,email,none',
      'sms',
      'email,',
      ',',
      '',
      'Email',
      '2',
    ]) {
      assert.equal((await updateRefused({ notificationType: text })).target, 'notificationType', text);
    }
    for (const value of [2, true, ['email'], {}, null]) {
      assert.equal((await updateRefused({ notificationType: value })).target, 'notificationType');
    }
    assert.deepEqual(await session.expect(200, 'GET', path), before);
  });

  test('rule 7: the threshold is a whole number from 1 to 99', async () => {
    for (const renewalThresholdPercentage of [1, 2, 20, 50, 98, 99, 30.0]) {
      assert.equal(
        (await update({ renewalThresholdPercentage })).renewalThresholdPercentage,
        renewalThresholdPercentage,
      );
    }
    const before = await session.expect(200, 'GET', path);
    for (const value of [0, -1, 100, 2 ** 31, 20.5, 1e300, '20', true, null, [20], {}]) {
      const { target } = await updateRefused({ renewalThresholdPercentage: value });
      assert.equal(target, 'renewalThresholdPercentage', String(value));
    }
    assert.deepEqual(await session.expect(200, 'GET', path), before);
  });

  test('rule 8: helpUrl is an absolute http or https URL, kept as it was sent, or null', async () => {
    for (const helpUrl of [
      'https://help.example.com',
      'http://help.example.com:8080/a/b?c=d&e=%20#f',
      'HTTPS://Help.Example.com/%C3%A9',
      'https://[2001:db8::1]/',
      'https://hilfe.example/über',
      null,
    ]) {
      assert.equal((await update({ helpUrl })).helpUrl, helpUrl);
    }
    for (const helpUrl of [
      '',
      'help',
      '/help',
      '//help.example.com/',
      'help.example.com',
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://help.example.com/',
      'mailto:help@example.com',
      'https:help.example.com',
      'https://',
      'https:///path',
      'https://help.example.com/a b',
      ' https://help.example.com/',
      'java\nscript:alert(1)',
      'https://help.example.com\\@evil.example/',
      42,
      {},
    ]) {
      assert.equal((await updateRefused({ helpUrl })).target, 'helpUrl', String(helpUrl));
    }
    assert.equal((await session.expect(200, 'GET', path)).helpUrl, null);
  });

  test('rules 6, 7 and 8 hold for a create too', async () => {
    await session.expect(204, 'DELETE', path);
    const wrong = { notificationType: 'none,email', renewalThresholdPercentage: 100, helpUrl: 'javascript:alert(1)' };
    for (const [name, value] of Object.entries(wrong)) {
      const body = { ...leastSettings, [name]: value };
      assert.equal((await session.refused(400, 'POST', 'derivedCredentials', body)).target, name);
    }
    assert.deepEqual((await session.expect(200, 'GET', 'derivedCredentials')).value, []);
    const { id } = await session.expect(201, 'POST', 'derivedCredentials', leastSettings);
    path = `derivedCredentials/${id}`;
  });
});
