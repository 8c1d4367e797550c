// A tag by which administrators are given a part of the objects.
import { boolean, entityType, string } from '../edm/index.js';
import { entity } from './entity.js';

export const roleScopeTag = entityType('roleScopeTag', {
  base: entity,
  properties: {
    description: string(),
    displayName: string(),
    isBuiltIn: boolean({ nullable: false }),
  },
});
