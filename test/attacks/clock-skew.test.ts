// Tokens of other times: before their beginning, after their end, of no time at all, and within what clocks may be off.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Verifier } from '../../src/identity/index.js';
import { openTenants, type Tenants } from '../http/tenants.js';
import { claimsAt, HandClock, makeKey, refusal, sign, verifierFor } from '../identity/issuer.js';

let tenants: Tenants;
let tenant: string;
before(async () => {
  tenants = await openTenants({ clockTolerance: 60 });
  tenant = await tenants.keep('active');
});
after(() => tenants.close());

const now = (): number => Math.floor(Date.now() / 1000);

async function shown(changes: Record<string, unknown>): Promise<number> {
  const token = (await sign(tenants.key, tenants.claims(tenant, changes))).slice('Bearer '.length);
  return (await tenants.send('GET', 'derivedCredentials', { token })).status;
}

describe('a token', () => {
  test('counts as long as it may and the clocks may differ, and no longer', async () => {
    // Half of what is allowed, and as much again beyond it, so that a slow machine decides nothing.
    for (const [changes, status] of [
      [{ exp: now() + 30 }, 200],
      [{ exp: now() - 20 }, 200],
      [{ exp: now() - 120 }, 401],
      [{ exp: now() - 86_400 * 365 }, 401],
      [{ nbf: now() + 20 }, 200],
      [{ nbf: now() + 180 }, 401],
      [{ nbf: now() + 86_400 * 365 }, 401],
      [{ iat: now() - 86_400 }, 200],
      [{ nbf: now() + 3600, exp: now() + 60 }, 401],
      [{ nbf: now() + 3600, exp: now() - 3600 }, 401],
    ] as const) {
      assert.equal(await shown(changes), status, JSON.stringify(changes));
    }
  });

  test('without an end counts never, and its beginning may be missing', async () => {
    assert.equal(await shown({ exp: undefined }), 401);
    assert.equal(await shown({ nbf: undefined }), 200);
    assert.equal(await shown({ nbf: undefined, iat: undefined }), 200);
  });

  test('whose times are none is refused', async () => {
    for (const time of ['9999999999', `${now() + 3600}`, '', 'never', null, true, [], [now() + 3600], {}, '1e99']) {
      assert.equal(await shown({ exp: time }), 401, `exp ${JSON.stringify(time)}`);
      assert.equal(await shown({ nbf: time }), 401, `nbf ${JSON.stringify(time)}`);
    }
    for (const exp of [0, -1, -1e300, 1]) assert.equal(await shown({ exp }), 401, `exp ${exp}`);
    for (const nbf of [1e300, 2 ** 53]) assert.equal(await shown({ nbf }), 401, `nbf ${nbf}`);
  });

  test('in milliseconds is one of another time', async () => {
    assert.equal(await shown({ nbf: Date.now() }), 401);
  });

  test('that never seems to end is remembered no longer than others, and does no harm', async () => {
    for (const exp of [1e300, 2 ** 53, now() + 86_400 * 36_500]) assert.ok([200, 401].includes(await shown({ exp })));
    assert.equal(await shown({}), 200);
  });
});

describe('a token that is remembered', () => {
  test('ends when it ends, though it was good a moment ago, and when the clock goes back it is judged as any other', async () => {
    const key = await makeKey();
    const clock = new HandClock();
    const verifier: Verifier = verifierFor({ jwks: { keys: [key.jwk] } }, clock);
    const token = await sign(key, claimsAt(clock, { exp: Math.floor(clock.now() / 1000) + 100 }));
    await verifier.verify(token);
    clock.advance(90);
    await verifier.verify(token);
    clock.advance(100);
    await assert.rejects(verifier.verify(token), refusal('tokenExpired'));
    clock.advance(-100);
    await verifier.verify(token);
    clock.advance(-86_400);
    await assert.rejects(
      verifier.verify(await sign(key, claimsAt(new HandClock(), { oid: 'x' }))),
      refusal('tokenNotYetValid'),
    );
  });
});
