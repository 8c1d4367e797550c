// The tenant, as far as tools ask to know where they are.
import { entityType, string } from '../edm/index.js';
import { entity } from './entity.js';

export const organization = entityType('organization', {
  base: entity,
  properties: { displayName: string() },
});
