// The root of all entity types: the key.
import { entityType, string } from '../edm/index.js';

export const entity = entityType('entity', {
  abstract: true,
  properties: { id: string({ nullable: false, readOnly: true }) },
});
