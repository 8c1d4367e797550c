// Identity providers as Entra ID, Keycloak and AD FS are seen from outside: their documents, their keys and their tokens.
import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { HandClock, Key } from './issuer.js';
import { makeKey, sign, tenantId } from './issuer.js';

export interface Provider {
  readonly origin: string;
  /** Changes what is published; the tokens stay as they are. */
  readonly documents: Map<string, unknown>;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** The key that signs. */
  key: Key;
  /** A signed token, without `Bearer`; what is given replaces claims, `undefined` removes one. */
  token(claims: object, header?: object): Promise<string>;
  /** Publishes another key in place of the old one, and signs with it. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

/** What a provider publishes, by path; `jwk` is the public key as it stands in its key set. */
type Publish = (origin: string, jwk: object) => Record<string, unknown>;

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/** Entra's documents for all tenants, of both versions; its keys say for whom they are. */
export const entra: Publish = (origin, jwk) => ({
  '/common/.well-known/openid-configuration': {
    token_endpoint: `${origin}/common/oauth2/token`,
    jwks_uri: `${origin}/common/discovery/keys`,
    issuer: 'https://sts.windows.net/{tenantid}/',
    id_token_signing_alg_values_supported: ['RS256'],
    tenant_region_scope: null,
    cloud_instance_name: 'microsoftonline.com',
    msgraph_host: 'graph.microsoft.com',
  },
  '/common/discovery/keys': { keys: [jwk] },
  '/common/v2.0/.well-known/openid-configuration': {
    token_endpoint: `${origin}/common/oauth2/v2.0/token`,
    jwks_uri: `${origin}/common/discovery/v2.0/keys`,
    issuer: `${origin}/{tenantid}/v2.0`,
    id_token_signing_alg_values_supported: ['RS256'],
    cloud_instance_name: 'microsoftonline.com',
  },
  '/common/discovery/v2.0/keys': { keys: [{ ...jwk, issuer: `${origin}/{tenantid}/v2.0` }] },
});

/** A realm of Keycloak, with a key for encryption beside the one for signatures. */
export const keycloak: Publish = (origin, jwk) => ({
  '/realms/phones/.well-known/openid-configuration': {
    issuer: `${origin}/realms/phones`,
    token_endpoint: `${origin}/realms/phones/protocol/openid-connect/token`,
    jwks_uri: `${origin}/realms/phones/protocol/openid-connect/certs`,
    id_token_signing_alg_values_supported: ['PS384', 'RS384', 'EdDSA', 'ES384', 'HS256', 'ES256', 'RS256'],
  },
  '/realms/phones/protocol/openid-connect/certs': {
    keys: [{ ...jwk, kid: 'for-encryption', use: 'enc', alg: 'RSA-OAEP' }, jwk],
  },
});

/** AD FS gives access tokens an issuer of their own, by plain http in name. */
export const adfs: Publish = (origin, jwk) => ({
  '/adfs/.well-known/openid-configuration': {
    issuer: `${origin}/adfs`,
    access_token_issuer: `${origin.replace('https:', 'http:')}/adfs/services/trust`,
    token_endpoint: `${origin}/adfs/oauth2/token/`,
    jwks_uri: `${origin}/adfs/discovery/keys`,
    id_token_signing_alg_values_supported: ['RS256'],
    capabilities: ['kdf_ver2'],
  },
  '/adfs/discovery/keys': { keys: [jwk] },
});

export async function openProvider(publish: Publish, certificate?: Certificate): Promise<Provider> {
  const documents = new Map<string, unknown>();
  const asked: string[] = [];
  const listener: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    const document = documents.get(request.url ?? '');
    if (typeof document === 'function') document(request, response);
    else if (document === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  };
  const server = certificate
    ? createHttpsServer({ key: certificate.key, cert: certificate.certificate }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let generation = 0;
  const provider: Provider = {
    origin,
    documents,
    asked,
    key: await makeKey('RS256', 'key-0'),
    async token(claims, header) {
      return (await sign(provider.key, claims, { ...header })).slice('Bearer '.length);
    },
    async rotate() {
      generation += 1;
      provider.key = await makeKey('RS256', `key-${generation}`);
      publishKey();
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  const publishKey = (): void => {
    const { jwk } = provider.key;
    const published = publish(origin, { ...jwk, use: 'sig', alg: 'RS256', x5t: jwk.kid, x5c: ['MIIC'] });
    for (const [path, document] of Object.entries(published)) documents.set(path, document);
  };
  publishKey();
  return provider;
}

const permission = 'DeviceManagementConfiguration.ReadWrite.All';
const user = 'b1b6a1de-3c5f-4a6a-8e0a-3a0b6c3c1c11';

function times(clock: HandClock): { iat: number; exp: number } {
  const now = Math.floor(clock.now() / 1000);
  return { iat: now, exp: now + 3600 };
}

/** What Entra's v1 token for Graph says of a user. */
export function entraV1Claims(clock: HandClock, tid = tenantId): Record<string, unknown> {
  const { iat, exp } = times(clock);
  return {
    aud: '00000003-0000-0000-c000-000000000000',
    iss: `https://sts.windows.net/${tid}/`,
    iat,
    nbf: iat,
    exp,
    acct: 0,
    app_displayname: 'Graph Explorer',
    appid: 'de8bc8b5-d9f9-48b1-a8ad-b748da725064',
    appidacr: '0',
    idtyp: 'user',
    name: 'Kai Example',
    oid: user,
    scp: `openid profile ${permission}`,
    sub: 'pairwise',
    tid,
    unique_name: 'kai@example.com',
    upn: 'kai@example.com',
    uti: 'AAAA',
    ver: '1.0',
    wids: ['62e90394-69f5-4237-9190-012177145e10'],
    xms_tcdt: 1_600_000_000,
  };
}

/** What Entra's v2 token says of a daemon. */
export function entraV2Claims(clock: HandClock, origin: string, tid = tenantId): Record<string, unknown> {
  const { iat, exp } = times(clock);
  return {
    aud: '00000003-0000-0000-c000-000000000000',
    iss: `${origin}/${tid}/v2.0`,
    iat,
    nbf: iat,
    exp,
    azp: 'de8bc8b5-d9f9-48b1-a8ad-b748da725064',
    azpacr: '1',
    idtyp: 'app',
    oid: user,
    roles: [permission],
    sub: user,
    tid,
    ver: '2.0',
  };
}

/** What a token of Keycloak says of a user who has the realm role; the audience comes from a mapper of the client scope. */
export function keycloakClaims(clock: HandClock, origin: string): Record<string, unknown> {
  return {
    ...times(clock),
    auth_time: times(clock).iat,
    jti: 'onrtac:1',
    iss: `${origin}/realms/phones`,
    aud: ['https://graph.microsoft.com', 'account'],
    sub: user,
    typ: 'Bearer',
    azp: 'terraform',
    sid: 'session',
    acr: '1',
    'allowed-origins': ['https://console.example.org'],
    realm_access: { roles: ['offline_access', permission] },
    resource_access: { account: { roles: ['view-profile'] } },
    scope: 'openid email profile',
    email_verified: true,
    name: 'Kai Example',
    preferred_username: 'kai',
    email: 'kai@example.com',
  };
}

/** Of a service account: no session, and whose client it is. */
export function keycloakServiceClaims(clock: HandClock, origin: string): Record<string, unknown> {
  const { sid: _sid, auth_time: _time, ...claims } = keycloakClaims(clock, origin);
  return {
    ...claims,
    clientHost: '10.0.0.7',
    clientAddress: '10.0.0.7',
    client_id: 'terraform',
    preferred_username: 'service-account-terraform',
  };
}

/** AD FS puts a time as text into `auth_time`, writes a single role as text, and knows no tenants. */
export function adfsClaims(clock: HandClock, origin: string): Record<string, unknown> {
  return {
    aud: 'microsoft:identityserver:https://graph.microsoft.com',
    iss: `${origin.replace('https:', 'http:')}/adfs/services/trust`,
    ...times(clock),
    apptype: 'Public',
    appid: 'de8bc8b5-d9f9-48b1-a8ad-b748da725064',
    authmethod: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    auth_time: '2026-03-01T11:59:46.918Z',
    ver: '1.0',
    scp: `${permission} openid`,
    upn: 'kai@corp.example',
    sub: 'xBZpMT9zNKNyMjFsj4CF80crrwS/ATrfkgm4n4iYDFw=',
  };
}
