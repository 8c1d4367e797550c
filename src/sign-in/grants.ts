// What a user's tokens may say: of what is asked for, that which the application may have, the user has, and has allowed.
import type { Account, Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { Application, User } from '../plan/index.js';
import type { DirectoryReader } from '../store/index.js';
import { currentExchange } from './exchange.js';
import { graph, libraryScopes } from './scopes.js';

/** What the application may have on behalf of the user; of any user where none is known yet. */
export function usableScopes({ scopes }: Application, user: User | undefined): readonly string[] {
  return user ? scopes.filter((scope) => user.scopes.includes(scope)) : scopes;
}

/** What of it the user has not allowed yet. */
export function missingConsent(application: Application, user: User, asked: ReadonlySet<string>): readonly string[] {
  const allowed = user.consents.find(({ appId }) => appId === application.id)?.scopes ?? [];
  return usableScopes(application, user).filter((scope) => asked.has(scope) && !allowed.includes(scope));
}

/** The user as the library has one; undefined for those who are gone or disabled. */
export async function findAccount(directory: DirectoryReader, id: string): Promise<Account | undefined> {
  const exchange = currentExchange();
  const { tenant } = exchange;
  const user = await directory.findUser(tenant.id, id);
  if (!user?.enabled) return undefined;
  exchange.userId = user.id;
  const { userPrincipalName, displayName } = user;
  return {
    accountId: user.id,
    user,
    claims: () => ({
      sub: user.id,
      oid: user.id,
      tid: tenant.id,
      name: displayName,
      preferred_username: userPrincipalName,
      ver: '2.0',
    }),
  };
}

/** Scopes of the claims above, as the library wants them told. */
export const idTokenClaims = {
  openid: ['sub', 'oid', 'tid', 'ver'],
  profile: ['name', 'preferred_username'],
} as const;

/**
 * The grant of a sign-in, made of what the directory says. One that is complete is kept, and used again while the session and
 * the directory stay as they are; one that is not makes the library ask the user.
 */
export async function grantOf(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
  const { session, client, provider, params, result, prompts, account } = ctx.oidc;
  const { application } = currentExchange();
  const user = account?.user as User | undefined;
  if (!session || !client || !application || !user) return undefined;
  const asked = new Set(String(params?.scope ?? '').split(' '));
  const wanted = application.scopes.filter((scope) => asked.has(scope));
  const usable = usableScopes(application, user).filter((scope) => asked.has(scope));
  const missing = missingConsent(application, user, asked);
  const granted = usable.filter((scope) => !missing.includes(scope));

  const isAsking = missing.length > 0 || (prompts.has('consent') && !result?.consent);
  const before = session.grantIdFor(client.clientId);
  const known = before === undefined || isAsking ? undefined : await provider.Grant.find(before);
  const isSame =
    known?.accountId === user.id &&
    known.getResourceScopeFiltered(graph, granted) === granted.join(' ') &&
    granted.length === known.getResourceScope(graph).split(' ').filter(Boolean).length &&
    wanted.every((scope) => known.getResourceScopeEncountered(graph).split(' ').includes(scope));
  if (known && isSame) return known;

  const grant = new provider.Grant({ accountId: user.id, clientId: client.clientId });
  grant.addOIDCScope(libraryScopes.join(' '));
  if (granted.length > 0) grant.addResourceScope(graph, granted.join(' '));
  // What the user does not have is not asked for either.
  const beyond = wanted.filter((scope) => !usable.includes(scope));
  if (beyond.length > 0) grant.rejectResourceScope(graph, beyond.join(' '));
  if (!isAsking) await grant.save();
  return grant;
}
