// Values that the settings refuse, in an update and in a create.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused, type Refusal } from './refusals.js';
import { leastSettings, openSession, type Session } from './session.js';

let session: Session;
let settings: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

const type = 'microsoft.graph.deviceManagementDerivedCredentialSettings';
const badRequest = (target: string | undefined, message: string | RegExp): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message,
  target,
});
const unknown = (name: string, hint = '') =>
  badRequest(name, `The property '${name}' does not exist on type '${type}'.${hint && ` Did you mean '${hint}'?`}`);
const wrong = (name: string, expected: string, found: string) =>
  badRequest(name, `The property '${name}' must be ${expected}, not ${found}.`);
const notNull = (name: string) => badRequest(name, `The property '${name}' cannot be null.`);
const tooLong = (name: string, limit: number) =>
  badRequest(name, `The property '${name}' is longer than its limit of ${limit} characters.`);
const noMember = (name: string, value: string, hint = '') => {
  const enumeration =
    name === 'issuer' ? 'deviceManagementDerivedCredentialIssuer' : 'deviceManagementDerivedCredentialNotificationType';
  const members = name === 'issuer' ? 'intercede, entrustDatacard, purebred, xTec' : 'none, companyPortal, email';
  return badRequest(
    name,
    `'${value}' is not a member of 'microsoft.graph.${enumeration}', which the property '${name}' takes: ${members}.${hint && ` Did you mean '${hint}'?`}`,
  );
};
const alone = (value: string) =>
  badRequest(
    'notificationType',
    `The value '${value}' of the property 'notificationType' is invalid: 'none' stands alone.`,
  );
const threshold = (value: number) =>
  badRequest(
    'renewalThresholdPercentage',
    `The property 'renewalThresholdPercentage' must be from 1 to 99, not ${value}.`,
  );
const noInteger = (found: string) => wrong('renewalThresholdPercentage', 'a 32-bit integer', found);
const notHttp = badRequest('helpUrl', "The property 'helpUrl' must be an absolute http or https URL, or null.");
const nul = (name: string) =>
  badRequest(name, `The property '${name}' has the character U+0000, which no store keeps.`);

