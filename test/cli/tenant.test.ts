// `offshoot tenant` beside a running server and without one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { call } from '../support.js';
import { development, offshoot, serve, temporaryFolder, within } from './program.js';

const second = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';

describe('offshoot tenant', () => {
  test('adds a tenant and changes licences, which a running server sees within a second', async (t) => {
    const folder = await temporaryFolder(t);
    const { ready } = await serve(t, ...development(folder));
    const data = ['--data', folder];
    const token = (await offshoot('token', ...data, '--tenant', second)).stdout.trimEnd();
    const answer = async (path = '/derivedCredentials') => {
      const { status, json } = await call(ready, 'GET', `/beta/deviceManagement${path}`, { token });
      return { status, json };
    };
    assert.equal((await answer()).status, 401);

    assert.equal((await offshoot('tenant', 'add', second.toUpperCase(), '--name', 'Second', ...data)).code, 0);
    await within(1000, async () => (await answer()).status === 200);
    assert.deepEqual((await answer()).json.value, [], "nothing of the first tenant's");

    for (const [license, status] of [
      ['expired', 403],
      ['active', 200],
      ['absent', 403],
    ] as const) {
      const { code, stdout, stderr } = await offshoot('tenant', 'set-license', second, license, ...data);
      assert.deepEqual([code, stdout, stderr], [0, '', '']);
      await within(1000, async () => (await answer()).status === status);
      assert.equal((await answer('')).status, 200, 'the object itself tells the licence');
      const own = await call(ready, 'GET', '/beta/deviceManagement/derivedCredentials', { token: ready.token });
      assert.equal(own.status, 200, 'the other tenant is as it was');
    }

    const listed = await offshoot('tenant', 'list', ...data);
    assert.deepEqual(
      listed.stdout.trimEnd().split('\n').sort(),
      [`${ready.tenantId}  active   Development`, `${second}  absent   Second`].sort(),
    );
    const { stdout } = await offshoot('tenant', 'list', '--json', ...data);
    assert.deepEqual(
      JSON.parse(stdout).find(({ id }: { id: string }) => id === second),
      { id: second, displayName: 'Second', license: 'absent' },
    );
  });

  test('refuses with exit code 1 to add a tenant twice, and to change one that there is not', async (t) => {
    const data = ['--data', await temporaryFolder(t)];
    assert.equal((await offshoot('tenant', 'add', second, ...data)).code, 0);
    const twice = await offshoot('tenant', 'add', second, '--license', 'absent', ...data);
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /exists already; see set-license\.\n$/);
    assert.match((await offshoot('tenant', 'list', ...data)).stdout, / active /);
    const other = await offshoot('tenant', 'set-license', '00000000-0000-4000-8000-000000000000', 'active', ...data);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /There is no tenant 00000000-0000-4000-8000-000000000000/);
  });

  test('makes a store for production on a fresh folder with `add` alone', async (t) => {
    const folder = await temporaryFolder(t);
    for (const args of [['list'], ['set-license', second, 'active']]) {
      const { code, stderr } = await offshoot('tenant', ...args, '--data', folder);
      assert.equal(code, 1);
      assert.match(stderr, /There is no Offshoot store/);
    }
    assert.equal((await offshoot('tenant', 'add', second, '--license', 'expired', '--data', folder)).code, 0);
    assert.match((await offshoot('tenant', 'list', '--data', folder)).stdout, new RegExp(`^${second}  expired  `));
    const token = await offshoot('token', '--data', folder);
    assert.equal(token.code, 1, 'a store for production has no keys to sign with');
    assert.match(token.stderr, /was made for production and cannot be used for development/);
  });
});
