// Entra ID, Keycloak, AD FS and any other issuer: found by discovery, bound to their tenants, read in their own words.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { completeSettings } from '../../src/config/index.js';
import {
  createVerifier,
  discoveryAddress,
  graphAudiences,
  type Issuer,
  type Verifier,
} from '../../src/identity/index.js';
import { issuersOf } from '../../src/issuers.js';
import { HandClock, refusal, tenantId } from './issuer.js';
import {
  adfs,
  adfsClaims,
  entra,
  entraV1Claims,
  entraV2Claims,
  keycloak,
  keycloakClaims,
  keycloakServiceClaims,
  openProvider,
  type Provider,
} from './providers.js';

const otherTenant = '0f0f0f0f-1111-4222-8333-444444444444';
const permission = 'DeviceManagementConfiguration.ReadWrite.All';
let clock: HandClock;
let failures: string[];

beforeEach(() => {
  clock = new HandClock();
  failures = [];
});

function verifierOf(...issuers: Issuer[]): Verifier {
  return createVerifier({
    issuers,
    audiences: graphAudiences,
    reach: { allowLoopbackHttp: true },
    clock,
    clockTolerance: 60,
    cooldown: 30,
    onKeySetFailure: (_, error) => failures.push(String(error)),
  });
}

/** The issuers of the settings in the docs, `example` having the origin of the provider in place of the one in them. */
async function issuersInDocs(heading: string, example: string, { origin }: Provider): Promise<Issuer[]> {
  const page = await readFile(new URL('../../../docs/issuers.md', import.meta.url), 'utf8');
  const json = page.split(`\n## ${heading}\n`)[1]?.split('```')[1]?.replace(/^json/, '');
  assert.ok(json?.includes(example), `${heading} has an example with ${example}`);
  const given = JSON.parse((json ?? '').replaceAll(example, origin));
  const settings = completeSettings({ dev: true, ...given });
  return issuersOf(settings);
}

