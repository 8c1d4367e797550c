// The person who calls, as far as tools ask to know where they are.
import { entityType, string } from '../edm/index.js';
import { entity } from './entity.js';

export const user = entityType('user', {
  base: entity,
  properties: {
    displayName: string(),
    userPrincipalName: string(),
  },
});
