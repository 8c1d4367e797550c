// The container image, without an engine: what a linter says of the Dockerfile, and what its instructions make, run as they say.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { validate } from 'dockerfile-utils';
import { environment } from '../cli/program.js';
import { build, instructionsOf } from './dockerfile.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const instructions = instructionsOf(dockerfile);

describe('the container image', () => {
  test('has a Dockerfile that a linter finds nothing wrong in, nor we', () => {
    assert.deepEqual(objectionsTo(dockerfile), []);
  });

  for (const [what, was, is] of [
    ['an instruction that is none', 'USER 1000:1000', 'USR 1000:1000'],
    ['an option that is none', '--interval', '--intervall'],
    ['root', 'USER 1000:1000', 'USER root'],
    ['root by its number', 'USER 1000:1000', 'USER 0:1000'],
    ['no user', 'USER 1000:1000\n', ''],
    ['no health check', /HEALTHCHECK.*\n.*\n/, ''],
    ['a health check that is switched off', /HEALTHCHECK.*\n.*\n/, 'HEALTHCHECK NONE\n'],
    ['a large base', /-bookworm-slim(?=\n#)/, '-bookworm'],
    ['npm left in it', 'rm -rf', 'ls'],
    ['packages of development', '--omit=dev ', ''],
    ['scripts of packages', 'npm ci --ignore-scripts', 'npm ci'],
    ['a shell in front of the program', /ENTRYPOINT .*/, 'ENTRYPOINT node /app/dist/src/cli/index.js'],
  ] as const) {
    test(`would be objected to with ${what}`, () => {
      const changed = dockerfile.replace(was, is);
      assert.notEqual(changed, dockerfile);
      assert.notDeepEqual(objectionsTo(changed), []);
    });
  }

  test('is sent what the Dockerfile copies, and nothing else', () => {
    const [everything, ...sent] = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n').slice(1);
    assert.equal(everything, '*');
    const copied = instructions
      .filter(({ keyword, text }) => keyword === 'COPY' && !text.includes('--from='))
      .flatMap(({ text }) => text.split(' ').slice(0, -1));
    assert.deepEqual(sent.toSorted(), [...new Set(copied)].map((name) => `!${name}`).toSorted());
  });

  test('runs as its own user on a tree that nobody can write, with a health check that works', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'offshoot-image-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755);
    const context = join(folder, 'context');
    const [, ...sent] = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n').slice(1);
    for (const name of sent) await cp(join(root, name.slice(1)), join(context, name.slice(1)), { recursive: true });
    const image = await build(instructions, context, folder, async (text, cwd) => {
      // The compiler and all that is for development: the folder of whoever runs the tests has it.
      if (text !== 'npm ci --ignore-scripts') return false;
      await symlink(join(root, 'node_modules'), join(cwd, 'node_modules'));
      return true;
    });
    assert.deepEqual(await readdir(join(image.root, 'app')), ['LICENSE', 'dist', 'node_modules', 'package.json']);
    const { stdout: kilobytes } = await execute('du', ['-sk', image.root]);
    assert.ok(Number.parseInt(kilobytes, 10) < 60_000, `it adds ${kilobytes} to its base`);
    await execute('chmod', ['-R', 'a-w,a+rX', image.root]);

    const [uid = 0, gid = 0] = (image.user ?? assert.fail('it runs as root')).split(':').map(Number);
    const asUser = process.getuid?.() === 0 ? { uid, gid } : {};
    // Where this Node lies may be a folder of root's.
    const node = join(folder, 'node');
    await copyFile(process.execPath, node);
    const data = join(folder, 'data');
    await mkdir(data, { mode: 0o777 });
    await chmod(data, 0o777);
    const keys = join(data, 'keys.json');
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(
      keys,
      JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256' }] }),
    );
    const place = (text: string): string =>
      text.replaceAll('/app/', join(image.root, 'app/')).replaceAll('/data', data);
    const env = {
      ...environment,
      ...Object.fromEntries(Object.entries(image.environment).map(([name, value]) => [name, place(value)])),
      // Free ports, and loopback: nobody else shall reach a test.
      OFFSHOOT_HOST: '127.0.0.1',
      OFFSHOOT_HTTP_PORT: '0',
      OFFSHOOT_ADMIN_PORT: '0',
      OFFSHOOT_PLAIN_HTTP: 'true',
      OFFSHOOT_PUBLIC_URL: 'https://graph.example.org',
      OFFSHOOT_ISSUER: 'https://idp.example.org/{tenantid}/',
      OFFSHOOT_JWKS: keys,
    };
    const [command = '', ...program] = image.entrypoint.map(place);
    assert.equal(command, 'node');
    // In the image the data folder has its store from `tenant add`, which runs first in a container of its own.
    const run = { cwd: join(image.root, 'app'), env, ...asUser };
    await execute(node, [...program, 'tenant', 'add', '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70'], run);
    const child = spawn(node, [...program, ...image.command], {
      ...run,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const started = await startedLine(child.stderr);
      const [, check = ''] = /CMD (\[.*\])$/.exec(instructions.find(isHealthCheck)?.text ?? '') ?? [];
      const [, ...checkArguments] = JSON.parse(check) as string[];
      const health = (port: string) => execute(node, checkArguments, { env: { ...env, OFFSHOOT_ADMIN_PORT: port } });
      await health(new URL(started.adminUrl).port);
      await assert.rejects(health('1'), { code: 1 });
    } finally {
      child.kill('SIGTERM');
    }
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});

/** What is wrong with a Dockerfile: in the linter's words, and in ours where it does not look. */
function objectionsTo(text: string): readonly string[] {
  const all = instructionsOf(text);
  const last = all.slice(all.findLastIndex(({ keyword }) => keyword === 'FROM'));
  const lastOf = (wanted: string): string => last.findLast(({ keyword }) => keyword === wanted)?.text ?? '';
  const runs = all.filter(({ keyword }) => keyword === 'RUN').map((run) => run.text);
  const installs = runs.filter((run) => run.startsWith('npm ci'));
  const asked: Readonly<Record<string, boolean>> = {
    'a user that is not root, by number': /^[1-9]\d*:[1-9]\d*$/.test(lastOf('USER')),
    'a health check without a shell': / CMD \["node", /.test(lastOf('HEALTHCHECK')),
    'a slim base': lastOf('FROM').endsWith('-slim'),
    'no npm': /^rm -rf \/usr\/local\/lib\/node_modules .*\/npx/.test(lastOf('RUN')),
    'an install without development': installs.filter((run) => run.includes('--omit=dev')).length === 1,
    'installs that run no scripts': installs.every((run) => run.includes('--ignore-scripts')),
    'a program without a shell': lastOf('ENTRYPOINT').startsWith('["node", '),
    'a command without a shell': lastOf('CMD').startsWith('['),
  };
  const missing = Object.entries(asked).flatMap(([what, isThere]) => (isThere ? [] : [`it lacks ${what}`]));
  return [...validate(text).map(({ message }) => String(message)), ...missing];
}

const isHealthCheck = ({ keyword }: { readonly keyword: string }): boolean => keyword === 'HEALTHCHECK';

async function startedLine(stderr: NodeJS.ReadableStream): Promise<{ readonly adminUrl: string }> {
  const told: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    told.push(line);
    if (line.includes('"serverStarted"')) {
      stderr.resume();
      return JSON.parse(line);
    }
  }
  return assert.fail(told.join('\n'));
}