describe('Entra ID', () => {
  let provider: Provider;
  let issuers: Issuer[];
  let verifier: Verifier;
  before(async () => {
    provider = await openProvider(entra);
    const [v1, v2] = await issuersInDocs('Entra ID', 'https://login.microsoftonline.com', provider);
    assert.ok(v1 && v2);
    // The name of v1 is the same everywhere; where its document is, is not.
    issuers = [{ ...v1, keys: { discovery: `${provider.origin}/common/.well-known/openid-configuration` } }, v2];
  });
  beforeEach(() => {
    verifier = verifierOf(...issuers);
  });
  after(() => provider.close());

  it('publishes under common, for v1 on the host of the sign-in', () => {
    const document = '/.well-known/openid-configuration';
    for (const [issuer, address] of [
      ['https://sts.windows.net/{tenantid}/', `https://login.microsoftonline.com/common${document}`],
      [`https://sts.windows.net/${tenantId}/`, `https://login.microsoftonline.com/${tenantId}${document}`],
      ['https://login.microsoftonline.com/{tenantid}/v2.0', `https://login.microsoftonline.com/common/v2.0${document}`],
      ['https://idp.example.org/a/', `https://idp.example.org/a${document}`],
      ['https://idp.example.org', `https://idp.example.org${document}`],
    ] as const) {
      assert.equal(discoveryAddress(issuer), address);
    }
  });

  it('has a user in v1 and a daemon in v2, of any tenant', async () => {
    for (const tid of [tenantId, otherTenant]) {
      const person = await verifier.verify(`Bearer ${await provider.token(entraV1Claims(clock, tid))}`);
      assert.deepEqual([person.tenantId, person.kind, person.userPrincipalName], [tid, 'delegated', 'kai@example.com']);
      assert.ok(person.permissions.has(permission));
      const daemon = await verifier.verify(
        `Bearer ${await provider.token(entraV2Claims(clock, provider.origin, tid))}`,
      );
      assert.deepEqual([daemon.tenantId, daemon.kind, [...daemon.permissions]], [tid, 'application', [permission]]);
      assert.equal(daemon.applicationId, 'de8bc8b5-d9f9-48b1-a8ad-b748da725064');
    }
  });

  it('has audiences of Graph, in each cloud', async () => {
    for (const aud of graphAudiences) {
      await verifier.verify(`Bearer ${await provider.token({ ...entraV1Claims(clock), aud })}`);
    }
    const elsewhere = { ...entraV1Claims(clock), aud: 'https://graph.windows.net' };
    await assert.rejects(verifier.verify(`Bearer ${await provider.token(elsewhere)}`), refusal('tokenAudience'));
  });

  it('may be bound to some of its tenants', async () => {
    const bound = verifierOf(...issuers.map((issuer) => ({ ...issuer, tenants: [tenantId.toUpperCase()] })));
    await bound.verify(`Bearer ${await provider.token(entraV1Claims(clock))}`);
    const stranger = await provider.token(entraV1Claims(clock, otherTenant));
    await assert.rejects(bound.verify(`Bearer ${stranger}`), refusal('tokenTenant'));
  });

  it('for one tenant speaks for that one alone', async () => {
    const [, v2] = issuers;
    assert.ok(v2);
    const alone = verifierOf({
      ...v2,
      issuer: v2.issuer.replace('{tenantid}', tenantId),
      keys: { jwks: { keys: [provider.key.jwk] } },
    });
    await alone.verify(`Bearer ${await provider.token(entraV2Claims(clock, provider.origin))}`);
    for (const [changes, name] of [
      [{ tid: otherTenant }, 'tokenTenant'],
      [{ iss: `${provider.origin}/${otherTenant}/v2.0`, tid: otherTenant }, 'tokenIssuer'],
    ] as const) {
      const token = await provider.token({ ...entraV2Claims(clock, provider.origin), ...changes });
      await assert.rejects(alone.verify(`Bearer ${token}`), refusal(name));
    }
  });

  it('says of a key for which issuer it is, and no other may use it', async () => {
    const [, v2] = issuers;
    assert.ok(v2);
    const { jwk } = provider.key;
    const keysOf = (issuer: unknown) => verifierOf({ ...v2, keys: { jwks: { keys: [{ ...jwk, issuer } as never] } } });
    const token = `Bearer ${await provider.token(entraV2Claims(clock, provider.origin))}`;
    for (const issuer of [
      undefined,
      `${provider.origin}/{tenantid}/v2.0`,
      `${provider.origin}/${tenantId}/v2.0`,
      `https://sts.windows.net/${tenantId}/`,
    ]) {
      await keysOf(issuer).verify(token);
    }
    const personal = `${provider.origin}/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0`;
    for (const issuer of [personal, 'https://evil.example']) {
      await assert.rejects(keysOf(issuer).verify(token), refusal('tokenKey'), issuer);
    }
  });
});

describe('Keycloak', () => {
  let provider: Provider;
  let verifier: Verifier;
  before(async () => {
    provider = await openProvider(keycloak);
  });
  beforeEach(async () => {
    verifier = verifierOf(...(await issuersInDocs('Keycloak', 'https://keycloak.example.org', provider)));
  });
  after(() => provider.close());

  const callerOf = async (claims: object) => verifier.verify(`Bearer ${await provider.token(claims)}`);

  it('has users whose realm roles are their permissions, in the tenant of the setting', async () => {
    const caller = await callerOf(keycloakClaims(clock, provider.origin));
    assert.deepEqual(caller, {
      tenantId,
      kind: 'delegated',
      permissions: new Set(['offline_access', permission]),
      personal: false,
      ofDirectory: false,
      userId: 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11',
      userPrincipalName: 'kai',
      displayName: 'Kai Example',
      applicationId: 'terraform',
      applicationDisplayName: undefined,
    });
  });

  it('has service accounts, which are applications although their tokens have scopes', async () => {
    const caller = await callerOf(keycloakServiceClaims(clock, provider.origin));
    assert.deepEqual([caller.kind, caller.permissions.has(permission)], ['application', true]);
    assert.equal(caller.applicationId, 'terraform');
  });

  it('may have the permissions in scopes and in roles of clients', async () => {
    const [issuer] = await issuersInDocs('Keycloak', 'https://keycloak.example.org', provider);
    assert.ok(issuer);
    const claims = {
      ...keycloakClaims(clock, provider.origin),
      scope: `openid ${permission}`,
      resource_access: { 'intune.example.org': { roles: ['A'] }, intune: { roles: ['B'] } },
    };
    for (const [path, permissions] of [
      ['scope', ['openid', permission]],
      ['resource_access.intune.example.org.roles', ['A']],
      ['resource_access.intune.roles', ['B']],
      ['nothing', []],
      ['resource_access.constructor.name', []],
    ] as const) {
      const mapped = verifierOf({ ...issuer, claims: { scopes: [path] } });
      const caller = await mapped.verify(`Bearer ${await provider.token(claims)}`);
      assert.deepEqual([...caller.permissions], permissions, path);
    }
  });

  it('has id tokens and refresh tokens, which open nothing', async () => {
    for (const typ of ['ID', 'Refresh', 'Offline', 'DPoP', 'Logout']) {
      await assert.rejects(callerOf({ ...keycloakClaims(clock, provider.origin), typ }), refusal('tokenNotAccess'));
    }
  });

  it('cannot name another tenant than its own', async () => {
    await callerOf({ ...keycloakClaims(clock, provider.origin), tid: tenantId });
    const claims = { ...keycloakClaims(clock, provider.origin), tid: otherTenant };
    await assert.rejects(callerOf(claims), refusal('tokenTenant'));
  });

  it('rotates its keys without a restart', async () => {
    await callerOf(keycloakClaims(clock, provider.origin));
    const old = await provider.token({ ...keycloakClaims(clock, provider.origin), jti: 'before' });
    await provider.rotate();
    clock.advance(31);
    await callerOf(keycloakClaims(clock, provider.origin));
    await assert.rejects(verifier.verify(`Bearer ${old}`), refusal('tokenKey'));
  });
});

