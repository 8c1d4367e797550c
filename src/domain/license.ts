// What a tenant's licence lets it do, and how the API tells it.
import { GraphError } from '../base/index.js';
import type { Structure } from '../edm/index.js';
import type { Tenant } from '../plan/index.js';

/** Rule 9: refuses a tenant without an active licence (`tenantNotLicensed`). */
export function checkLicense(tenant: Tenant): void {
  if (tenant.license !== 'active') {
    throw new GraphError('tenantNotLicensed', { values: { license: tenant.license } });
  }
}

const subscription = {
  active: { subscriptions: 'intune', subscriptionState: 'active' },
  expired: { subscriptions: 'intune', subscriptionState: 'disabled' },
  absent: { subscriptions: 'none', subscriptionState: 'deleted' },
} as const;

/** The tenant's `deviceManagement` object. Its account is the tenant itself: there is no other. */
export function deviceManagementOf(tenant: Tenant): Structure & { readonly id: string } {
  return { id: tenant.id, intuneAccountId: tenant.id, ...subscription[tenant.license] };
}
