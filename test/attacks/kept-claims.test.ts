// Claims that the audit would have to keep and cannot: with U+0000 or half a character, or longer than a property of an event may be.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openTenants, type Tenants } from '../http/tenants.js';

let tenants: Tenants;
let tenant: string;
let id: string;
before(async () => {
  tenants = await openTenants();
  tenant = await tenants.keep('active');
  const token = await tenants.token(tenant);
  const body = { displayName: 'Settings', issuer: 'purebred' };
  id = (await tenants.send('POST', 'derivedCredentials', { token, body })).json.id;
  assert.ok(id);
});
after(() => tenants.close());

describe('who changes something is told by the audit, so that a token is refused', () => {
  for (const claim of ['name', 'upn', 'oid', 'appid', 'app_displayname', 'scp']) {
    for (const [what, text] of [
      ['U+0000', 'a\0b'],
      ['half of a surrogate pair', 'a\ud800b'],
      ['more than 1024 characters', 'x'.repeat(1025)],
    ] as const) {
      test(`whose '${claim}' has ${what}`, async () => {
        const scope = 'DeviceManagementConfiguration.ReadWrite.All';
        const token = await tenants.token(tenant, { [claim]: claim === 'scp' ? `${scope} ${text}` : text });
        const body = { displayName: `Of ${claim} ${what}` };
        const answer = await tenants.send('PATCH', `derivedCredentials/${id}`, { token, body });
        assert.equal(answer.status, 401, answer.text);
      });
    }
  }

  test('and the audit can be asked for people afterwards', async () => {
    const token = await tenants.token(tenant, { scp: 'DeviceManagementApps.Read.All' });
    const query = `$filter=${encodeURIComponent("actor/userPrincipalName eq 'ada@example.org'")}`;
    const answer = await tenants.send('GET', `auditEvents?${query}`, { token });
    assert.equal(answer.status, 200, answer.text);
  });
});
