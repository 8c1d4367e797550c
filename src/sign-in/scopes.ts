// What a request asks for: Graph's permissions in each of their forms, and OpenID Connect's own scopes.
import { graphAudiences } from '../identity/index.js';
import { SignInError } from './errors.js';

/** The one resource, by the name that tokens have in `aud`. */
export const graph = graphAudiences[0];

/** What OpenID Connect and OAuth ask for, rather than Graph. */
const openidScopes = ['openid', 'profile', 'email', 'offline_access'] as const;

/**
 * `offline_access` by another name inside: the library gives it up unless people are asked each time, which Entra does
 * not do.
 */
export const offline = 'offline';

/** Those of OpenID Connect as the library has them. */
export const libraryScopes: readonly string[] = ['openid', 'profile', 'email', offline];

const everything = '.default';

export interface AskedScopes {
  readonly openid: readonly string[];
  /** Graph's permissions, without the resource before them. */
  readonly permissions: readonly string[];
  /** Whether all that the application may have is asked for. */
  readonly all: boolean;
  /** Whether permissions are named with their resource, and so are answered. */
  readonly qualified: boolean;
}

/** Whether a resource is Graph, by one of its names or by the server's own address. */
export function isGraph(resource: string, origin: string): boolean {
  const name = resource.toLowerCase();
  return graphAudiences.includes(name) || name.replace(/\/$/, '') === origin;
}

/**
 * Reads a `scope`: `openid`, `DeviceManagementApps.Read.All`, `https://graph.microsoft.com/.default`. Refuses a resource
 * that is not Graph (`resourceUnknown`), and `.default` beside other permissions (`scopeInvalid`), as Entra does.
 */
export function readScopes(scope: string, { origin, tenant }: { origin: string; tenant: string }): AskedScopes {
  const openid = new Set<string>();
  const permissions = new Set<string>();
  let all = false;
  let qualified = false;
  for (const item of scope.split(/\s+/).filter((text) => text !== '')) {
    const lower = item.toLowerCase();
    if (openidScopes.some((name) => name === lower)) {
      openid.add(lower);
      continue;
    }
    const [, resource, name = ''] = /^(.+)\/([^/]+)$/.exec(item) ?? [undefined, undefined, item];
    if (resource !== undefined) {
      if (!isGraph(resource, origin)) throw new SignInError('resourceUnknown', { values: { resource, tenant } });
      qualified = true;
    }
    if (name.toLowerCase() === everything) all = true;
    else permissions.add(name);
  }
  if (all && permissions.size > 0) {
    throw new SignInError('scopeInvalid', { values: { scope, reason: '.default stands without other permissions' } });
  }
  return { openid: [...openid], permissions: [...permissions], all, qualified };
}

/** The scopes as the library shall have them; of the permissions those that are `available`, in their own spelling. */
export function libraryScope(asked: AskedScopes, available: readonly string[]): string {
  const { openid, permissions, all } = asked;
  const wanted = new Set(permissions.map((name) => name.toLowerCase()));
  const granted = available.filter((name) => all || wanted.has(name.toLowerCase()));
  return [...openid.map((name) => (name === 'offline_access' ? offline : name)), ...granted].join(' ');
}

/** What an answer says was granted, in the form in which it was asked for; MSAL finds the token by it again. */
export function answeredScope(granted: string, asked: AskedScopes | undefined): string {
  const names = granted.split(' ').filter((name) => name !== '' && name !== offline);
  const isOpenid = (name: string): boolean => openidScopes.some((known) => known === name);
  const prefix = asked?.qualified ? `${graph}/` : '';
  return [
    ...names.filter((name) => !isOpenid(name)).map((name) => `${prefix}${name}`),
    ...names.filter(isOpenid),
    ...(asked?.all ? [`${prefix}${everything}`] : []),
  ].join(' ');
}
