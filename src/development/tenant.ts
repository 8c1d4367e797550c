// The tenant that a development store brings.
import type { NewId } from '../base/index.js';
import type { Secrets } from '../store/index.js';

/** The id of the store's own tenant: chosen once, the same for all who ask. Whether the tenant exists is another matter. */
export async function developmentTenantId(secrets: Secrets, newId: NewId): Promise<string> {
  return (await secrets.findSecret('tenant-id')) ?? secrets.keepSecret('tenant-id', newId());
}