describe('AD FS', () => {
  let provider: Provider;
  let issuers: Issuer[];
  let verifier: Verifier;
  before(async () => {
    provider = await openProvider(adfs);
    issuers = await issuersInDocs('AD FS', 'https://fs.example.org', provider);
  });
  beforeEach(() => {
    verifier = verifierOf(...issuers);
  });
  after(() => provider.close());

  /** AD FS names the key in `x5t`. */
  const header = () => ({ kid: undefined, x5t: provider.key.jwk.kid });
  const callerOf = async (claims: object) => verifier.verify(`Bearer ${await provider.token(claims, header())}`);

  it('has access tokens of another issuer than its own, as its document says', async () => {
    const caller = await callerOf(adfsClaims(clock, provider.origin));
    assert.deepEqual(
      [caller.tenantId, caller.kind, caller.userPrincipalName, caller.permissions.has(permission)],
      [tenantId, 'delegated', 'kai@corp.example', true],
    );
  });

  it('has id tokens of its own name, which open nothing', async () => {
    await callerOf(adfsClaims(clock, provider.origin));
    const claims = { ...adfsClaims(clock, provider.origin), iss: `${provider.origin}/adfs` };
    await assert.rejects(callerOf(claims), refusal('tokenIssuer'));
  });

  it('writes a single role as a text', async () => {
    const { scp: _, ...claims } = adfsClaims(clock, provider.origin);
    const caller = await callerOf({ ...claims, role: permission });
    assert.deepEqual([caller.kind, [...caller.permissions]], ['application', [permission]]);
  });

  it('rotates the key that x5t names', async () => {
    await callerOf(adfsClaims(clock, provider.origin));
    await provider.rotate();
    clock.advance(31);
    await callerOf(adfsClaims(clock, provider.origin));
  });

  it('is asked no more often than the cooldown, however many issuers are made up while it is out of reach', async () => {
    const documents = new Map(provider.documents);
    provider.documents.clear();
    const asked = provider.asked.length;
    for (let second = 0; second < 60; second += 1) {
      const flood = Array.from({ length: 5 }, (_, i) =>
        provider.token({ ...adfsClaims(clock, ''), iss: `made-up-${i}` }),
      );
      for (const token of await Promise.all(flood)) {
        await assert.rejects(verifier.verify(`Bearer ${token}`), refusal('tokenIssuer'));
      }
      clock.advance(1);
    }
    assert.equal(provider.asked.length - asked, 2);
    for (const [path, document] of documents) provider.documents.set(path, document);
    await callerOf(adfsClaims(clock, provider.origin));
  });
});

