// Bodies that are deep, long, many or ambiguous, wherever a body is taken: refused in words, or read for what they are.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { leastProfiles, openSession, type Session } from '../http/session.js';
import { type Answer, call } from '../support.js';
import { keptBy } from './kept.js';

let session: Session;
/** Everything that takes a body: its method, its path below /beta, and what a body that is taken looks like around `{}`. */
let places: readonly (readonly [string, string, (text: string) => string])[];
before(async () => {
  session = await openSession();
  const settings = `/deviceManagement/derivedCredentials/${session.development.settingsId}`;
  const vpn = `/deviceManagement/deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
  const plain = (text: string): string => text;
  const head = '"id":"1","method":"PATCH","headers":{"Content-Type":"application/json"}';
  places = [
    ['PATCH', settings, plain],
    ['PATCH', `${vpn}/derivedCredentialSettings`, plain],
    ['PATCH', vpn, plain],
    ['POST', '/deviceManagement/deviceConfigurations', plain],
    ['POST', `${vpn}/assign`, plain],
    ['PUT', `${vpn}/derivedCredentialSettings/$ref`, plain],
    ['POST', '/$batch', plain],
    ['POST', '/$batch', (text) => `{"requests":[{${head},"url":"${settings}","body":${text}}]}`],
  ];
});
after(() => session.close());

const send = (method: string, path: string, body: string | Buffer, headers = {}): Promise<Answer> =>
  call(session.server, method, `/beta${path}`, { body, headers });

const repeated = (text: string, times: number): string => text.repeat(times);
const keys = (count: number): string => Array.from({ length: count }, (_, n) => `"k${n}":0`).join();

const bodies: Readonly<Record<string, () => string>> = {
  'objects 100,000 deep': () => `${repeated('{"a":', 1e5)}1${repeated('}', 1e5)}`,
  'arrays 100,000 deep': () => `{"x@y.z":${repeated('[', 1e5)}${repeated(']', 1e5)}}`,
  'arrays a million deep': () => `{"x@y.z":${repeated('[', 1e6)}${repeated(']', 1e6)}}`,
  'objects and arrays 100,000 deep': () => `{"x@y.z":${repeated('[{"a":', 5e4)}1${repeated('}]', 5e4)}}`,
  'a million open brackets': () => repeated('[', 1e6),
  'a million open braces': () => repeated('{"a":', 8e5),
  'objects one deeper than the limit': () => `{"x@y.z":${repeated('{"a":', 64)}1${repeated('}', 64)}}`,
  '300,000 names that nobody knows': () => `{${keys(300_000)}}`,
  'a name of a megabyte': () => `{"${repeated('n', 1e6)}":1}`,
  'a value of a megabyte': () => `{"displayName":"${repeated('v', 1e6)}","@odata.id":"${repeated('v', 1e6)}"}`,
  'a name twice, 300,000 others between': () => `{"k0":0,${keys(300_000)}}`,
  'a name twice, spelled in two ways': () => '{"displayName":"a","display\\u004eame":"b"}',
  '1e400': () => '{"x@y.z":1e400}',
  '-1e400': () => '{"x@y.z":-1e400}',
  'a number of a million digits': () => `{"x@y.z":${repeated('9', 1e6)}}`,
  'an exponent of a million digits': () => `{"x@y.z":1e${repeated('9', 1e6)}}`,
  'half of a surrogate pair': () => '{"x@y.z":"\\ud83d"}',
  'half of a surrogate pair in a name': () => '{"\\udead@y.z":1}',
  'a byte order mark': () => '\ufeff{}',
  'NaN': () => '{"x@y.z":NaN}',
  'no end': () => '{"x@y.z":"',
  'an end too many': () => '{}}',
  'U+0000 around it': () => '\0{}\0',
}; // biome-ignore format: a table

describe('a body with', () => {
  for (const [what, make] of Object.entries(bodies)) {
    test(`${what} is refused wherever one is taken, and nothing comes of it`, async () => {
      const before = await keptBy(session);
      const body = make();
      for (const [method, path, around] of places) {
        const { status, json, text } = await send(method, path, around(body));
        const own = status === 200 && path === '/$batch' ? json.responses[0].status : status;
        assert.equal(own, 400, `${method} ${path}: ${text.slice(0, 300)}`);
        assert.ok(text.length < 3000, 'what was sent is not sent back at length');
      }
      assert.equal(await keptBy(session), before);
    });
  }

  test('more bytes than the limit is refused, declared or in chunks', async () => {
    const before = await keptBy(session);
    const body = `{"x@y.z":"${repeated('a', 5_000_000)}"}`;
    for (const [method, path, around] of places) {
      assert.equal((await send(method, path, around(body))).status, 413);
      const chunked = { 'transfer-encoding': 'chunked', 'content-length': undefined };
      assert.equal((await send(method, path, around(body), chunked)).status, 413);
    }
    assert.equal(await keptBy(session), before);
  });

  test('another encoding or charset is refused: nothing is unpacked here', async () => {
    const before = await keptBy(session);
    // A gigabyte, had anybody unpacked it.
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '));
    const packed = [
      ['gzip', bomb],
      ['x-gzip', bomb],
      ['gzip, gzip', gzipSync(bomb)],
      ['deflate', deflateSync('{}')],
      ['br', brotliCompressSync('{}')],
      ['zstd', Buffer.from('28b52ffd', 'hex')],
    ] as const;
    for (const [method, path] of places) {
      for (const [encoding, body] of packed) {
        assert.equal((await send(method, path, body, { 'content-encoding': encoding })).status, 415, encoding);
        // Without the header it is no JSON.
        assert.equal((await send(method, path, body)).status, 400, encoding);
      }
      for (const charset of ['utf-16', 'utf-16le', 'utf-32', 'utf-7', 'iso-8859-1', 'shift_jis', 'x', '"utf-8;']) {
        const headers = { 'content-type': `application/json;charset=${charset}` };
        assert.equal((await send(method, path, '{}', headers)).status, 415, charset);
      }
      for (const encoding of ['utf16le', 'latin1'] as const) {
        assert.equal((await send(method, path, Buffer.from('{"displayName":"é"}', encoding))).status, 400, encoding);
      }
    }
    assert.equal(await keptBy(session), before);
  });
});

test('as much as the limits allow is read for what it is', async () => {
  const settings = `/deviceManagement/derivedCredentials/${session.development.settingsId}`;
  for (const body of [
    `{"x@y.z":${repeated('{"a":', 62)}1${repeated('}', 62)}}`,
    `{${Array.from({ length: 250_000 }, (_, n) => `"k${n}@y.z":0`).join()}}`,
    `{"x@y.z":[${repeated('[],', 1e6)}[]]}`,
    `{"x@y.z":[${repeated('{},', 1e6)}{}]}`,
    `{"x@y.z":[${repeated('1e-400,', 5e5)}0]}`,
    `{"x@y.z":"${repeated('\\ud83d\\ude00', 3e5)}"}`,
    `${repeated(' ', 4e6)}{}`,
  ]) {
    const { status, text } = await send('PATCH', settings, body);
    assert.equal(status, 200, text);
  }
});

test('every list of the model has an end, and every text', async () => {
  const before = await keptBy(session);
  const vpn = leastProfiles.iosVpnConfiguration;
  for (const more of [
    { roleScopeTagIds: Array(501).fill('0') },
    { roleScopeTagIds: ['x'.repeat(1025)] },
    { onDemandRules: Array(501).fill({}) },
    { excludeList: Array(100_000).fill('x') },
    { displayName: 'x'.repeat(257) },
    { description: 'x'.repeat(100_000) },
    { server: { address: 'x'.repeat(100_000) } },
  ]) {
    await session.refused(400, 'POST', 'deviceConfigurations', { ...vpn, ...more });
  }
  const links = Array(101).fill('/deviceManagement/deviceConfigurations/x');
  const wifi = {
    ...leastProfiles.iosEnterpriseWiFiConfiguration,
    'rootCertificatesForServerValidation@odata.bind': links,
  };
  await session.refused(400, 'POST', 'deviceConfigurations', wifi);
  assert.equal(await keptBy(session), before);
});
