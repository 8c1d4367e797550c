// A typed client that odata2ts, a public generator, makes from our `$metadata`: it compiles, reads and updates.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createServer, type Development, type Server } from '../../src/index.js';
import { call } from '../support.js';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const compiled = join(import.meta.dirname, '../..');
const program = join(compiled, '../test/documents/typed-client/use.ts');

interface Program {
  readSettings(root: string, token: string): Promise<{ id: string; issuer: string }[]>;
  findByIssuer(root: string, token: string): Promise<{ count: number; value: unknown[] }>;
  updateSettings(root: string, token: string, id: string, helpUrl: string): Promise<{ helpUrl: string }>;
  updateByProfiles(root: string, token: string, profiles: { vpn: string; wiFi: string }): Promise<unknown>;
}

describe('a client that odata2ts generates from $metadata', () => {
  let server: Server;
  let development: Development;
  let folder: string;
  let client: Program;
  let at: readonly [root: string, token: string];

  before(async () => {
    server = await createServer();
    assert.ok(server.development);
    development = server.development;
    at = [`${server.plainUrl}/beta`, await development.token()];
    // Within the package, so that what is generated finds its libraries.
    folder = await mkdtemp(join(compiled, 'typed-client-'));
    const { text } = await call(server, 'GET', '/beta/$metadata', { token: null });
    await writeFile(join(folder, 'metadata.xml'), text);
    await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }');
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: true, types: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use.ts', 'client'] }));
    await copyFile(program, join(folder, 'use.ts'));
    const generator = join(import.meta.dirname, 'odata2ts.process.js');
    const options = ['--source', 'metadata.xml', '--output', 'client', '--mode', 'all', '--emit-mode', 'ts'];
    await run(process.execPath, [generator, ...options], { cwd: folder });
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    await server.close();
  });

  test('it compiles, with a program that uses it', async () => {
    const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    assert.equal(stdout, '');
    client = require(join(folder, 'use.js'));
  });

  test('it reads the settings', async () => {
    const [settings] = await client.readSettings(...at);
    assert.equal(settings?.id, development.settingsId);
    assert.equal(settings?.issuer, 'purebred');
  });

  test('its query builder asks what the server understands', async () => {
    const { count, value } = await client.findByIssuer(...at);
    assert.equal(count, 1);
    assert.equal(value.length, 1);
  });

  test('it updates the settings by their own route', async () => {
    const id = development.settingsId ?? '';
    const { helpUrl } = await client.updateSettings(...at, id, 'https://help.example.com/typed');
    assert.equal(helpUrl, 'https://help.example.com/typed');
  });

  test('it updates the settings by the routes of profiles', async () => {
    const { iosVpnConfiguration: vpn = '', iosEnterpriseWiFiConfiguration: wiFi = '' } = development.profiles;
    const settings = await client.updateByProfiles(...at, { vpn, wiFi });
    const { displayName, renewalThresholdPercentage, id } = settings as Record<string, unknown>;
    assert.deepEqual(
      { displayName, renewalThresholdPercentage, id },
      { displayName: 'By the VPN profile', renewalThresholdPercentage: 33, id: development.settingsId },
    );
  });
});
