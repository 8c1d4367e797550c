// A server in production mode with several tenants, and tokens of any kind from an issuer of the tests' own.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, systemClock } from '../../src/base/index.js';
import { createServer, type ServerSettings } from '../../src/index.js';
import type { License } from '../../src/plan/index.js';

import { byProgram, changeTenant } from '../../src/service/index.js';
import { openStore, storePath } from '../../src/store/index.js';
import { claimsAt, HandClock, type Key, makeKey, sign } from '../identity/issuer.js';
import { testStore } from '../postgresql.js';
import { type Answer, type CallOptions, call } from '../support.js';

/** An issuer that speaks for one tenant alone, which is not kept. */
export const boundIssuer = 'https://bound.example.org';
export const tenantOfBoundIssuer = 'b0b0b0b0-0000-4000-8000-00000000b0b0';

export interface Tenants {
  readonly key: Key;
  readonly plainUrl: string;
  /** With `adminPort` among the settings. */
  readonly adminUrl: string | undefined;
  /** The origin that clients know the server by. */
  readonly publicUrl: string;
  /** The claims of a usable delegated token of the tenant; what is given replaces them, `undefined` removes one. */
  claims(tenantId: string, changes?: Record<string, unknown>): Record<string, unknown>;
  /** A signed token with these claims, without `Bearer`. */
  token(tenantId: string, changes?: Record<string, unknown>): Promise<string>;
  /** Adds a tenant, or changes its licence, as `offshoot tenant` does beside a running server; answers its id. */
  keep(license: License, id?: string): Promise<string>;
  /** Sends a request; `path` is below /deviceManagement, or whole where it begins with a slash. */
  send(method: string, path: string, options: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export async function openTenants(settings: Partial<ServerSettings> = {}): Promise<Tenants> {
  const folder = await mkdtemp(join(tmpdir(), 'offshoot-tenants-'));
  const key = await makeKey();
  const jwks = join(folder, 'jwks.json');
  await writeFile(jwks, JSON.stringify({ keys: [key.jwk] }));
  const publicUrl = 'https://offshoot.example.org';
  const where = { data: folder, ...(await testStore()) };
  const server = await createServer({
    dev: false,
    ...where,
    plainHttp: true,
    logLevel: 'warn',
    limits: 'none',
    publicUrl,
    issuer: [
      { issuer: 'https://sts.windows.net/{tenantid}/', jwks },
      { issuer: boundIssuer, jwks, tenants: [tenantOfBoundIssuer] },
    ],
    ...settings,
  });
  const { plainUrl, adminUrl } = server;
  assert.ok(plainUrl && !server.development, 'a server in production mode');
  const store = await openStore({ path: storePath(where), mode: 'production', create: false });

  const claims: Tenants['claims'] = (tenantId, changes = {}) => {
    const clock = new HandClock();
    clock.time = Date.now();
    return claimsAt(clock, { tid: tenantId, iss: `https://sts.windows.net/${tenantId}/`, ...changes });
  };
  return {
    key,
    plainUrl,
    adminUrl,
    publicUrl,
    claims,
    async token(tenantId, changes) {
      return (await sign(key, claims(tenantId, changes))).slice('Bearer '.length);
    },
    async keep(license, id = randomUUID()) {
      const by = byProgram('test', newId);
      await changeTenant(store, id, () => ({ displayName: 'A tenant', license }), { clock: systemClock, by });
      return id;
    },
    send(method, path, { headers, ...options }) {
      const url = path.startsWith('/') ? `${plainUrl}${path}` : `${plainUrl}/beta/deviceManagement/${path}`;
      return call(server, method, url, { ...options, headers: { host: 'offshoot.example.org', ...headers } });
    },
    async close() {
      await server.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
