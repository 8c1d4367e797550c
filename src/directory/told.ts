// What is told of applications and users, in answers and in the audit: all but what verifies secrets and passwords.
import { isDeepStrictEqual } from 'node:util';
import type { PropertyChange } from '../domain/index.js';
import type { Application, ApplicationSecret, User } from '../plan/index.js';

/** An application as everyone may see it who may read the directory. */
export type ToldApplication = Omit<Application, 'secrets'> & {
  readonly secrets: readonly Omit<ApplicationSecret, 'hash'>[];
};
export type ToldUser = Omit<User, 'passwordHash'> & { readonly hasPassword: boolean };

export function toldApplication(application: Application): ToldApplication {
  const { id, displayName, enabled, roles, scopes, redirectUris, secrets, certificates, version } = application;
  const shown = secrets.map(toldSecret);
  return { id, displayName, enabled, roles, scopes, redirectUris, secrets: shown, certificates, version };
}

export function toldSecret(secret: ApplicationSecret): Omit<ApplicationSecret, 'hash'> {
  const { id, displayName, hint, startDateTime, endDateTime } = secret;
  return { id, displayName, hint, startDateTime, endDateTime };
}

export function toldUser(user: User): ToldUser {
  const { id, userPrincipalName, displayName, enabled, scopes, consents, version, passwordHash } = user;
  const hasPassword = passwordHash !== null;
  return { id, userPrincipalName, displayName, enabled, scopes, consents, hasPassword, version };
}

/** The value of a property, and what the audit shows of it. */
type Shown = readonly [value: unknown, text: string];

/** The properties in which two states differ; `undefined` stands for a state in which there is none. */
export function toldChanges(
  kind: 'application' | 'user',
  before: Application | User | undefined,
  after: Application | User | undefined,
): readonly PropertyChange[] {
  const of = (item: Application | User | undefined): Readonly<Record<string, Shown>> => {
    if (!item) return {};
    return kind === 'application' ? ofApplication(item as Application) : ofUser(item as User);
  };
  const [old, now] = [of(before), of(after)];
  return Object.keys({ ...old, ...now }).flatMap((displayName) => {
    const [was, is] = [old[displayName], now[displayName]];
    if (isDeepStrictEqual(was?.[0], is?.[0])) return [];
    return [{ displayName, oldValue: was?.[1] ?? null, newValue: is?.[1] ?? null }];
  });
}

function ofApplication(application: Application): Readonly<Record<string, Shown>> {
  const { displayName, enabled, roles, scopes, redirectUris, secrets, certificates } = application;
  const shownCertificates = certificates.map(({ id, displayName: name, thumbprint, endDateTime }) => {
    return { id, displayName: name, thumbprint, endDateTime };
  });
  return {
    displayName: [displayName, displayName],
    enabled: [enabled, String(enabled)],
    roles: json(roles),
    scopes: json(scopes),
    redirectUris: json(redirectUris),
    secrets: [secrets, JSON.stringify(secrets.map(toldSecret))],
    certificates: [certificates, JSON.stringify(shownCertificates)],
  };
}

function ofUser(user: User): Readonly<Record<string, Shown>> {
  const { userPrincipalName, displayName, enabled, passwordHash, scopes, consents } = user;
  return {
    userPrincipalName: [userPrincipalName, userPrincipalName],
    displayName: [displayName, displayName],
    enabled: [enabled, String(enabled)],
    // As Graph masks what is secret; that it was changed is told all the same.
    ...(passwordHash !== null && { password: [passwordHash, '****'] as const }),
    scopes: json(scopes),
    consents: json(consents),
  };
}

function json(value: unknown): Shown {
  return [value, JSON.stringify(value)];
}
