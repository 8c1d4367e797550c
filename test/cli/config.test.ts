// Settings from a file, the environment and options, and what is said of those that are wrong.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { gatherSettings, settingsFile } from '../../src/config/index.js';
import { offshootIn, temporaryFolder } from './program.js';

async function folderWith(t: TestContext, content: unknown): Promise<{ cwd: string; file: string }> {
  const cwd = await temporaryFolder(t);
  const file = join(cwd, settingsFile);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return { cwd, file };
}

const settings = (file: string, environment = {}, flags = {}) => gatherSettings({ flags, environment, file }).values;

describe('a setting', () => {
  test('is taken from the option, else the environment, else the file', async (t) => {
    const { file } = await folderWith(t, { dev: true, pageSize: 10, filterDepth: 10, filterList: 10 });
    const environment = { OFFSHOOT_PAGE_SIZE: '20', OFFSHOOT_FILTER_DEPTH: '20' };
    const values = settings(file, environment, { pageSize: 30 });
    assert.deepEqual(values, { dev: true, pageSize: 30, filterDepth: 20, filterList: 10 });
  });

  test('is a list with commas, a flag by its word or number, and nothing where it is empty, in the environment', async (t) => {
    const { file } = await folderWith(t, { audience: ['a'], allowHost: ['a.example', 'b.example'] });
    const environment = {
      OFFSHOOT_DEV: '1',
      OFFSHOOT_INTUNE_ERRORS: 'false',
      OFFSHOOT_AUDIENCE: 'b, c',
      OFFSHOOT_PORT: '',
    };
    assert.deepEqual(settings(file, environment), {
      dev: true,
      intuneErrors: false,
      audience: ['b', 'c'],
      allowHost: ['a.example', 'b.example'],
    });
  });

  test('of issuers is names with commas or JSON in the environment, and one of either for each option', async (t) => {
    const { file } = await folderWith(t, {});
    const issuer = { issuer: 'https://a.example', tenants: ['*'] };
    const inEnvironment = (text: string) => settings(file, { OFFSHOOT_ISSUER: text }).issuer;
    assert.deepEqual(inEnvironment('https://a.example, https://b.example'), ['https://a.example', 'https://b.example']);
    assert.deepEqual(inEnvironment(JSON.stringify(issuer)), [issuer]);
    assert.deepEqual(inEnvironment(JSON.stringify(['https://b.example', issuer])), ['https://b.example', issuer]);
    const { problems } = gatherSettings({ flags: {}, environment: { OFFSHOOT_ISSUER: '[{' }, file });
    assert.match(problems[0]?.reason ?? '', /must be a list of issuers/);
  });

  test('that the environment turns on is turned off by --no-…', async (t) => {
    const { cwd } = await folderWith(t, {});
    const variables = { OFFSHOOT_DEV: 'true', OFFSHOOT_PLAIN_HTTP: 'true' };
    const refused = await offshootIn({ cwd, variables }, 'config', 'check');
    assert.match(refused.stderr, /^OFFSHOOT_PLAIN_HTTP: --plain-http belongs to production mode/);
    const { code, stderr } = await offshootIn({ cwd, variables }, 'config', 'check', '--no-plain-http');
    assert.deepEqual([code, stderr], [0, '']);
  });
});

