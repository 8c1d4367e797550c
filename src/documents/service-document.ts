// What can be addressed at the service root (OData JSON 4.01, section 5).
import type { Model } from '../edm/index.js';

/** The text; `root` is the service root, such as `https://localhost:8443/beta`. */
export function writeServiceDocument({ entitySets, singletons }: Model, root: string): string {
  const entries = [
    ...entitySets.map(({ name }) => ({ name, kind: 'EntitySet', url: name })),
    ...singletons.map(({ name }) => ({ name, kind: 'Singleton', url: name })),
  ];
  return JSON.stringify({ '@odata.context': `${root}/$metadata`, value: entries });
}
