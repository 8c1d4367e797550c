// Bodies that are no JSON object with one meaning, and media types that are not ours.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { assertRefused, type Refusal } from './refusals.js';
import { leastProfiles, openSession, type Session } from './session.js';

let session: Session;
let settings: string;
before(async () => {
  session = await openSession();
  settings = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

const badRequest = (message: string | RegExp, target?: string): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message,
  target,
});
const notJson = (reason: string) => badRequest(`Unable to read JSON request payload: ${reason}.`);
const illFormed = badRequest(/^Unable to read JSON request payload: it is not well-formed JSON/);
const notObject = (found: string) => notJson(`an object is expected, not ${found}`);
const twice = (name: string, target = name) =>
  badRequest(`Unable to read JSON request payload: the name '${name}' occurs more than once in an object.`, target);
const forbidden = (name: string, target = name) =>
  badRequest(`Unable to read JSON request payload: the name '${name}' is not allowed.`, target);

const empty = badRequest('Empty Payload. JSON content expected.');
const halfPair = notJson('it has half of a surrogate pair');
const outOfRange = notJson('it has a number that is out of range');
const tooDeep = notJson('it is nested deeper than the limit of 64');

const bodies: readonly (readonly [string, string | Buffer, Refusal])[] = [
  ['nothing', '', empty],
  ['white space', ' \r\n\t ', empty],
  ['a no-break space', '\u00a0', illFormed],
  ['half an object', '{"displayName":"a"', illFormed],
  ['names without quotes', '{displayName:"a"}', illFormed],
  ['single quotes', "{'displayName':'a'}", illFormed],
  ['a trailing comma', '{"displayName":"a",}', illFormed],
  ['a comment', '{"displayName":"a"/**/}', illFormed],
  ['two objects', '{}{}', illFormed],
  ['a leading zero', '{"renewalThresholdPercentage":020}', illFormed],
  ['a hexadecimal number', '{"renewalThresholdPercentage":0x14}', illFormed],
  ['NaN', '{"renewalThresholdPercentage":NaN}', illFormed],
  ['Infinity', '{"renewalThresholdPercentage":Infinity}', illFormed],
  ['undefined', '{"helpUrl":undefined}', illFormed],
  ['a line break in a string', '{"displayName":"a\nb"}', illFormed],
  ['an unknown escape', '{"displayName":"\\x41"}', illFormed],
  ['XML', '<deviceManagementDerivedCredentialSettings/>', illFormed],
  ['a form', 'displayName=a&issuer=xTec', illFormed],
  ['a byte order mark', '\ufeff{"displayName":"a"}', illFormed],
  ['UTF-16', Buffer.from('{"displayName":"a"}', 'utf16le'), illFormed],
  ['UTF-16 with its mark', Buffer.from('\ufeff{"displayName":"a"}', 'utf16le'), notJson('it is not UTF-8')],
  ['Latin-1', Buffer.from('{"displayName":"\xe9"}', 'latin1'), notJson('it is not UTF-8')],
  ['an overlong form', Buffer.from('7b2261223a22c080227d', 'hex'), notJson('it is not UTF-8')],
  ['a surrogate in UTF-8', Buffer.from('7b2261223a22eda080227d', 'hex'), notJson('it is not UTF-8')],
  ['a cut character', Buffer.from('7b2261223a22f09f98', 'hex'), notJson('it is not UTF-8')],
  ['an array', '[{"displayName":"a"}]', notObject('an array')],
  ['null', 'null', notObject('null')],
  ['a string', '"displayName"', notObject('a string')],
  ['a number', '1', notObject('a number')],
  ['true', 'true', notObject('a boolean')],
  ['a name twice', '{"displayName":"a","displayName":"b"}', twice('displayName')],
  ['a name twice with one value', '{"issuer":"xTec","helpUrl":null,"issuer":"xTec"}', twice('issuer')],
  ['a name twice, once escaped', '{"issuer":"xTec","iss\\u0075er":"purebred"}', twice('issuer')],
  ['an annotation twice', '{"@odata.type":"a","@odata.type":"b"}', twice('@odata.type')],
  ['an unknown name twice', '{"":1,"":2}', twice('')],
  ['a name twice in an ignored value', '{"x@y.z":[{"a":1,"a":2}]}', twice('a', 'x@y.z[0]/a')],
  ['__proto__', '{"__proto__":{"issuer":"xTec"}}', forbidden('__proto__')],
  ['__proto__, escaped', '{"\\u005f_proto__":{"issuer":"xTec"}}', forbidden('__proto__')],
  ['__proto__ in an ignored value', '{"x@y.z":{"__proto__":{}}}', forbidden('__proto__', 'x@y.z/__proto__')],
  ['constructor', '{"constructor":{"prototype":{"issuer":"xTec"}}}', forbidden('constructor')],
  ['prototype', '{"prototype":1}', forbidden('prototype')],
  ['half of a surrogate pair', '{"displayName":"\\ud83d"}', halfPair],
  ['the other half', '{"displayName":"a\\ude00b"}', halfPair],
  ['the halves in the wrong order', '{"displayName":"\\ude00\\ud83d"}', halfPair],
  ['half of a pair in a name', '{"\\ud800@a.b":1}', halfPair],
  ['1e400', '{"renewalThresholdPercentage":1e400}', outOfRange],
  ['-1e400', '{"renewalThresholdPercentage":-1E+400}', outOfRange],
  ['a number of 400 digits', `{"renewalThresholdPercentage":${'9'.repeat(400)}}`, outOfRange],
  ['1e400 in an ignored value', '{"x@y.z":[{"a":[1e400]}]}', outOfRange],
  ['arrays 100000 deep', `{"x@y.z":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, tooDeep],
  ['objects 100000 deep', `${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`, tooDeep],
  ['100000 open brackets', '['.repeat(1e5), illFormed],
  ['a million names', `{${Array.from({ length: 2e5 }, (_, i) => `"n${i}":1`).join()},"n0":1}`, twice('n0')],
  [
    'more than 4 MB',
    `{"x@y.z":"${'a'.repeat(4 * 1024 * 1024)}"}`,
    {
      status: 413,
      code: 'RequestEntityTooLarge',
      message: 'The request body is larger than the limit of 4194304 bytes.',
    },
  ],
];

describe('a body that is', () => {
  for (const [name, body, refusal] of bodies) {
    test(`${name} is refused: ${refusal.status}`, async () => {
      await assertRefused(session, 'PATCH', settings, { body }, refusal);
    });
  }

  test('no JSON is refused by every operation that takes one', async () => {
    const profile = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    for (const [method, path] of [
      ['POST', 'derivedCredentials'],
      ['POST', 'deviceConfigurations'],
      ['PATCH', profile],
      ['PATCH', `${profile}/derivedCredentialSettings`],
      ['PUT', `${profile}/derivedCredentialSettings/$ref`],
    ] as const) {
      await assertRefused(session, method, path, { body: '' }, empty);
      await assertRefused(session, method, path, { body: '[]' }, notObject('an array'));
      await assertRefused(session, method, path, { body: '{"a":1,"a":1}' }, twice('a'));
    }
  });

  test('a create with a name twice in a nested object tells the path of the name', async () => {
    const { server, ...rest } = leastProfiles.iosVpnConfiguration;
    const text = JSON.stringify(rest).replace(/}$/, ',"server":{"address":"a","description":"b","address":"c"}}');
    assert.ok(server);
    await assertRefused(session, 'POST', 'deviceConfigurations', { body: text }, twice('address', 'server/address'));
  });

  test('exactly as long as the limit is read', async () => {
    const frame = '{"x@y.z":""}';
    const body = frame.replace('""', `"${'a'.repeat(4 * 1024 * 1024 - frame.length)}"`);
    assert.equal((await session.send('PATCH', settings, { body })).status, 200);
  });

  test('full of odd but sound JSON is read', async () => {
    const body =
      ' {"x@y.z":[1e308,-0,"\\ud83d\\ude00",{"hasOwnProperty":1,"toString":2}],\n"display\\u004eame":"\\ud83d\\ude00" } ';
    const answer = await session.send('PATCH', settings, { body });
    assert.equal(answer.json.displayName, '😀');
  });
});

describe('a Content-Type', () => {
  const body = '{"displayName":"a"}';
  const unsupported = (value: string, header = 'Content-Type'): Refusal => ({
    status: 415,
    code: 'UnsupportedMediaType',
    message: `The ${header} '${value}' is not supported; send application/json in UTF-8, not compressed.`,
    target: header,
  });
  for (const type of [
    'text/plain',
    'text/json',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/merge-patch+json',
    'application/json-patch+json',
    'application/jsonx',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json;charset="utf-7"',
    'application/*',
    '*/*',
    'json',
  ]) {
    test(`${type} is refused: 415`, async () => {
      await assertRefused(session, 'PATCH', settings, { body, headers: { 'content-type': type } }, unsupported(type));
    });
  }
  test('that is missing or empty is refused: 415', async () => {
    for (const type of [undefined, '']) {
      await assertRefused(session, 'PATCH', settings, { body, headers: { 'content-type': type } }, unsupported(''));
    }
  });
  test('is judged before the body, and by every operation that takes one', async () => {
    const headers = { 'content-type': 'text/plain' };
    const profile = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
    for (const [method, path] of [
      ['POST', 'derivedCredentials'],
      ['POST', 'deviceConfigurations'],
      ['PATCH', profile],
      ['PATCH', `${profile}/derivedCredentialSettings`],
      ['PUT', `${profile}/derivedCredentialSettings/$ref`],
    ] as const) {
      await assertRefused(session, method, path, { body: '{', headers }, unsupported('text/plain'));
    }
  });
  for (const [encoding, packed] of [
    ['gzip', gzipSync(body)],
    ['GZIP', gzipSync(body)],
    ['br', brotliCompressSync(body)],
    ['deflate', deflateSync(body)],
    ['gzip, identity', gzipSync(body)],
    ['gzip', Buffer.from(body)],
  ] as const) {
    test(`with Content-Encoding ${encoding} is refused: 415`, async () => {
      const headers = { 'content-encoding': encoding };
      await assertRefused(
        session,
        'PATCH',
        settings,
        { body: packed, headers },
        unsupported(encoding, 'Content-Encoding'),
      );
    });
  }
  for (const type of [
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset="UTF-8"',
    'application/json; charset=utf8',
    'application/json;odata.metadata=minimal;IEEE754Compatible=false',
    'application/json; odata.type=x',
  ]) {
    test(`${type} is JSON in UTF-8`, async () => {
      const answer = await session.send('PATCH', settings, {
        body: '{}',
        headers: { 'content-type': type, 'content-encoding': 'identity' },
      });
      assert.equal(answer.status, 200, answer.text);
    });
  }
});

describe('an Accept', () => {
  const notAcceptable = (accept: string): Refusal => ({
    status: 406,
    code: 'NotAcceptable',
    message: `None of the media types in Accept '${accept}' can be produced; this resource is application/json.`,
    target: 'Accept',
  });
  for (const accept of [
    'text/html',
    'application/xml',
    'application/atom+xml, text/*',
    'application/json;q=0',
    'application/json;q=0.0, text/html',
    '*/*;q=0',
    'application/json;q=0, */*',
    'application/json;odata.metadata=some',
    'application/json;charset=utf-16',
    'application/json;IEEE754Compatible=maybe',
    'image/*',
    'application',
  ]) {
    test(`${accept} is refused: 406, for the read and the update`, async () => {
      const headers = { accept };
      await assertRefused(session, 'GET', settings, { headers }, notAcceptable(accept));
      await assertRefused(session, 'PATCH', settings, { headers, body: '{"displayName":"a"}' }, notAcceptable(accept));
    });
  }
  for (const accept of [
    undefined,
    '*/*',
    'application/*',
    'application/json',
    'APPLICATION/JSON',
    'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    'text/html, application/xml;q=0.9, */*;q=0.1',
    'application/json;odata.metadata=full;q=0.9, application/json',
  ]) {
    test(`${accept ?? 'that is missing'} is answered with JSON`, async () => {
      const answer = await session.send('GET', settings, { headers: { accept } });
      assert.equal(answer.status, 200);
      assert.match(String(answer.headers['content-type']), /^application\/json;odata.metadata=minimal;/);
    });
  }
});
