// `offshoot user`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { verifyPassword } from '../../src/directory/index.js';
import type { User } from '../../src/plan/index.js';
import { contentOf, offshoot, rowsOf } from './program.js';

const tenant = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const read = 'DeviceManagementConfiguration.Read.All';

describe('offshoot user', () => {
  let folder: string;
  let data: readonly string[];
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'offshoot-directory-'));
    data = ['--data', folder];
    assert.equal((await offshoot('tenant', 'add', tenant, ...data)).code, 0);
  });

  const user = (...args: readonly string[]) => offshoot('user', ...args, ...data);
  after(() => rmSync(folder, { recursive: true }));
  const must = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await user(...args);
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const kept = async (name: string): Promise<User> => {
    const row = (await rowsOf(folder, 'users')).find(({ name_key }) => name_key === name.toLowerCase());
    assert.ok(row);
    return { id: row.id, version: Number(row.version), ...row.properties };
  };
  const audit = async (): Promise<string> =>
    (await rowsOf(folder, 'audit_events')).map(({ properties }) => properties).join('\n');
  const passwordFile = (text: string): string => {
    const file = join(folder, 'password');
    writeFileSync(file, text);
    return file;
  };

  test('makes a user with a password of its own making, shown once', async () => {
    const made = JSON.parse(await must('create', '--name', 'Ada@example.org', '--scope', read, '--json'));
    assert.deepEqual(Object.keys(made), ['id', 'userPrincipalName', 'password', 'tenantId']);
    assert.match(made.password, /^\w{24}$/);
    const ada = await kept('ada@EXAMPLE.org');
    assert.deepEqual([ada.id, ada.displayName, ada.scopes, ada.enabled], [made.id, 'Ada@example.org', [read], true]);
    assert.ok(await verifyPassword(ada, made.password));
    assert.ok(!(await verifyPassword(ada, `${made.password} `)));
    const listed = await must('list', '--json');
    assert.ok(!listed.includes('scrypt') && JSON.parse(listed)[0].hasPassword);
    assert.match(await must('list'), /^[0-9a-f-]{36} {2}enabled {3}Ada@example.org\n$/);
    const told = await audit();
    assert.ok(
      told.includes('Create user') && !told.includes(made.password) && !told.includes(String(ada.passwordHash)),
    );
  });

  test('takes the password of a file, without the end of its line, and prints none', async () => {
    const text = 'correct horse battery staple';
    const printed = await must(
      'create',
      '--name',
      'grace@example.org',
      '--display-name',
      'Grace',
      '--password-file',
      passwordFile(`${text}\n`),
    );
    assert.ok(!printed.includes('password') && !printed.includes(text));
    assert.ok(await verifyPassword(await kept('grace@example.org'), text));
    assert.ok(!(await contentOf(folder)).includes(text));
    const printedAnew = JSON.parse(await must('set-password', 'grace@example.org', '--json'));
    const grace = await kept('grace@example.org');
    assert.ok(await verifyPassword(grace, printedAnew.password));
    assert.ok(!(await verifyPassword(grace, text)));
    assert.match(await audit(), /"displayName":"password","newValue":"\*{4}","oldValue":"\*{4}"/);
  });

  test('renames, disables and deletes by name or by id', async () => {
    await must('create', '--name', 'joan@example.org');
    const { id } = await kept('joan@example.org');
    await must(
      'update',
      id,
      '--name',
      'jean@example.org',
      '--display-name',
      'Jean',
      '--state',
      'disabled',
      '--add-scope',
      read,
    );
    const { userPrincipalName, displayName, enabled, scopes } = await kept('jean@example.org');
    assert.deepEqual([userPrincipalName, displayName, enabled, scopes], ['jean@example.org', 'Jean', false, [read]]);
    await must('delete', 'JEAN@example.org');
    assert.equal((await user('delete', 'jean@example.org')).code, 1);
    assert.equal((await offshoot('check', ...data)).code, 0);
  });

  test('refuses names that are taken or none, and passwords that are easily guessed', async () => {
    await must('create', '--name', 'mary@example.org');
    const taken = await user('create', '--name', 'MARY@example.org');
    assert.deepEqual([taken.code, taken.stderr], [1, "offshoot: There is a user 'MARY@example.org' already.\n"]);
    for (const name of [
      'mary',
      'mary@',
      '@example.org',
      'a b@example.org',
      'm\u00e4ry@example.org',
      'a@b@example.org',
    ]) {
      assert.match((await user('create', '--name', name)).stderr, /'userPrincipalName' is invalid/);
    }
    for (const [text, expected] of [
      ['short', /fewer than 15 characters/],
      ['a'.repeat(257), /more than 256 characters/],
      ['abababababababab', /fewer than 5 different characters/],
      ['mary and her little lamb', /has the user's name in it/],
      ['a password\twith a tab', /control character/],
    ] as const) {
      const { code, stdout, stderr } = await user(
        'set-password',
        'mary@example.org',
        '--password-file',
        passwordFile(text),
      );
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, expected);
      assert.ok(!stderr.includes(text), 'the password is not said again');
    }
  });
});
