// What stands in examples/: linted, and as far as it can be without an engine and Keycloak, run.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { grantablePermissions } from '../../src/service/permissions.js';
import { offshoot, serve, temporaryFolder } from '../cli/program.js';
import { HandClock } from '../identity/issuer.js';
import { keycloak, keycloakClaims, keycloakServiceClaims, openProvider } from '../identity/providers.js';
import { call } from '../support.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const compose = join(root, 'examples/compose');
const read = (file: string): string => readFileSync(join(compose, file), 'utf8');
const unit = join(root, 'examples/systemd/offshoot.service');
const tenantId = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';

describe('examples/compose', () => {
  test('fits the schema of compose files and what a linter asks of one', async () => {
    const linter = join(root, 'node_modules/dclint/bin/dclint.cjs');
    await execute(process.execPath, [linter, join(compose, 'compose.yaml'), '--max-warnings', '0']);
  });

  test('mounts files that are there, and takes from .env what .env.example lists', () => {
    const text = read('compose.yaml');
    for (const [, file = ''] of text.matchAll(/- \.\/([\w.-]+):/g)) {
      if (file !== 'certificates') assert.ok(existsSync(join(compose, file)), file);
    }
    const asked = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    const listed = [...read('.env.example').matchAll(/^(\w+)=$/gm)].map(([, name]) => name);
    assert.deepEqual([...new Set(asked)].toSorted(), listed.toSorted());
  });

  test('has a realm with each permission as a role, and Graph as the audience of each client', () => {
    const { roles, clients, users } = JSON.parse(read('phones-realm.json'));
    const named = roles.realm.map(({ name }: { name: string }) => name);
    assert.deepEqual(named.toSorted(), grantablePermissions.filter((name) => !name.startsWith('Offshoot.')).toSorted());
    for (const { protocolMappers } of clients) {
      assert.equal(protocolMappers[0].config['included.custom.audience'], 'https://graph.microsoft.com');
    }
    for (const { realmRoles } of users) {
      assert.ok(realmRoles.length > 0 && realmRoles.every((name: string) => named.includes(name)));
    }
  });

  test('has settings by which tokens of that realm hold, of people and of services, over certificates that its script makes', async (t) => {
    const folder = await temporaryFolder(t);
    const certificates = join(folder, 'certificates');
    const owner = `${process.getuid?.()}:${process.getgid?.()}`;
    await execute('mkdir', [certificates]);
    await execute('sh', [join(compose, 'make-certificates.sh'), certificates, owner]);
    const [key = '', certificate = '', ca = ''] = ['server.key', 'server.pem', 'ca.pem'].map((name) =>
      readFileSync(join(certificates, name), 'utf8'),
    );
    const provider = await openProvider(keycloak, { key, certificate });
    t.after(() => provider.close());
    const { port } = new URL(provider.origin);
    const config = read('offshoot.config.json')
      .replaceAll('"/certificates', `"${certificates}`)
      .replaceAll('https://keycloak:8443', `https://localhost:${port}`);
    const file = join(folder, 'offshoot.config.json');
    await writeFile(file, config);
    const data = join(folder, 'data');
    assert.equal((await offshoot('tenant', 'add', tenantId, '--data', data)).code, 0);
    const { ready, stderr } = await serve(t, '--config', file, '--data', data, '--port', '0', '--log-level', 'warn');

    const { publicUrl, issuer } = JSON.parse(config);
    const issuerOrigin = new URL(issuer[0].issuer).origin;
    const url = `https://localhost:${new URL(ready.url).port}/beta/deviceManagement/derivedCredentials`;
    const headers = { host: new URL(publicUrl).host };
    const clock = new HandClock();
    clock.time = Date.now();
    for (const claims of [keycloakClaims(clock, issuerOrigin), keycloakServiceClaims(clock, issuerOrigin)]) {
      const answer = await call(ready, 'GET', url, { token: await provider.token(claims), ca, headers });
      assert.equal(answer.status, 200, answer.text);
    }
    assert.equal(stderr(), '');
  });
});

describe('examples/systemd', () => {
  test('is a unit that systemd understands, and shuts in what it runs', async () => {
    const { stderr } = await execute('systemd-analyze', ['verify', unit]);
    assert.equal(stderr, '');
    const { stdout } = await execute('systemd-analyze', [
      'security',
      '--offline=true',
      '--no-pager',
      '--threshold=20',
      unit,
    ]);
    assert.match(stdout, /Overall exposure level for offshoot\.service: [01]\.\d/);
  });
});
