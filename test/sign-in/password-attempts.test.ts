// How often passwords may be tried, whoever's and from wherever.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { PasswordAttempts } from '../../src/sign-in/password-attempts.js';

const tenantId = '11111111-1111-4111-8111-111111111111';
const minutes = 60_000;

describe('attempts at passwords', () => {
  let attempts: PasswordAttempts;
  beforeEach(() => {
    attempts = new PasswordAttempts();
  });
  /** Tries until one is not judged any more, each time another user as `name` says; answers how many were. */
  const judged = (name: (count: number) => string, ipAddress = '192.0.2.1', now = 0): number => {
    let count = 0;
    while (count < 1000 && attempts.begin({ tenantId, name: name(count), ipAddress }, now) === 0) count++;
    return count;
  };

  test('are bounded of one user from one address, however the name is written', () => {
    assert.equal(
      judged((count) => (count % 2 === 0 ? 'ada@example.org' : 'ADA@example.org')),
      10,
    );
    assert.equal(
      attempts.begin({ tenantId, name: 'ada@example.org', ipAddress: '192.0.2.2' }, 0),
      0,
      'another address',
    );
  });

  test('are bounded from one address, whoever is tried, until ten minutes have gone', () => {
    const anybody = (count: number) => `user${count}@example.org`;
    assert.equal(judged(anybody), 100);
    assert.equal(judged(anybody, '192.0.2.1', 10 * minutes - 1), 0);
    assert.equal(judged(anybody, '192.0.2.1', 10 * minutes), 100);
  });

  test('are bounded from one network of IPv6, which gives everybody in it as many addresses as they want', () => {
    let tried = 0;
    const trier = (count: number) => ({
      tenantId,
      name: `user${count}@example.org`,
      ipAddress: `2001:db8:0:1:${count.toString(16)}::1`,
    });
    for (let count = 0; count < 300; count++) if (attempts.begin(trier(count), 0) === 0) tried++;
    assert.equal(tried, 100);
    assert.equal(attempts.begin({ ...trier(0), ipAddress: '2001:db8:0:2::1' }, 0), 0, 'another network');
  });

  test('go on for an office behind one address, whose people all know their passwords', () => {
    for (let count = 0; count < 500; count++) {
      const trier = { tenantId, name: `user${count}@example.org`, ipAddress: '192.0.2.1' };
      assert.equal(attempts.begin(trier, 0), 0);
      attempts.succeeded(trier);
    }
  });

  test('of others are not forgotten for whoever signs in with an account of their own', () => {
    const own = { tenantId, name: 'mallory@example.org', ipAddress: '192.0.2.1' };
    let tried = 0;
    for (let count = 0; count < 1000; count++) {
      if (attempts.begin({ ...own, name: `user${count}@example.org` }, 0) === 0) tried++;
      if (attempts.begin(own, 0) === 0) attempts.succeeded(own);
    }
    assert.equal(tried, 100);
  });
});
