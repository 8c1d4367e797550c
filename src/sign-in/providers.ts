// The library's providers, one for each tenant, origin and set of keys that was asked for lately.
import type { Tenant } from '../plan/index.js';
import { loadLibrary, type ProviderInstance } from './library.js';
import { openProvider, type ProviderMeans } from './provider.js';
import type { SigningKeys } from './signing-keys.js';

/** As many are kept, each some hundred kilobytes. */
const mostProviders = 32;

export interface Providers {
  providerFor(tenant: Tenant, origin: string): Promise<ProviderInstance>;
}

export function createProviders(keys: SigningKeys, means: ProviderMeans): Providers {
  const known = new Map<string, ProviderInstance>();
  return {
    async providerFor(tenant, origin) {
      const [library, inForce] = [await loadLibrary(), await keys.current()];
      const name = [tenant.id, origin, ...inForce.map(({ kid }) => kid)].join(' ');
      const provider = known.get(name) ?? openProvider(library, { tenant, origin, keys: inForce }, means);
      // The one that was used last goes last.
      known.delete(name);
      known.set(name, provider);
      for (const oldest of known.keys()) {
        if (known.size <= mostProviders) break;
        known.delete(oldest);
      }
      return provider;
    },
  };
}
