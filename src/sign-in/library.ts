// oidc-provider, loaded when the first request asks for it: a server that gives no tokens does without its memory and time.
import type * as Library from 'oidc-provider';

export type OidcProvider = typeof Library;
export type ProviderInstance = InstanceType<OidcProvider['default']>;

let loading: Promise<OidcProvider> | undefined;

export function loadLibrary(): Promise<OidcProvider> {
  loading ??= load();
  return loading;
}

/**
 * On Node.js 20 it says on the console, among our lines of JSON, that it is made for 22 and later. What it needs is in the
 * later versions of 20 too, and our tests run on them.
 */
async function load(): Promise<OidcProvider> {
  if (!process.version.startsWith('v20.')) return import('oidc-provider');
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
