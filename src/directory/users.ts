// The use cases of users.
import { GraphError } from '../base/index.js';
import { type Consent, nameKey, type User } from '../plan/index.js';
import type { By } from '../service/index.js';
import { type Check, changeItem, deleteItem, editItem, type Means, type Place } from './change.js';
import { checkPassword, hashPassword } from './passwords.js';
import { checkCount, checkName, checkPermissions, checkUserPrincipalName } from './rules.js';

/** What may be said of a user. */
export interface UserProperties {
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly enabled: boolean;
  readonly scopes: readonly string[];
  /** As it is typed; kept as a hash. Null takes it away. */
  readonly password: string | null;
}

export interface Users {
  /** Called by the user principal name unless told otherwise. */
  create(
    tenantId: string,
    draft: Partial<UserProperties> & Pick<UserProperties, 'userPrincipalName'>,
    by: By,
  ): Promise<User>;
  /** `edit` says what is to be different, given the user as he or she is; a password is said beside it. */
  update(
    place: Place,
    edit: (before: User) => Partial<Omit<UserProperties, 'password'>>,
    by: By,
    options?: { readonly password?: string | null; readonly check?: Check<User> },
  ): Promise<User>;
  delete(place: Place, by: By, check?: Check<User>): Promise<void>;
  /** Adds to what the user has allowed the application. */
  consent(place: Place, consent: Consent, by: By): Promise<User>;
  /** Takes back all that the user has allowed the application. */
  withdraw(place: Place, appId: string, by: By): Promise<User>;
}

/**
 * Each is one audit event. Refuses: `entityNotFound` (tenant, user), `nameTaken`, `valueInvalid`, `permissionUnknown`,
 * `tooManyItems`, `tooManyRetries`.
 */
export function createUsers(means: Means): Users {
  const { store, newId } = means;

  const change = (place: Place, by: By, check: Check<User> | undefined, edit: (before: User) => User): Promise<User> =>
    editItem(means, 'user', place, by, check, async (before) => {
      const edited = edit(before);
      if (nameKey(edited.userPrincipalName) !== nameKey(before.userPrincipalName)) {
        await checkFree(place.tenantId, edited.userPrincipalName);
      }
      return edited;
    });

  /** Whoever takes the name in the meantime makes the change a conflict, and it is looked at again. */
  const checkFree = async (tenantId: string, name: string): Promise<void> => {
    if (!(await store.findUserByName(tenantId, name))) return;
    throw new GraphError('nameTaken', { target: 'userPrincipalName', values: { kind: 'user', name } });
  };

  const hashOf = async (password: string | null | undefined, name: string): Promise<string | null | undefined> => {
    if (password === undefined || password === null) return password;
    checkPassword(password, name);
    return hashPassword(password);
  };

  return {
    async create(tenantId, { password, ...draft }, by) {
      const userPrincipalName = checkUserPrincipalName(draft.userPrincipalName);
      const said = checked(draft);
      const user: User = {
        id: newId(),
        displayName: userPrincipalName,
        enabled: true,
        scopes: [],
        ...said,
        userPrincipalName,
        passwordHash: (await hashOf(password, userPrincipalName)) ?? null,
        consents: [],
        version: 1,
      };
      await changeItem(means, 'user', { tenantId, id: user.id }, by, async () => {
        await checkFree(tenantId, userPrincipalName);
        return user;
      });
      return user;
    },

    async update(place, edit, by, { password, check } = {}) {
      const known = await store.findUser(place.tenantId, place.id);
      const passwordHash = await hashOf(password, known?.userPrincipalName ?? '');
      return change(place, by, check, (before) => ({
        ...before,
        ...checked(edit(before)),
        ...(passwordHash !== undefined && { passwordHash }),
      }));
    },

    delete: (place, by, check) => deleteItem(means, 'user', place, by, check),

    consent: (place, { appId, scopes }, by) =>
      change(place, by, undefined, (before) => {
        const known = before.consents.find((consent) => consent.appId === appId);
        const all = { appId, scopes: checkPermissions('scopes', [...(known?.scopes ?? []), ...scopes]) };
        const consents = known
          ? before.consents.map((consent) => (consent === known ? all : consent))
          : [...before.consents, all];
        checkCount('consents', consents);
        return { ...before, consents };
      }),

    withdraw: (place, appId, by) =>
      change(place, by, undefined, (before) => ({
        ...before,
        consents: before.consents.filter((consent) => consent.appId !== appId),
      })),
  };
}

/** What is said, checked; what is not said is not there. */
function checked(said: Partial<Omit<UserProperties, 'password'>>): Partial<Omit<UserProperties, 'password'>> {
  const { userPrincipalName, displayName, enabled, scopes } = said;
  return {
    ...(userPrincipalName !== undefined && { userPrincipalName: checkUserPrincipalName(userPrincipalName) }),
    ...(displayName !== undefined && { displayName: checkName('displayName', displayName) }),
    ...(enabled !== undefined && { enabled }),
    ...(scopes && { scopes: checkPermissions('scopes', scopes) }),
  };
}
