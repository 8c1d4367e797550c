// Changing a tenant's licence or name, with the audit event that says so.
import type { Clock, NewId } from '../base/index.js';
import { formatInstant } from '../base/index.js';
import { auditEventOf, type PropertyChange } from '../domain/index.js';
import type { Tenant } from '../plan/index.js';
import type { TenantReader, UnitWriter } from '../store/index.js';

/** How often a change is decided anew when another was first. */
const maximumAttempts = 5;

/** Adds the tenant, or gives it another licence or name. Changes and writes nothing if it is so already. */
export async function changeTenant(
  store: TenantReader & UnitWriter,
  tenant: Tenant,
  { clock, newId, program }: { clock: Clock; newId: NewId; program: string },
): Promise<void> {
  for (let attempt = 0; attempt < maximumAttempts; attempt++) {
    const before = await store.findTenant(tenant.id);
    const changes = changesOf(before, tenant);
    if (changes.length === 0) return;
    const id = newId();
    const outcome = await store.write({
      tenantId: tenant.id,
      changes: [{ kind: 'tenant', tenant, expected: before }],
      audit: auditEventOf({
        id,
        time: formatInstant(clock.now()),
        correlationId: id,
        operation: before ? 'Patch' : 'Create',
        actor: { type: 'System', applicationDisplayName: program, userPermissions: [] },
        resources: [{ type: 'tenant', id: tenant.id, displayName: tenant.displayName, changes }],
      }),
    });
    if (outcome === 'done') return;
  }
  throw new Error(`the tenant ${tenant.id} was changed at the same moment; try again`);
}

function changesOf(before: Tenant | undefined, after: Tenant): PropertyChange[] {
  return (['displayName', 'license'] as const)
    .filter((name) => before?.[name] !== after[name])
    .map((name) => ({ displayName: name, oldValue: before?.[name] ?? null, newValue: after[name] }));
}
