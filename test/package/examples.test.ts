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
    await lintCompose(join(compose, 'compose.yaml'));
  });

  for (const [what, was, is] of [
    ['a key that is none', 'cap_drop', 'capdrop'],
    ['a condition that is none', 'service_healthy', 'healthy'],
    ['a port for everybody', "'127.0.0.1:8443:8443'", "'8443:8443'"],
  ] as const) {
    test(`would not pass with ${what}`, async (t) => {
      const file = join(await temporaryFolder(t), 'compose.yaml');
      await writeFile(file, read('compose.yaml').replace(was, is));
      await assert.rejects(lintCompose(file), { code: 1 });
    });
  }

  test('shuts its container in: nothing is written but its data, no capability, none to be gained', () => {
    const [, offshoot = ''] = /\n {2}offshoot:\n(.*?)\n\n/s.exec(read('compose.yaml')) ?? [];
    for (const line of [
      'read_only: true',
      'cap_drop:\n      - ALL',
      'security_opt:\n      - no-new-privileges:true',
      'stop_grace_period: 30s',
    ]) {
      assert.ok(`${offshoot}\n`.includes(`    ${line}\n`), line);
    }
    assert.doesNotMatch(
      offshoot,
      /privileged|cap_add|user:|healthcheck/,
      'the image says who it runs as, and how it is',
    );
    const writable = [...offshoot.matchAll(/ {6}- (\S+:\/\S+)/g)].filter(([, volume = '']) => !volume.endsWith(':ro'));
    assert.deepEqual(
      writable.map(([, volume]) => volume),
      ['data:/data'],
    );
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
    assert.equal(await verifyUnit(unit), '');
    const { stdout } = await execute('systemd-analyze', [
      'security',
      '--offline=true',
      '--no-pager',
      '--threshold=20',
      unit,
    ]);
    assert.match(stdout, /Overall exposure level for offshoot\.service: [01]\.\d/);
    const text = readFileSync(unit, 'utf8');
    for (const line of ['DynamicUser=yes', 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'StateDirectory=offshoot']) {
      assert.ok(text.includes(`\n${line}\n`), line);
    }
  });

  for (const [what, was, is] of [
    ['a directive that is none', 'ProtectSystem=', 'ProtectSystems='],
    ['a value that is none', 'ProtectSystem=strict', 'ProtectSystem=stict'],
    ['a type that is none', 'Type=exec', 'Type=exek'],
    ['a program that is not there', '/usr/bin/node ', '/usr/bin/nodee '],
  ] as const) {
    test(`would not pass with ${what}`, async (t) => {
      const file = join(await temporaryFolder(t), 'offshoot.service');
      await writeFile(file, readFileSync(unit, 'utf8').replace(was, is));
      assert.notEqual(await verifyUnit(file), '');
    });
  }
});

/** Rejects where the schema or the linter has an objection. */
async function lintCompose(file: string): Promise<void> {
  const linter = join(root, 'node_modules/dclint/bin/dclint.cjs');
  await execute(process.execPath, [linter, file, '--max-warnings', '0']);
}

/** What systemd says against a unit; nothing where it is right. */
async function verifyUnit(file: string): Promise<string> {
  const said = await execute('systemd-analyze', ['verify', file]).catch((error: { stderr: string }) => error);
  return said.stderr;
}
