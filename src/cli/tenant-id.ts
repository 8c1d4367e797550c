// A tenant's id as a command takes it.
import { InvalidArgumentError } from 'commander';
import { isUuid } from '../base/index.js';

export function tenantId(text: string): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new InvalidArgumentError('A tenant is a UUID.');
}