/** Refused alike in an update and in a create that would do without them. */
const values: readonly (readonly [Readonly<Record<string, unknown>>, Refusal])[] = [
  [{ displayname: 'a' }, unknown('displayname', 'displayName')],
  [{ helpURL: null }, unknown('helpURL', 'helpUrl')],
  [{ issuers: 'xTec' }, unknown('issuers', 'issuer')],
  [{ renewalThreshold: 20 }, unknown('renewalThreshold')],
  [{ description: 'a' }, unknown('description')],
  [{ toString: 'a' }, unknown('toString')],
  [{ hasOwnProperty: null }, unknown('hasOwnProperty')],
  [{ '': 1 }, unknown('')],
  [{ tenantId: 'a' }, unknown('tenantId')],
  [{ 'derivedCredentialSettings@odata.bind': '/beta' }, unknown('derivedCredentialSettings@odata.bind')],

  [{ displayName: null }, notNull('displayName')],
  [{ displayName: 5 }, wrong('displayName', 'a string', 'a number')],
  [{ displayName: true }, wrong('displayName', 'a string', 'a boolean')],
  [{ displayName: ['a'] }, wrong('displayName', 'a string', 'an array')],
  [{ displayName: {} }, wrong('displayName', 'a string', 'an object')],
  [{ displayName: 'a'.repeat(257) }, tooLong('displayName', 256)],
  [{ displayName: 'a\0b' }, nul('displayName')],

  [{ issuer: null }, notNull('issuer')],
  [{ issuer: 2 }, wrong('issuer', 'the name of a member', 'a number')],
  [{ issuer: ['xTec'] }, wrong('issuer', 'the name of a member', 'an array')],
  [{ issuer: '' }, noMember('issuer', '')],
  [{ issuer: '2' }, noMember('issuer', '2')],
  [{ issuer: 'entrustDataCard' }, noMember('issuer', 'entrustDataCard', 'entrustDatacard')],
  [{ issuer: 'entrustData' }, noMember('issuer', 'entrustData')],
  [{ issuer: 'Purebred' }, noMember('issuer', 'Purebred', 'purebred')],
  [{ issuer: 'xtec' }, noMember('issuer', 'xtec', 'xTec')],
  [{ issuer: 'intercede,purebred' }, noMember('issuer', 'intercede,purebred')],
  [{ issuer: ' purebred' }, noMember('issuer', ' purebred', 'purebred')],
  [{ issuer: 'unknownFutureValue' }, noMember('issuer', 'unknownFutureValue')],
  [{ issuer: 'hasOwnProperty' }, noMember('issuer', 'hasOwnProperty')],

  [{ notificationType: null }, notNull('notificationType')],
  [{ notificationType: 3 }, wrong('notificationType', 'a text of comma-joined members', 'a number')],
  [{ notificationType: ['email'] }, wrong('notificationType', 'a text of comma-joined members', 'an array')],
  [{ notificationType: '' }, noMember('notificationType', '')],
  [{ notificationType: 'sms' }, noMember('notificationType', 'sms')],
  [{ notificationType: 'email,' }, noMember('notificationType', '')],
  [{ notificationType: 'Email' }, noMember('notificationType', 'Email', 'email')],
  [{ notificationType: 'email;companyPortal' }, noMember('notificationType', 'email;companyPortal')],
  [{ notificationType: 'email companyPortal' }, noMember('notificationType', 'email companyPortal')],
  [{ notificationType: 'none,email' }, alone('none,email')],
  [{ notificationType: 'companyPortal, none' }, alone('companyPortal, none')],

  [{ renewalThresholdPercentage: 0 }, threshold(0)],
  [{ renewalThresholdPercentage: 100 }, threshold(100)],
  [{ renewalThresholdPercentage: -1 }, threshold(-1)],
  [{ renewalThresholdPercentage: 2_147_483_647 }, threshold(2_147_483_647)],
  [{ renewalThresholdPercentage: 20.5 }, noInteger('the number 20.5')],
  [{ renewalThresholdPercentage: 2_147_483_648 }, noInteger('the number 2147483648')],
  [{ renewalThresholdPercentage: '20' }, noInteger('a string')],
  [{ renewalThresholdPercentage: true }, noInteger('a boolean')],
  [{ renewalThresholdPercentage: [20] }, noInteger('an array')],
  [{ renewalThresholdPercentage: null }, notNull('renewalThresholdPercentage')],

  [{ helpUrl: 5 }, wrong('helpUrl', 'a string', 'a number')],
  [{ helpUrl: `https://help.example.com/${'a'.repeat(2048)}` }, tooLong('helpUrl', 2048)],
  [{ helpUrl: 'https://help.example.com/\0' }, nul('helpUrl')],
  ...[
    '',
    'help',
    '/help',
    './help',
    '?q=https://help.example.com',
    '//help.example.com/',
    'help.example.com',
    'javascript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'JaVaScRiPt:alert(1)',
    'javascript://https://help.example.com/%0aalert(1)',
    ' javascript:alert(1)',
    '\tjavascript:alert(1)',
    'java\tscript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:msgbox(1)',
    'data:text/html,<script>alert(1)</script>',
    'DATA:text/html;base64,PGI+',
    'blob:https://help.example.com/1',
    'file:///etc/passwd',
    'ftp://help.example.com/',
    'mailto:help@example.com',
    'ms-settings:',
    'https',
    'https:',
    'https://',
    'https:///help',
    'https://?q',
    'https://#f',
    'http:help.example.com',
    'http:/help.example.com',
    'https:\\\\help.example.com',
    'https:/\\help.example.com',
    'https:\\/help.example.com',
    'https://help.example.com\\@evil.example/',
    'https://help.example.com/a\\b',
    ' https://help.example.com/',
    'https://help.example.com/ ',
    'https://help.example.com/a b',
    'https://help.example.com/\n',
    'https://help.example.com/\r\nSet-Cookie: a=b',
    'ht\ttps://help.example.com/',
    'https://help\t.example.com/',
    'https://help.example.com/\u0085',
    'https://help.example.com/\u2028',
    'https://help example.com/',
    'https://[::1',
    'https://help.example.com:99999/',
    'https://%zz/',
    'https://@/',
  ].map((helpUrl) => [{ helpUrl }, notHttp] as const),

  [
    { '@odata.type': '#microsoft.graph.iosVpnConfiguration' },
    badRequest(
      '@odata.type',
      `The type 'microsoft.graph.iosVpnConfiguration' given as @odata.type is not '${type}' and not derived from it.`,
    ),
  ],
  ...[
    '#microsoft.graph.nope',
    'deviceManagementDerivedCredentialSettings',
    '',
    '##microsoft.graph.entity',
    '#Edm.String',
  ].map(
    (name) =>
      [
        { '@odata.type': name },
        badRequest('@odata.type', `A type named '${name.replace(/^#/, '')}' could not be resolved by the model.`),
      ] as const,
  ),
  [{ '@odata.type': 5 }, badRequest('@odata.type', "A type named '5' could not be resolved by the model.")],
  [{ '@odata.type': null }, badRequest('@odata.type', "A type named 'null' could not be resolved by the model.")],
];

