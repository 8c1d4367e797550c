// Whether a caller may do what is asked: account, tenant, permission, licence, in this order.
import { GraphError } from '../base/index.js';
import { checkLicense } from '../domain/index.js';
import type { Caller } from '../identity/index.js';
import { me } from '../model/index.js';
import type { Address, Operation, Tenant } from '../plan/index.js';
import type { TenantReader } from '../store/index.js';
import { needsLicense, requiredPermissions } from './permissions.js';

/** How long a tenant's row is believed, in milliseconds: a changed licence is seen within the second. */
const tenantFreshness = 500;
/** Most tenants remembered at once. */
const tenantMemory = 10_000;

interface TenantMemory {
  find(id: string): Promise<Tenant | undefined>;
  forget(): void;
}

/** Finds a tenant; asks the store at most twice a second for each. */
export function rememberTenants(store: TenantReader, now: () => number): TenantMemory {
  let remembered = new Map<string, { tenant: Tenant | undefined; until: number }>();
  return {
    async find(id) {
      const memory = remembered;
      const known = memory.get(id);
      if (known && now() < known.until) return known.tenant;
      const tenant = await store.findTenant(id);
      if (memory.size >= tenantMemory) memory.clear();
      memory.set(id, { tenant, until: now() + tenantFreshness });
      return tenant;
    },
    // What is being read at the moment is remembered nowhere.
    forget() {
      remembered = new Map();
    },
  };
}

/** Refuses personal accounts (`personalAccount`, 403) and tenants that are not known (`tenantUnknown`, 401). */
export async function admit(caller: Caller, findTenant: (id: string) => Promise<Tenant | undefined>): Promise<Tenant> {
  if (caller.personal) throw new GraphError('personalAccount');
  const tenant = await findTenant(caller.tenantId);
  if (!tenant) throw new GraphError('tenantUnknown');
  return tenant;
}

/**
 * Refuses a caller without any of the operation's permissions (`permissionMissing`, `noApplicationPermission`), an
 * application that asks who it is (`delegatedOnly`) and, for what needs one, a tenant without a licence (`tenantNotLicensed`).
 */
export function authorize(caller: Caller, tenant: Tenant, action: Operation['kind'], address: Address): void {
  const required = requiredPermissions(action, address);
  if (caller.kind === 'application' && isAboutCaller(address)) throw new GraphError('delegatedOnly');
  if (required.length > 0 && !required.some((permission) => caller.permissions.has(permission))) {
    const permissions = required.join(', ');
    if (caller.kind === 'delegated') {
      throw new GraphError('permissionMissing', { values: { subject: 'User', permissions } });
    }
    throw caller.permissions.size === 0
      ? new GraphError('noApplicationPermission', { values: { permissions } })
      : new GraphError('permissionMissing', { values: { subject: 'Application', permissions } });
  }
  if (needsLicense(address)) checkLicense(tenant);
}

function isAboutCaller(address: Address): boolean {
  if (address.kind === 'property') return isAboutCaller(address.of);
  return address.kind === 'singleton' && address.singleton === me;
}
