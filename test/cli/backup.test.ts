// `offshoot backup` and `offshoot restore`: a store moves as one file, beside a running server.
import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { call } from '../support.js';
import { development, offshoot, serve, temporaryFolder } from './program.js';

const paths = [
  '/deviceManagement/derivedCredentials',
  '/deviceManagement/deviceConfigurations',
  '/deviceManagement/deviceConfigurations?$expand=assignments',
  '/deviceManagement/auditEvents',
  '/organization',
];

describe('offshoot backup and restore', () => {
  test('move what a running server has to another folder: every entity, its tag, its events, the keys', async (t) => {
    const folder = await temporaryFolder(t);
    const [from, to, file] = [join(folder, 'from'), join(folder, 'to'), join(folder, 'store.backup')];
    const first = await serve(t, ...development(from));
    const settings = `/beta/deviceManagement/derivedCredentials/${first.ready.settingsId}`;
    await call(first.ready, 'PATCH', settings, { token: first.ready.token, body: { displayName: 'changed' } });
    const answers = async (server: { plainUrl: string }): Promise<unknown[]> =>
      Promise.all(
        paths.map(async (path) => {
          const { status, json } = await call(server, 'GET', `/beta${path}`, { token: first.ready.token });
          assert.equal(status, 200);
          // The contexts name the listener.
          return JSON.parse(JSON.stringify(json).replaceAll(server.plainUrl, ''));
        }),
      );
    const before = await answers(first.ready);

    const backup = await offshoot('backup', file, '--data', from);
    assert.equal(backup.code, 0, backup.stderr);
    assert.match(backup.stdout, /^A store for development: \d+ rows of \d+ tables backed up .* SHA-256 [\da-f]{64}\n$/);
    assert.match(backup.stderr, /has the keys of the store in it/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder).sort(), ['from', 'store.backup']);
    await call(first.ready, 'PATCH', settings, { token: first.ready.token, body: { displayName: 'later' } });

    const restore = await offshoot('restore', file, '--data', to);
    assert.deepEqual([restore.code, restore.stderr], [0, '']);
    assert.match(restore.stdout, /^A store for development: \d+ rows of \d+ tables restored, as of .*\n$/);
    const second = await serve(t, ...development(to));
    assert.deepEqual(await answers(second.ready), before, 'the token of the first holds for the second');
  });

  test('refuse with exit code 1 what would lose something', async (t) => {
    const folder = await temporaryFolder(t);
    const [from, file] = [join(folder, 'from'), join(folder, 'store.backup')];
    const refuses = async (expected: RegExp, ...args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await offshoot(...args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, expected);
    };
    await refuses(/There is no Offshoot store at/, 'backup', file, '--data', from);
    const { stop } = await serve(t, ...development(from));
    assert.equal((await offshoot('backup', file, '--data', from)).code, 0);
    await refuses(/exists already/, 'backup', file, '--data', from);
    await refuses(/Another Offshoot server is running/, 'restore', file, '--data', from);
    await stop();
    await refuses(/There is a store at .* already/, 'restore', file, '--data', from);
    writeFileSync(join(folder, 'text'), 'text');
    await refuses(/is no backup of Offshoot/, 'restore', join(folder, 'text'), '--data', join(folder, 'to'));
    assert.deepEqual(readdirSync(folder).sort(), ['from', 'store.backup', 'text'], 'nothing was made');
  });
});
