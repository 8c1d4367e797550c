// How passwords and secrets are verified.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { newId } from '../../src/base/index.js';
import { hashPassword, newPassword, verifyPassword } from '../../src/directory/passwords.js';
import { makeSecret, verifySecret } from '../../src/directory/secrets.js';
import { application, user } from '../store/directory.js';

describe('a password', () => {
  test('is verified by what is kept, which differs each time and tells its cost', async () => {
    const [one, other] = await Promise.all([
      hashPassword('correct horse battery'),
      hashPassword('correct horse battery'),
    ]);
    assert.notEqual(one, other);
    for (const passwordHash of [one, other]) {
      assert.match(passwordHash, /^\$scrypt\$ln=15,r=8,p=3\$[\w-]{22}\$[\w-]{43}$/);
      assert.equal(await verifyPassword(user({ passwordHash }), 'correct horse battery'), true);
      assert.equal(await verifyPassword(user({ passwordHash }), 'Correct horse battery'), false);
    }
  });

  test('is the same however its letters are composed', async () => {
    const passwordHash = await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9 caf\u00e9');
    assert.equal(await verifyPassword(user({ passwordHash }), 'cafe\u0301 cafe\u0301 cafe\u0301 cafe\u0301'), true);
  });

  test('that was kept at another cost is verified at that', async () => {
    const { scryptSync } = await import('node:crypto');
    const salt = Buffer.alloc(16, 7);
    const hash = scryptSync('an older password', salt, 32, { N: 2 ** 14, r: 8, p: 1 });
    const passwordHash = `$scrypt$ln=14,r=8,p=1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    assert.equal(await verifyPassword(user({ passwordHash }), 'an older password'), true);
    const dear = passwordHash.replace('ln=14', 'ln=30');
    await assert.rejects(verifyPassword(user({ passwordHash: dear }), 'an older password'), /not known/);
  });

  test('is wrong where there is no user, or none is set, whatever it is', async () => {
    for (const text of ['', 'anything at all', '\0'.repeat(32)]) {
      assert.equal(await verifyPassword(undefined, text), false);
      assert.equal(await verifyPassword(user({ passwordHash: null }), text), false);
    }
  });

  test('that is made differs each time', () => {
    assert.equal(new Set(Array.from({ length: 100 }, newPassword)).size, 100);
  });
});

describe('a secret', () => {
  const now = Date.parse('2026-01-31T12:00:00Z');

  test('holds from its start to its end; that it has ended is told to those alone who know it', () => {
    const { secret, text } = makeSecret({ end: now + 1000 }, now, newId);
    const of = application({ secrets: [secret] });
    assert.deepEqual(
      [now - 1, now, now + 999, now + 1000].map((time) => verifySecret(of, text, time)),
      ['expired', 'valid', 'valid', 'expired'],
    );
    assert.equal(verifySecret(of, `${text}x`, now + 2000), 'wrong');
    assert.equal(verifySecret(of, '', now), 'wrong');
  });

  test('is one of several, of which one that holds is enough', () => {
    const [one, two] = [makeSecret({ end: now + 1 }, now, newId), makeSecret({ end: now + 100 }, now, newId)];
    const both = application({ secrets: [one.secret, two.secret] });
    assert.equal(verifySecret(both, one.text, now + 50), 'expired');
    assert.equal(verifySecret(both, two.text, now + 50), 'valid');
    assert.equal(verifySecret(application({ secrets: [] }), two.text, now), 'wrong');
  });

  test('never begins with a dash, has 256 bits, and its hash has nothing of it', () => {
    for (let count = 0; count < 500; count++) {
      const { secret, text } = makeSecret({ end: now + 1 }, now, newId);
      assert.match(text, /^\w[\w-]{42}$/);
      assert.ok(!secret.hash.includes(text));
      assert.equal(secret.hint, text.slice(0, 3));
    }
  });
});
