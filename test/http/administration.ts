// A server in production mode that one tenant's callers administer, for the tests of the API below /admin.
import assert from 'node:assert/strict';
import type { ServerSettings } from '../../src/index.js';
import { type Answer, type CallOptions, call } from '../support.js';
import { openTenants, type Tenants } from './tenants.js';

export const adminRead = 'Offshoot.Admin.Read.All';
export const adminWrite = 'Offshoot.Admin.ReadWrite.All';
/** The tenant that administers. */
export const operators = '0f0f0f0f-0000-4000-8000-00000000f0f0';

export interface Administration {
  readonly tenants: Tenants;
  /** Sends a request below /admin, by an application of the administering tenant that may do everything. */
  send(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** As `send`, with the body; fails unless the answer has the status. Answers its body. */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Answer['json']>;
  /** A token of an application with these roles. */
  token(roles: readonly string[], tenantId?: string): Promise<string>;
  /** Adds a tenant with nothing in it; answers its id. */
  tenant(): Promise<string>;
  /** The audit events of the tenant, oldest first, as its own people read them. */
  events(tenantId: string): Promise<Answer['json'][]>;
  close(): Promise<void>;
}

export async function openAdministration(settings: Partial<ServerSettings> = {}): Promise<Administration> {
  const tenants = await openTenants({ adminPort: 0, adminTenant: operators.toUpperCase(), ...settings });
  await tenants.keep('absent', operators);
  const token: Administration['token'] = (roles, tenantId = operators) =>
    tenants.token(tenantId, {
      scp: undefined,
      idtyp: 'app',
      roles,
      appid: 'an-administrator',
      app_displayname: 'Console',
    });
  const own = await token([adminWrite]);
  const send: Administration['send'] = (method, path, options = {}) =>
    call({ plainUrl: tenants.adminUrl }, method, `/admin/${path}`, { token: own, ...options });
  const expect: Administration['expect'] = async (status, method, path, body) => {
    const answer = await send(method, path, { body });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.json;
  };
  return {
    tenants,
    send,
    expect,
    token,
    tenant: async () => (await expect(201, 'POST', 'tenants', {})).id,
    async events(tenantId) {
      const reader = await tenants.token(tenantId, { scp: 'DeviceManagementApps.Read.All' });
      const answer = await tenants.send('GET', 'auditEvents', { token: reader });
      assert.equal(answer.status, 200, answer.text);
      return answer.json.value;
    },
    close: () => tenants.close(),
  };
}
