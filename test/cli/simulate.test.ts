// `offshoot simulate` and `offshoot state` against a running server.
import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { call } from '../support.js';
import { development, offshoot, offshootIn, type Ready, serve, temporaryFolder } from './program.js';

const read = (ready: Ready) =>
  call(ready, 'GET', `/beta/deviceManagement/derivedCredentials/${ready.settingsId}`, { token: ready.token });
const rename = (ready: Ready, displayName: string) =>
  call(ready, 'PATCH', `/beta/deviceManagement/derivedCredentials/${ready.settingsId}`, {
    token: ready.token,
    body: { displayName },
  });

describe('offshoot simulate', () => {
  test('adds, sets, lists and clears rules of the running server', async (t) => {
    const folder = await temporaryFolder(t);
    const { ready } = await serve(t, ...development(folder));
    const url = ['--data', folder];
    assert.deepEqual(await offshoot('simulate', 'list', ...url), {
      code: 0,
      stdout: 'Nothing is simulated.\n',
      stderr: '',
    });

    const rule = [
      '--method',
      'GET',
      '--method',
      'PATCH',
      '--path',
      '/deviceManagement/**',
      '--share',
      '1',
      '--times',
      '1',
    ];
    const added = await offshoot('simulate', 'add', '--error', '503', '--retry-after', '2', ...rule, ...url);
    assert.equal(added.code, 0, added.stderr);
    const first = await read(ready);
    assert.deepEqual([first.status, first.headers['retry-after']], [503, '2']);
    assert.equal((await read(ready)).status, 200);
    const { stdout } = await offshoot('simulate', 'list', ...url);
    assert.match(stdout, /^seed 1\n1 {2}\{.*"error":503.*\} {2}on 1 of 2\n$/);

    for (const effect of [
      ['--throttle', '1'],
      ['--latency', '1-2'],
      ['--latency', '1'],
      ['--license', 'expired'],
      ['--eventual-delay', '5'],
    ]) {
      assert.equal((await offshoot('simulate', 'add', ...effect, '--share', '0.5', ...url)).code, 0, effect.join(' '));
    }
    const listed = JSON.parse((await offshoot('simulate', 'list', '--json', ...url)).stdout);
    assert.equal(listed.rules.length, 6);
    const file = join(folder, 'rules.json');
    await writeFile(file, JSON.stringify({ ...listed, seed: 9 }));
    assert.match((await offshoot('simulate', 'set', file, ...url)).stdout, /^seed 9\n(.*on 0 of 0\n){6}$/);
    assert.equal((await offshoot('simulate', 'clear', ...url)).code, 0);
    assert.equal((await read(ready)).status, 200);
  });

  test('says what is wrong with a rule, and with which part of it', async (t) => {
    const { ready } = await serve(t, ...development(await temporaryFolder(t)));
    for (const [args, sentence] of [
      [['--error', '200'], /it must be one of 400.* \(error\)\n$/],
      [['--throttle', '1', '--error', '503'], /a rule has one of/],
      [[], /a rule has one of/],
      [['--throttle', '1', '--share', '2'], /from 0 to 1\. \(share\)/],
    ] as const) {
      const { code, stderr } = await offshoot('simulate', 'add', ...args, '--url', ready.plainUrl);
      assert.equal(code, 1);
      assert.match(stderr, sentence);
    }
    for (const args of [
      ['--throttle', 'x'],
      ['--license', 'active'],
      ['--url', 'localhost'],
    ]) {
      assert.equal((await offshoot('simulate', 'add', ...args)).code, 2, args.join(' '));
    }
  });
});

describe('offshoot state', () => {
  test('keeps, lists, restores, removes and resets the state of the server of its folder', async (t) => {
    const folder = await temporaryFolder(t);
    const { ready } = await serve(t, ...development(folder));
    await writeFile(join(folder, 'offshoot.config.json'), JSON.stringify({ data: folder }));
    const state = (...args: string[]) => offshootIn({ cwd: folder }, 'state', ...args);
    const name = async () => (await read(ready)).json.displayName;

    await rename(ready, 'seeded');
    assert.deepEqual(await state('snapshot', 'seed'), { code: 0, stdout: 'seed\n', stderr: '' });
    await rename(ready, 'changed');
    const twice = await state('snapshot', 'seed');
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /There is a snapshot 'seed' already/);
    const own = (await state('snapshot')).stdout.trimEnd();
    assert.match((await state('list')).stdout, new RegExp(`initial\n.*seed\n.*${own}\n$`));
    assert.equal(JSON.parse((await state('list', '--json')).stdout).length, 3);
    assert.equal((await state('restore', 'seed')).code, 0);
    assert.equal(await name(), 'seeded');
    assert.equal((await state('remove', own)).code, 0);
    const gone = await state('restore', own);
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /There is no snapshot/);
    assert.equal((await state('snapshot', 'seed', '--replace')).code, 0);
    assert.deepEqual(await state('reset'), { code: 0, stdout: '', stderr: '' });
    assert.equal(await name(), 'Derived credentials');
  });

  test('says so where no server is, and where one is that has nothing of it', async (t) => {
    const { code, stderr } = await offshoot('state', 'reset', '--url', 'http://127.0.0.1:9');
    assert.equal(code, 1);
    assert.match(stderr, /There is no server at http:\/\/127\.0\.0\.1:9 .*--url/);
    const folder = await temporaryFolder(t);
    const other = await offshootIn({ cwd: folder }, 'state', 'reset');
    assert.equal(other.code, 1);
    assert.match(
      other.stderr,
      /^offshoot: No development server runs on the data folder '\.\/data'\. .*--data.*--url\.\n$/,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  test('means the server of the data folder alone, and knows when it has stopped or was killed', async (t) => {
    const [folder, elsewhere] = [await temporaryFolder(t), await temporaryFolder(t)];
    const first = await serve(t, ...development(folder));
    const reset = () => offshoot('state', 'reset', '--data', folder);
    assert.equal((await reset()).code, 0);
    await first.stop('SIGKILL');
    // Another server on the same port, as on the usual one.
    const other = await serve(
      t,
      ...['--dev', '--port', '0', '--http-port', new URL(first.ready.plainUrl).port, '--data', elsewhere],
    );
    await rename(other.ready, 'kept');
    const { code, stderr } = await reset();
    assert.equal(code, 1);
    assert.match(stderr, /No development server runs on the data folder/);
    assert.equal((await read(other.ready)).json.displayName, 'kept');
    assert.equal((await offshoot('state', 'reset', '--url', other.ready.plainUrl)).code, 0);
    await other.stop();
    assert.equal((await readdir(elsewhere)).includes('server.json'), false);
  });
});
