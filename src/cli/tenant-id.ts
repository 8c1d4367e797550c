// A tenant's id as a command takes it.
import { InvalidArgumentError } from 'commander';
import { isUuid } from '../base/index.js';
import { mayBeTenant } from '../service/index.js';

export function tenantId(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError('A tenant is a UUID.');
}

/** As `tenantId`, for one that is to be added: said before a store is made for it. */
export function newTenantId(text: string): string {
  const id = tenantId(text);
  if (mayBeTenant(id)) return id;
  throw new InvalidArgumentError('It is the tenant of personal Microsoft accounts, who are always refused.');
}