describe('offshoot config check', { concurrency: 4 }, () => {
  test('ends with 0 where all is right, with a byte order mark too', async (t) => {
    const { cwd } = await folderWith(t, '\uFEFF{"$schema": "x", "dev": true, "port": 0}');
    const { code, stdout, stderr } = await offshootIn({ cwd }, 'config', 'check');
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /2 given, offshoot\.config\.json read/);
  });

  test('names each wrong key and value with its place, and ends with 1', async (t) => {
    const { cwd } = await folderWith(
      t,
      '{\n  "prot": 1,\n  "port": "8443",\n  "dev": true, "audience": ["a",\n    7],\n  "dev": false\n}',
    );
    const variables = { OFFSHOOT_PAGE_SIZE: 'many', OFFSHOOT_XYZZY: 'x', OFFSHOOT_PAGESIZE: '1' };
    const { code, stdout, stderr } = await offshootIn({ cwd, variables }, 'config', 'check');
    assert.deepEqual([code, stdout], [1, '']);
    assert.deepEqual(stderr.trimEnd().split('\n').toSorted(), [
      "OFFSHOOT_PAGESIZE: it names no setting. Did you mean 'OFFSHOOT_PAGE_SIZE'?",
      "OFFSHOOT_PAGE_SIZE: it must be a whole number from 1 to 100000, not 'many'",
      'OFFSHOOT_XYZZY: it names no setting.',
      "offshoot.config.json:2:3: there is no setting 'prot'. Did you mean 'port'?",
      'offshoot.config.json:3:3: port must be a whole number from 0 to 65535',
      'offshoot.config.json:5:5: audience must be a list of texts that are not empty',
      'offshoot.config.json:6:3: dev is given twice',
    ]);
  });

  for (const [what, content, sentence] of [
    ['a file that is no JSON', '{\n  "dev": true,\n  port: 1 }', /^offshoot\.config\.json:3:3: it is not JSON/],
    ['a file that ends too early', '{"dev": true', /^offshoot\.config\.json:1:13: it is not JSON/],
    ['a file that is no object', '[]', /must be one JSON object/],
    [
      'settings that do not go together',
      '{"dev": true,\n"tlsCert": "x"}',
      /^offshoot\.config\.json:2:1: --tls-cert belongs to prod/,
    ],
    [
      'what an issuer has twice, of which the last would count',
      '{"dev": true, "issuer": [{"issuer": "https://a.example",\n "issuer": "https://b.example"}]}',
      /^offshoot\.config\.json:2:2: issuer\[0\]\.issuer is given twice/,
    ],
    [
      'keys that would come by plain http from elsewhere',
      '{"dev": true, "issuer": ["https://a.example"],\n "jwks": ["http://a.example/keys"]}',
      /^offshoot\.config\.json:1:15: the --jwks of an --issuer must be an https URL/,
    ],
    ['what production mode lacks', '{}', /^production mode needs --public-url/],
    [
      'a value that none of the choices is',
      '{"dev": true, "host": "0.0.0.0"}',
      /^offshoot\.config\.json:1:15: .*loopback/,
    ],
  ] as const) {
    test(`names ${what}`, async (t) => {
      const { cwd } = await folderWith(t, content);
      const { code, stderr } = await offshootIn({ cwd }, 'config', 'check');
      assert.equal(code, 1);
      assert.match(stderr, sentence);
    });
  }

  for (const [what, variables, sentence, ...args] of [
    [
      'an address, which would be every one',
      {},
      /--admin-host <address>' argument '' is invalid\. It must be a text/,
      '--admin-host',
      '',
    ],
    ['an audience', {}, /--audience <aud>' argument '' is invalid\. It must be a list/, '--audience', ''],
    ['one of several in the environment', { OFFSHOOT_AUDIENCE: 'a,,b' }, /^OFFSHOOT_AUDIENCE: it must be a list/],
    ['a host in the file', {}, /^offshoot\.config\.json:1:15: host must be a text/, '--config', 'offshoot.config.json'],
  ] as [string, Record<string, string>, RegExp, ...string[]][]) {
    test(`refuses a text with nothing in it: ${what}`, async (t) => {
      const { cwd } = await folderWith(t, what.includes('file') ? '{"dev": true, "host": ""}' : '{"dev": true}');
      const { code, stderr } = await offshootIn({ cwd, variables }, 'config', 'check', '--admin-port', '0', ...args);
      assert.notEqual(code, 0);
      assert.match(stderr, sentence);
    });
  }

  test('refuses a file that is named and is not there', async (t) => {
    const cwd = await temporaryFolder(t);
    const { code, stderr } = await offshootIn({ cwd }, 'config', 'check', '--config', 'none.json');
    assert.equal(code, 1);
    assert.match(stderr, /^none\.json: it cannot be read/);
  });
});

test('serve refuses with exit code 2 what config check names, and makes no store', async (t) => {
  const { cwd } = await folderWith(t, '{"dev": true, "prot": 1}');
  const { code, stderr } = await offshootIn({ cwd }, 'serve');
  assert.equal(code, 2);
  assert.match(stderr, /offshoot\.config\.json:1:15: there is no setting 'prot'/);
});

test('the other commands take the data folder of the file and of the environment', async (t) => {
  const { cwd } = await folderWith(t, { dev: true, data: 'of-the-file' });
  const uuid = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
  const named = async (variables: Record<string, string>, ...args: string[]) => {
    const { stderr } = await offshootIn({ cwd, variables }, 'token', '--tenant', uuid, ...args);
    return /no Offshoot store at '([^'/\\]+)/.exec(stderr)?.[1];
  };
  assert.equal(await named({}), 'of-the-file');
  assert.equal(await named({ OFFSHOOT_DATA: 'of-the-environment' }), 'of-the-environment');
  assert.equal(await named({ OFFSHOOT_DATA: 'of-the-environment' }, '--data', 'of-the-option'), 'of-the-option');
});

describe('the schema of the file', async () => {
  const schema = JSON.parse(await readFile(new URL('../../../offshoot.config.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ strict: true }).compile(schema);
  for (const content of [
    {},
    { $schema: 'x', dev: true, host: '::1', port: 0, audience: ['a'], pageSize: 1 },
    { port: 65_536 },
    { port: '1' },
    { dev: 'true' },
    { dve: true },
    { audience: 'a' },
    { audience: [1] },
    { pageSize: 0 },
    { pageSize: 1.5 },
    { host: null },
    { host: '' },
    { audience: ['a', ''] },
    { issuer: ['https://idp.example'] },
    { issuer: [{ issuer: 'https://idp.example', tenants: ['5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70'] }] },
    { issuer: [{ issuer: 'https://idp.example', tenants: ['*'], claims: { roles: ['a.b', 'c'], scopes: 'scope' } }] },
    { issuer: [{ issuer: 'https://idp.example', tenants: [] }] },
    { issuer: [{ issuer: 'https://idp.example', tenants: ['contoso'] }] },
    { issuer: [{ issuer: 'https://idp.example', claims: { scp: 'scope' } }] },
    { issuer: [{ issuer: 'https://idp.example', claims: { roles: [] } }] },
    { issuer: [{ issuer: 'https://idp.example', audiences: 'a' }] },
    { issuer: [{ issuer: 'https://idp.example', jwks: 'a', discovery: 'https://b.example' }] },
    { issuer: [{ issuer: 'https://idp.example', tenant: 'a' }] },
    { issuer: [{}] },
    { issuer: [[]] },
    { issuer: 'https://idp.example' },
  ]) {
    test(`agrees with the program on ${JSON.stringify(content)}`, async (t) => {
      const { file } = await folderWith(t, content);
      const { problems } = gatherSettings({ flags: { dev: true }, environment: {}, file });
      assert.equal(validate(content), problems.length === 0, JSON.stringify(problems));
    });
  }
});