describe('discovery', () => {
  let provider: Provider;
  let issuer: Issuer;
  const path = '/realms/phones/.well-known/openid-configuration';
  beforeEach(async () => {
    provider = await openProvider(keycloak);
    [issuer] = (await issuersInDocs('Keycloak', 'https://keycloak.example.org', provider)) as [Issuer];
  });
  afterEach(() => provider.close());

  const refusedFor = async (document: unknown, reason: RegExp): Promise<void> => {
    provider.documents.set(path, document);
    const token = `Bearer ${await provider.token(keycloakClaims(clock, provider.origin))}`;
    await assert.rejects(verifierOf(issuer).verify(token), refusal('keysUnavailable'));
    assert.match(failures.at(-1) ?? '', reason);
  };
  const published = () => provider.documents.get(path) as Record<string, unknown>;

  it('reads document and keys once at the start, and tells then what is wrong', async () => {
    const verifier = verifierOf(issuer);
    await verifier.readKeys();
    assert.deepEqual(provider.asked, [path, '/realms/phones/protocol/openid-connect/certs']);
    await verifier.verify(`Bearer ${await provider.token(keycloakClaims(clock, provider.origin))}`);
    assert.equal(provider.asked.length, 2);
    provider.documents.clear();
    await verifierOf(issuer).readKeys();
    assert.match(failures[0] ?? '', /status 404/);
  });

  it('follows the keys to where they have moved', async () => {
    const verifier = verifierOf(issuer);
    await verifier.readKeys();
    const moved = { ...published(), jwks_uri: `${provider.origin}/moved` };
    const keys = provider.documents.get('/realms/phones/protocol/openid-connect/certs');
    provider.documents.clear();
    provider.documents.set(path, moved).set('/moved', keys);
    clock.advance(601);
    await verifier.verify(`Bearer ${await provider.token(keycloakClaims(clock, provider.origin))}`);
  });

  it('takes no document of another issuer', async () => {
    for (const named of [
      'https://evil.example',
      `${provider.origin}/realms/phones/`,
      `${provider.origin}/realms/PHONES`,
    ]) {
      await refusedFor({ ...published(), issuer: named }, /is of the issuer/);
    }
    for (const named of [undefined, null, 7, [`${provider.origin}/realms/phones`]]) {
      await refusedFor({ ...published(), issuer: named }, /not OpenID Connect discovery/);
    }
    for (const document of [null, [], 'text', 7]) await refusedFor(document, /not OpenID Connect discovery/);
  });

  it('gives access tokens no issuer on another host', async () => {
    await refusedFor({ ...published(), access_token_issuer: 'https://other.example/' }, /another host/);
    await refusedFor({ ...published(), access_token_issuer: 'other' }, /another host/);
  });

  it('points at no keys by plain http, in the machine itself, or at a bare address', async () => {
    for (const [address, reason] of [
      ['http://keys.example.org/', /must be https/],
      ['http://169.254.169.254/latest/meta-data/', /must be https/],
      ['https://169.254.169.254/latest/meta-data/', /bare address/],
      ['https://[fd00:ec2::254]/', /bare address/],
      ['https://10.0.0.1/keys', /bare address/],
      ['https://0x7f.1/keys', /bare address/],
      ['https://localhost/keys', /bare address/],
      ['https://localhost./keys', /bare address/],
      ['https://metadata.localhost/keys', /bare address/],
      ['http://localhost:1/keys', /bare address/],
      ['file:///etc/passwd', /must be https/],
      ['data:application/json,{"keys":[]}', /must be https/],
      ['https://user:secret@keys.example.org/', /user name/],
      ['keys', /Invalid URL/],
    ] as const) {
      await refusedFor({ ...published(), jwks_uri: address }, reason);
    }
  });

  it('is bounded in size and time, and follows no redirect', async () => {
    const answer = (send: (response: ServerResponse) => void) => (_: unknown, response: ServerResponse) =>
      send(response);
    await refusedFor(
      answer((response) => void response.end(' '.repeat(1024 * 1024 + 1))),
      /larger than/,
    );
    await refusedFor(
      answer((response) => void response.writeHead(302, { location: path }).end()),
      /status 302/,
    );
    await refusedFor(
      answer((response) => void response.writeHead(200)),
      /TimeoutError|aborted/,
    );
    await refusedFor(
      answer((response) => void response.destroy()),
      /socket hang up/,
    );
  });
});
