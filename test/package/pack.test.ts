// The package as its users get it: packed from a clean tree, installed into an empty folder, run there.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environment, type Outcome, type Ready, run, text } from '../cli/program.js';
import { call } from '../support.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** What a clone has and its work tree does not, and what is made in it. */
const notTracked = ['node_modules', 'dist', 'data', '.git'];
const settings = '/beta/deviceManagement/derivedCredentials';

interface Installed {
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('the package', () => {
  let folder: string;
  let unpacked: string;
  let consumer: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'offshoot-package-')));
    const tree = join(folder, 'tree');
    await cp(root, tree, { recursive: true, filter: (path) => !notTracked.some((name) => path === join(root, name)) });
    await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
    env = await narrowEnvironment(join(folder, 'bin'));
    await succeeds(tree, 'npm', ['pack']);
    const [tarball = ''] = readdirSync(tree).filter((name) => name.endsWith('.tgz'));
    await succeeds(tree, 'tar', ['xzf', tarball, '-C', folder]);
    unpacked = join(folder, 'package');
    assert.deepEqual(readFileSync(join(tree, 'package.json')), readFileSync(join(root, 'package.json')));
    consumer = join(folder, 'consumer');
    await mkdir(consumer);
    await cp(join(tree, tarball), join(consumer, tarball));
    const installed = await succeeds(consumer, 'npm', ['install', '--prefer-offline', `./${tarball}`], env);
    assert.equal(installed.stderr, '', 'an install has nothing to warn of');
  });

  after(() => rm(folder, { recursive: true, force: true }));

  test('holds the compiled program, its pages, its schemas and its unit, and nothing else', () => {
    const compiled = filesOf(join(root, 'src')).flatMap((file) =>
      ['.d.ts', '.js', '.js.map'].map((end) => join('dist/src', file.replace(/\.ts$/, end))),
    );
    const wanted = [
      ...compiled,
      ...filesOf(join(root, 'docs')).map((file) => join('docs', file)),
      'examples/systemd/offshoot.service',
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'],
      ...['offshoot.config.schema.json', 'offshoot.limits.schema.json'],
    ];
    assert.deepEqual(filesOf(unpacked), wanted.toSorted());
  });

  test('has source maps that bring their sources, and no private key', () => {
    for (const file of filesOf(unpacked)) {
      const text = readFileSync(join(unpacked, file), 'utf8');
      if (file.endsWith('.map')) assert.ok(JSON.parse(text).sourcesContent[0].length > 0, file);
      assert.doesNotMatch(text, /PRIVATE KEY-----\r?\n[\w+/]/, file);
    }
  });

  test('asks for its dependencies, all of the registry, and has npm run nothing of anybody', () => {
    const { scripts, devDependencies, dependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
    assert.deepEqual([scripts, devDependencies], [undefined, undefined]);
    assert.deepEqual(dependencies, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies);
    const { packages } = JSON.parse(readFileSync(join(consumer, 'node_modules/.package-lock.json'), 'utf8'));
    for (const [name, installed] of Object.entries<Installed>(packages)) {
      assert.equal(installed.hasInstallScript, undefined, name);
      const asked = { ...installed.dependencies, ...installed.optionalDependencies };
      // A version, a range or a tag, or another name for one: what has a slash or another colon is fetched elsewhere.
      for (const [other, from] of Object.entries(asked)) assert.doesNotMatch(from, /^(?!npm:@?[\w./-]+@).*[:/]/, other);
    }
  });

  test('serves from an empty folder, where there is no compiler', async () => {
    for (const absent of ['cc', 'gcc', 'make', 'python3']) assert.equal(onPath(absent, env.PATH), undefined, absent);
    const arguments_ = ['offshoot', 'serve', '--dev', '--json', '--port', '0', '--http-port', '0'];
    const child = spawn('npx', arguments_, { cwd: consumer, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const stderr = text(child.stderr);
    try {
      const ready = await readyLine(child);
      const path = `${settings}/${ready.settingsId}`;
      const answer = await call(ready, 'PATCH', path, {
        token: ready.token,
        body: { displayName: 'from the package' },
      });
      assert.deepEqual([answer.status, answer.json.displayName], [200, 'from the package']);
    } finally {
      // To all of the group, as a terminal does: npx has a shell run the program, which hands no signal on.
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await once(child, 'close');
    }
    assert.equal(await stderr, '', 'a start has nothing to warn of');
    assert.ok(existsSync(join(consumer, 'data', 'ca.pem')));
  });

  test('gives createServer to a program that imports it', async () => {
    const program = `import { createServer } from 'offshoot';
      const server = await createServer();
      const { token, settingsId } = server.development;
      const answer = await fetch(server.plainUrl + '${settings}/' + settingsId, {
        method: 'PATCH',
        headers: { authorization: 'Bearer ' + (await token()), 'content-type': 'application/json' },
        body: JSON.stringify({ renewalThresholdPercentage: 30 }),
      });
      console.log(answer.status, (await answer.json()).renewalThresholdPercentage);
      await server.close();`;
    await writeFile(join(consumer, 'program.mjs'), program);
    const { stdout, stderr } = await succeeds(consumer, 'node', ['program.mjs'], env);
    assert.deepEqual([stdout, stderr], ['200 30\n', '']);
  });

  test("has types that a program compiles with, Node's beside them", async () => {
    const program = `import { createServer, type Server, type ServerSettings } from 'offshoot';
      const settings: Partial<ServerSettings> = { pageSize: 10 };
      const server: Server = await createServer(settings);
      const id: string | undefined = server.development?.settingsId;
      // @ts-expect-error: it is a number
      await createServer({ pageSize: id });`;
    await writeFile(join(consumer, 'program.mts'), program);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    await succeeds(consumer, process.execPath, [compiler, ...options, ...types, 'program.mts']);
  });
});

/** A PATH with this Node, its npm and a shell, and nothing that could compile. */
async function narrowEnvironment(bin: string): Promise<NodeJS.ProcessEnv> {
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  for (const name of ['npm', 'npx', 'sh']) {
    const file = onPath(name, process.env.PATH);
    assert.ok(file, `${name} is needed`);
    await symlink(await realpath(file), join(bin, name));
  }
  // What npm sets for the scripts that it runs would steer the npm below it.
  const own = Object.entries(environment).filter(([name]) => !/^npm_(?!config_registry|config_cache)/i.test(name));
  return { ...Object.fromEntries(own), PATH: bin };
}

function onPath(name: string, path = ''): string | undefined {
  return path
    .split(delimiter)
    .map((each) => join(each, name))
    .find((file) => existsSync(file));
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => join(entry.parentPath, entry.name).slice(folder.length).replace(/^\//, '')).toSorted();
}

async function succeeds(cwd: string, command: string, args: readonly string[], env = environment): Promise<Outcome> {
  const outcome = await run(command, args, { cwd, env, milliseconds: 240_000 });
  assert.equal(outcome.code, 0, outcome.stderr + outcome.stdout);
  return outcome;
}

async function readyLine(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<Ready> {
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(([code]) => assert.fail(`it ended with ${code}`)),
  ]);
  return JSON.parse(line);
}