const shown = (body: object): string => JSON.stringify(body).slice(0, 90);

describe('an update of the settings', () => {
  for (const [body, refusal] of values) {
    test(`with ${shown(body)} is refused`, () => assertRefused(session, 'PATCH', settings, { body }, refusal));
  }

  test('is refused whole when one of its values is', async () => {
    const body = { displayName: 'new', helpUrl: null, issuer: 'xTec', renewalThresholdPercentage: 0 };
    await assertRefused(session, 'PATCH', settings, { body }, threshold(0));
  });

  test('cannot change the id, nor spell it otherwise', async () => {
    const { settingsId = '' } = session.development;
    for (const id of ['other', settingsId.toUpperCase(), `${settingsId} `, '', null, 5, [settingsId]]) {
      const refusal = badRequest('id', "The property 'id' cannot be changed by an update.");
      await assertRefused(session, 'PATCH', settings, { body: { id, displayName: 'a' } }, refusal);
    }
  });

  test('by each route of a profile is refused in the same words', async () => {
    const refusal = noMember('issuer', 'entrustDataCard', 'entrustDatacard');
    for (const [name, id] of Object.entries(session.development.profiles)) {
      for (const cast of ['', `/microsoft.graph.${name}`]) {
        const path = `deviceConfigurations/${id}${cast}/derivedCredentialSettings`;
        await assertRefused(session, 'PATCH', path, { body: { issuer: 'entrustDataCard' } }, refusal);
        await assertRefused(session, 'PATCH', path, { body: { renewalThresholdPercentage: 100 } }, threshold(100));
      }
    }
  });

  test('that names a version that is gone is refused: 412, with the entity tag of the one that is', async () => {
    const { headers } = await session.send('GET', settings);
    const stale = String(headers.etag).replace(/\d+"$/, '999"');
    for (const tag of [stale, '"x"', 'W/"x", "y"', '""']) {
      await assertRefused(
        session,
        'PATCH',
        settings,
        { body: { displayName: 'a' }, headers: { 'if-match': tag } },
        {
          status: 412,
          code: 'PreconditionFailed',
          message: 'The object has changed since the version that If-Match names.',
          target: 'If-Match',
          headers: { etag: String(headers.etag) },
        },
      );
    }
  });

  for (const tag of ['', 'x', '"x', 'W/x', 'w/"x"', '"x" "y"', ',', '*, "x"', `"${'x'.repeat(5000)}"`]) {
    test(`with the If-Match ${tag.slice(0, 20)} is refused`, async () => {
      const options = { body: { displayName: 'a' }, headers: { 'if-match': tag } };
      const message = "The header 'If-Match' is malformed: it must be * or a list of quoted entity tags.";
      await assertRefused(session, 'PATCH', settings, options, badRequest('If-Match', message));
    });
  }

  for (const helpUrl of [
    'https://help.example.com',
    'HTTP://HELP.EXAMPLE.COM/?q=1#f',
    'https://user:password@help.example.com:8443/a%20b;c/..;/d?e=https://f',
    'http://127.0.0.1/',
    'https://[::1]:8443/',
    'https://hélp.example.com/ä',
    `https://help.example.com/${'a'.repeat(2023)}`,
  ]) {
    test(`keeps the helpUrl ${helpUrl.slice(0, 80)} as it was sent`, async () => {
      const answer = await session.send('PATCH', settings, { body: { helpUrl } });
      assert.equal(answer.json.helpUrl, helpUrl, answer.text);
    });
  }
});

describe('a create of settings', () => {
  for (const [body, refusal] of values) {
    test(`with ${shown(body)} is refused`, async () => {
      const whole = { ...leastSettings, ...body };
      await assertRefused(session, 'POST', 'derivedCredentials', { body: whole }, refusal);
    });
  }
  for (const name of ['displayName', 'issuer'] as const) {
    test(`without ${name} is refused`, async () => {
      const { [name]: _, ...body } = leastSettings;
      const refusal = badRequest(name, `The property '${name}' is required.`);
      await assertRefused(session, 'POST', 'derivedCredentials', { body }, refusal);
    });
  }
  test('beside settings that exist is refused: 409', async () => {
    await assertRefused(
      session,
      'POST',
      'derivedCredentials',
      { body: leastSettings },
      {
        status: 409,
        code: 'Conflict',
        message: `The tenant already has derived credential settings, '${session.development.settingsId}'. A tenant has one at a time.`,
      },
    );
  });
});
