// What cannot be read, written or reached: one sentence, exit code 1, and nothing that is made in half.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openStore } from '../../src/store/index.js';
import { type PostgresqlServer, sharedPostgresql } from '../postgresql.js';
import { offshoot, temporaryFolder } from './program.js';

const tenant = '5d1f3e2a-7c64-4f0b-9a51-0c8d2b1e6f70';
const folder = mkdtempSync(join(tmpdir(), 'offshoot-refusals-'));
const at = (name: string): string => join(folder, name);
const store = ['--data', at('store')];
const none = at('none');
const long = at('n'.repeat(300));
const dead = 'postgres://u:secret@127.0.0.1:1/there';
const production = ['--issuer', 'https://idp.example.org/', '--public-url', 'https://g.example.org'];
const plain = ['--plain-http', '--http-port', '0'];
const user = ['user', 'create', '--name', 'a@example.org', ...store, '--password-file'];

/** One line that has no word of the system, the runtime, or a password in it. */
function assertSentence({ code, stdout, stderr }: Awaited<ReturnType<typeof offshoot>>, sentence: RegExp): void {
  assert.match(stderr, /^offshoot: [^\n]*\n$/);
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /\bE[A-Z]{4,}\b|syscall|secret@/);
  assert.deepEqual([code, stdout], [1, '']);
}

