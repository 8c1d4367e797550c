// Adding a tenant, and changing its licence or name, with the audit event that says so.
import { type Clock, GraphError } from '../base/index.js';
import type { PropertyChange } from '../domain/index.js';
import { personalAccountsTenant } from '../identity/index.js';
import type { Tenant, Unit } from '../plan/index.js';
import type { TenantReader, UnitWriter } from '../store/index.js';
import { auditOf, type By } from './context.js';
import { makeChange } from './one-change.js';

/** Whether a server could have the tenant: personal Microsoft accounts are always refused. */
export function mayBeTenant(id: string): boolean {
  return id !== personalAccountsTenant;
}

/**
 * Makes the tenant what `decide` says of it as it is now, which may refuse; changes and writes nothing if it is so
 * already. Refuses the tenant of personal accounts (`valueInvalid`), and where others keep changing it (`tooManyRetries`).
 */
export async function changeTenant(
  store: TenantReader & UnitWriter,
  id: string,
  decide: (before: Tenant | undefined) => Omit<Tenant, 'id'>,
  { clock, by }: { clock: Clock; by: By },
): Promise<Tenant> {
  if (!mayBeTenant(id)) {
    const reason = 'it is the tenant of personal accounts, who are always refused';
    throw new GraphError('valueInvalid', { target: 'id', values: { property: 'id', reason } });
  }
  return makeChange(store, by, async () => {
    const before = await store.findTenant(id);
    const tenant = { ...decide(before), id };
    const changes = changesOf(before, tenant);
    if (changes.length === 0) return { result: tenant };
    const resource = { type: 'tenant', id, displayName: tenant.displayName, changes };
    const unit: Unit = {
      tenantId: id,
      changes: [{ kind: 'tenant', tenant, expected: before }],
      audit: auditOf(by, clock.now(), before ? 'Patch' : 'Create', [resource]),
    };
    return { result: tenant, unit };
  });
}

function changesOf(before: Tenant | undefined, after: Tenant): PropertyChange[] {
  return (['displayName', 'license'] as const)
    .filter((name) => before?.[name] !== after[name])
    .map((name) => ({ displayName: name, oldValue: before?.[name] ?? null, newValue: after[name] }));
}
