// The built-in token endpoint as the settings have it.
import type { JSONWebKeySet } from 'jose';
import { type Clock, newId } from './base/index.js';
import type { ServerSettings } from './config/index.js';
import type { Development } from './development/index.js';
import type { Observe } from './observation/index.js';
import {
  type Keeping,
  keysInFolder,
  keysInStore,
  openSignIn,
  readSealingSecret,
  type SignIn,
  type SigningKeys,
} from './sign-in/index.js';
import type { Secrets, Store } from './store/index.js';

interface Means {
  readonly store: Store;
  readonly development: Development | undefined;
  readonly clock: Clock;
  readonly observe: Observe;
}

/** Undefined where the settings want none. Refuses keys that cannot be used. */
export async function openTokenEndpoint(
  settings: ServerSettings,
  keysIn: KeysIn,
  means: Means,
): Promise<SignIn | undefined> {
  if (!settings.signIn) return undefined;
  const { store, development, clock, observe } = means;
  const keys = keysIn(store);
  // A wrong key is told at the start. In development mode the first is made when it is needed, so that no start waits for it.
  if (!development) await keys.current();
  return openSignIn({
    store,
    keys,
    otherKeys: development ? publishedKeys(development) : [],
    commonTenant: development?.tenantId,
    clock,
    newId,
    observe,
  });
}

/** The signing keys, once there is a store. */
export type KeysIn = (store: Secrets) => SigningKeys;

/** Refuses a folder of keys, and secrets, that cannot be used. */
export async function readSigningFiles(settings: ServerSettings, clock: Clock): Promise<KeysIn> {
  if (settings.signInKeys !== undefined) {
    const keys = keysInFolder(settings.signInKeys, clock);
    await keys.current();
    return () => keys;
  }
  const keeping = await keepingOf(settings);
  return (store) => keysInStore(store, keeping, clock);
}

/** How the signing keys are kept in the store. */
export async function keepingOf({ signInSecret }: Pick<ServerSettings, 'signInSecret'>): Promise<Keeping> {
  const [first, ...others] = await Promise.all(signInSecret.map(readSealingSecret));
  return first ? { secrets: [first, ...others] } : 'plain';
}

/** The key of `offshoot token` signs for the same issuer. */
function publishedKeys({ issuer: { keys } }: Development): JSONWebKeySet['keys'] {
  return 'jwks' in keys ? keys.jwks.keys : [];
}