describe('offshoot says in one sentence, with exit code 1,', { concurrency: 4 }, () => {
  before(async () => {
    mkdirSync(at('folder'));
    mkdirSync(at('odd/offshoot.db'), { recursive: true });
    writeFileSync(at('empty'), '');
    writeFileSync(at('noise'), '\u0001 no such thing');
    assert.equal((await offshoot('tenant', 'add', tenant, ...store)).code, 0);
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [what, args, sentence] of [
    ['that nobody listens where the database should be', ['token', '--database', dead], /nobody listens there\.$/m],
    [
      'that the host of the database is unknown',
      ['check', '--database', 'postgres://nobody.invalid/x'],
      /the host\.|the host is\.$/m,
    ],
    ['that there is no store in a folder', ['token', '--data', at('folder')], /There is no Offshoot store at/],
    ['that there is no store below a file', ['token', '--data', at('empty')], /a part of its path is no folder/],
    ['that a store cannot be a folder', ['token', '--data', at('odd')], /offshoot\.db' is a folder/],
    [
      'that a backup has no folder',
      ['backup', join(none, 'x'), ...store],
      /backup '.*' cannot be written: there is no such/,
    ],
    [
      'that a backup stands below a file',
      ['backup', join(at('empty'), 'x'), ...store],
      /cannot be written: a part of its/,
    ],
    ['that a backup has no name', ['backup', '', ...store], /cannot be written/],
    ['that a backup has too long a name', ['backup', long, ...store], /its name is too long\.$/m],
    [
      'that a backup is a folder',
      ['restore', at('folder'), '--data', none],
      /folder' cannot be read: it is a folder\.$/m,
    ],
    ['that there is no backup', ['restore', none, '--data', none], /cannot be read: there is no such file/],
    ['that a backup is none', ['restore', at('noise'), '--data', none], /is no backup of Offshoot\.$/m],
    ['that there are no rules', ['simulate', 'set', none], /cannot be read: there is no such file/],
    ['that rules are a folder', ['simulate', 'set', at('folder')], /cannot be read: it is a folder/],
    ['that there is no password', [...user, none], /cannot be read: there is no such file/],
    ['that a password has no end', [...user, '/dev/zero'], /has more than 16777216 bytes\.$/m],
    [
      'that there is no secret',
      ['sign-in', 'rotate', ...store, '--sign-in-secret', none],
      /cannot be read: there is no/,
    ],
    [
      'that there is no anchor',
      ['audit', 'verify', ...store, '--public-key', at('noise'), '--anchor', none],
      /key '.*noise' cannot be used/,
    ],
    [
      'that there is no key',
      ['audit', 'prune', '--before', '2026-01-01', ...store, '--public-key', none],
      /cannot be used: there is no such file/,
    ],
    [
      'that seals are a folder',
      ['audit', 'prune', '--before', '2026-01-01', ...store, '--anchor', at('folder')],
      /cannot be read: it is a folder/,
    ],
    ['that there is no server', ['state', 'list', '--url', 'http://127.0.0.1:9'], /There is no server at/],
  ] as [string, string[], RegExp][]) {
    test(what, async () => {
      assertSentence(await offshoot(...args), sentence);
      assert.deepEqual(readdirSync(folder).sort(), ['empty', 'folder', 'noise', 'odd', 'store'], 'nothing is made');
    });
  }

  for (const [what, args, sentence] of [
    [
      'a certificate',
      [...production, '--port', '0', '--tls-cert', none, '--tls-key', none],
      /certificate .* cannot be used: there is no such file/,
    ],
    [
      'a certificate that is none',
      [...production, '--port', '0', '--tls-cert', at('noise'), '--tls-key', at('noise')],
      /certificate .* cannot be used/,
    ],
    ['limits', [...production, ...plain, '--limits', none], /limits of .* cannot be used: there is no such file/],
    ['a key of seals', [...production, ...plain, '--seal-key', none], /key .* cannot be used: there is no such file/],
    [
      'authorities of issuers',
      [...production, ...plain, '--issuer-ca', at('folder')],
      /cannot be used: it is a folder\.$/m,
    ],
    [
      'a key set',
      [...production, ...plain, '--jwks', none],
      /key set '.*none' of .* cannot be used: there is no such file/,
    ],
    [
      'keys of sign-in',
      [...production, ...plain, '--sign-in', '--sign-in-keys', none],
      /folder .* cannot be read: there is no such/,
    ],
    [
      'a secret of sign-in',
      [...production, ...plain, '--sign-in', '--sign-in-secret', at('empty')],
      /has fewer than 32 bytes/,
    ],
  ] as [string, string[], RegExp][]) {
    test(`that a server lacks ${what}, before it makes anything`, async (t) => {
      const data = join(await temporaryFolder(t), 'data');
      assertSentence(await offshoot('serve', ...args, '--data', data), sentence);
      assert.throws(() => readdirSync(data), { code: 'ENOENT' });
    });
  }

  describe('what PostgreSQL refuses:', () => {
    let postgresql: PostgresqlServer;
    before(async () => {
      postgresql = await sharedPostgresql();
    });
    after(() => postgresql.stop());

    for (const [what, change, sentence] of [
      ['a database that does not exist', { pathname: '/nowhere' }, /database "nowhere" does not exist/],
      ['a wrong password', { password: 'secret' }, /password authentication failed/],
    ] as const) {
      for (const command of [['token'], ['backup', at('x')], ['serve', '--dev', '--port', '0', '--http-port', '0']]) {
        test(`${what}: ${command[0]}`, async (t) => {
          const url = new URL(postgresql.url);
          Object.assign(url, change);
          const data = command[0] === 'serve' ? ['--data', await temporaryFolder(t)] : [];
          assertSentence(await offshoot(...command, ...data, '--database', url.href), sentence);
        });
      }
    }
  });
});

test("another user's folder may not be read, which is not the same as a folder without a store", async (t) => {
  const data = await temporaryFolder(t);
  const path = join(data, 'offshoot.db');
  const asNobody = process.geteuid?.() === 0 ? 65_534 : undefined;
  rmSync(data, { recursive: true });
  mkdirSync(data, { mode: asNobody === undefined ? 0 : 0o700 });
  if (asNobody !== undefined) process.seteuid?.(asNobody);
  try {
    await assert.rejects(
      openStore({ path, create: false }),
      /cannot be read: the user that this program runs as may not/,
    );
  } finally {
    if (asNobody !== undefined) process.seteuid?.(0);
  }
});
