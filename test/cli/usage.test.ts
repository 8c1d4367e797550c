// The command line's help, and the exit code of wrong usage.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { offshoot, temporaryFolder } from './program.js';

const uuid = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const production = [
  '--issuer',
  'https://idp.example.org/',
  '--jwks',
  'keys.json',
  '--public-url',
  'https://g.example.org',
];

describe('offshoot', { concurrency: 4 }, () => {
  for (const [command, ...words] of [
    [[], 'serve', 'token', 'tenant'],
    [['serve'], '--dev', '--host', '--port', '--http-port', '--data', '--json', '8443', '8080', './data', '127.0.0.1'],
    [['token'], '--scope', '--app', '--role', '--tenant', '--user', '--expires', '--data'],
    [['tenant'], 'add', 'list', 'set-license'],
    [['tenant', 'add'], '--license', '--data', 'active', 'expired', 'absent'],
    [['tenant', 'list'], '--data'],
    [['simulate'], 'list', 'set', 'add', 'clear'],
    [['simulate', 'add'], '--throttle', '--error', '--latency', '--license', '--eventual-delay', '--url', '--token'],
    [['state'], 'reset', 'snapshot', 'list', 'restore', 'remove'],
    [['tenant', 'set-license'], '--data', 'active', 'expired', 'absent'],
  ] as [string[], ...string[]][]) {
    test(`tells its usage: ${[...command, '--help'].join(' ')}`, async () => {
      const { code, stdout, stderr } = await offshoot(...command, '--help');
      assert.deepEqual([code, stderr], [0, '']);
      for (const word of words) assert.ok(stdout.includes(word), `${word} in ${stdout}`);
    });
  }

  test("tells its version, which is the package's", async () => {
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    assert.deepEqual(await offshoot('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const [what, args, sentence] of [
    ['no command', [], /Usage: offshoot/],
    ['an unknown command', ['sevre'], /unknown command 'sevre'/],
    ['an unknown option', ['serve', '--dve'], /unknown option '--dve'/],
    ['an argument too many', ['serve', 'now'], /too many arguments/],
    ['a port that is no number', ['serve', '--dev', '--port', 'http'], /--port.*whole number from 0 to 65535/],
    ['a port beyond the last', ['serve', '--dev', '--port', '65536'], /--port.*whole number from 0 to 65535/],
    ['a negative port', ['serve', '--dev', '--http-port=-1'], /--http-port.*whole number/],
    ['a limit of no page', ['serve', '--dev', '--page-size', '0'], /--page-size.*whole number from 1 to 100000/],
    ['a limit beyond the store', ['serve', '--dev', '--expand-depth', '5'], /--expand-depth.*number from 0 to 4/],
    ['an option without its value', ['serve', '--data'], /argument missing/],
    ['a host beyond loopback in development mode', ['serve', '--dev', '--host', '0.0.0.0'], /loopback/],
    [
      'development mode beyond loopback without it',
      ['serve', '--dev-beyond-loopback', ...production],
      /goes with --dev/,
    ],
    [
      'a name that is not loopback in development mode',
      ['serve', '--dev', '--host', 'localhost.example.org'],
      /loopback/,
    ],
    [
      'a loopback address that the certificate does not have',
      ['serve', '--dev', '--host', '127.0.0.5'],
      /not for 127\.0\.0\.5/,
    ],
    ['everybody as a proxy', ['serve', '--dev', '--trust-proxy', '0.0.0.0/0'], /--trust-proxy must be an address/],
    ['a proxy by its name', ['serve', '--dev', '--trust-proxy', 'proxy.example'], /--trust-proxy must be an address/],
    [
      'a further host that is none',
      ['serve', ...production, '--plain-http', '--allow-host', 'a/b'],
      /--allow-host must be/,
    ],
    [
      'a production option in development mode',
      ['serve', '--dev', '--plain-http'],
      /--plain-http belongs to production/,
    ],
    ['a port that nobody listens on', ['serve', ...production, '--plain-http', '--port', '1'], /not on --port/],
    [
      'a plain port beside certificates',
      ['serve', ...production, '--tls-cert', 'x', '--tls-key', 'y', '--http-port', '1'],
      /--http-port goes with --plain-http/,
    ],
    ['an issuer given twice', ['serve', ...production, ...production, '--plain-http'], /--issuer is given twice/],
    [
      'a data folder without a name',
      ['serve', '--dev', '--data', ''],
      /--data <folder>' argument '' is invalid\. It must be a text/,
    ],
    ['a certificate in development mode', ['serve', '--dev', '--tls-cert', 'x'], /--tls-cert belongs to production/],
    [
      'production mode without a public URL',
      ['serve', '--plain-http', ...production.slice(0, 4)],
      /needs --public-url/,
    ],
    ['production mode without an issuer', ['serve', '--plain-http', ...production.slice(4)], /needs an --issuer/],
    [
      'an issuer without keys whose name is no https URL',
      ['serve', '--plain-http', '--issuer', 'http://idp.example.org/', ...production.slice(4)],
      /--issuer without --jwks must be an https URL/,
    ],
    [
      'keys behind a password, which is not told',
      ['serve', '--plain-http', '--issuer', 'idp', '--jwks', 'https://u:secret@idp.example/', ...production.slice(4)],
      /--jwks of an --issuer must not contain a user name or password(?!.*secret)/s,
    ],
    [
      'keys at plain http',
      ['serve', '--plain-http', '--issuer', 'idp', '--jwks', 'http://127.0.0.1:1/', ...production.slice(4)],
      /--jwks of an --issuer must be an https URL/,
    ],
    [
      'more key sets than issuers',
      ['serve', '--plain-http', ...production, '--jwks', 'more.json'],
      /each --issuer that is a name needs its --jwks/,
    ],
    [
      'a second issuer that could speak for the tenants of the first',
      ['serve', '--plain-http', ...production, '--issuer', '{"issuer":"https://b.example","tenants":["*"]}'],
      /each needs its tenants: 'https:\/\/idp\.example\.org\/'/,
    ],
    [
      'an issuer with a property that is none',
      ['serve', ...production, '--issuer', '{"issuer":"https://b.example","tenat":"x"}'],
      /'tenat', which is no property of an issuer\. Did you mean 'tenants'/,
    ],
    [
      'an issuer with a claim that is none',
      ['serve', ...production, '--issuer', '{"issuer":"https://b.example","claims":{"scp":"scope"}}'],
      /'claims', which must be an object with tenant, scopes/,
    ],
    ['an issuer in JSON that is none', ['serve', ...production, '--issuer', '{issuer:1}'], /a text or an object/],
    ['an issuer without a name', ['serve', ...production, '--issuer', '{"jwks":"x"}'], /an object without 'issuer'/],
    ['production mode without certificate or --plain-http', ['serve', ...production], /--tls-cert with --tls-key/],
    ['a certificate without its key', ['serve', ...production, '--tls-cert', 'c.pem'], /--tls-cert with --tls-key/],
    [
      'a public URL with a path',
      ['serve', ...production.slice(0, 4), '--public-url', 'https://g.example.org/beta', '--plain-http'],
      /--public-url must be an origin/,
    ],
    ['a role without --app', ['token', '--role', 'X'], /--role belongs to an application/],
    ['a scope with --app', ['token', '--app', '--scope', 'X'], /--app goes with --role/],
    ['a tenant that is no UUID', ['token', '--tenant', 'contoso.com'], /A tenant is a UUID/],
    ['a time without a unit', ['token', '--expires', '3600'], /whole number and s, m, h or d/],
    ['tenant without a command', ['tenant'], /Usage: offshoot tenant/],
    ['tenant add without an id', ['tenant', 'add'], /missing required argument 'id'/],
    ['tenant add with a bad id', ['tenant', 'add', 'contoso.com'], /A tenant is a UUID/],
    [
      'the tenant of personal accounts',
      ['tenant', 'add', '9188040D-6c67-4c5b-b112-36a304b66dad'],
      /personal Microsoft accounts, who are always refused/,
    ],
    ['a tenant name that steers a terminal', ['tenant', 'add', uuid, '--name', 'a\u001b[31m'], /control character/],
    ['an unknown licence', ['tenant', 'set-license', uuid, 'paid'], /Allowed choices are/],
    ['a licence left out', ['tenant', 'set-license', uuid], /missing required argument/],
  ] as [string, string[], RegExp][]) {
    test(`refuses with exit code 2: ${what}`, async (t) => {
      // A mistake in this test must not make ./data.
      const safe = args.length > 1 && !args.includes('--data') ? ['--data', await temporaryFolder(t)] : [];
      const { code, stdout, stderr } = await offshoot(...args, ...safe);
      assert.match(stderr, sentence);
      assert.deepEqual([code, stdout], [2, '']);
      assert.doesNotMatch(stderr, /^\s+at /m, 'no stack');
    });
  }
});
