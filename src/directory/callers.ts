// What the directory says of those who call by tokens that hold: what was taken away since counts at once.
import { GraphError, isUuid } from '../base/index.js';
import type { Caller } from '../identity/index.js';
import type { Application, User } from '../plan/index.js';
import type { DirectoryReader } from '../store/index.js';

/** How long the directory is believed, in milliseconds: a change is seen within the second. */
const freshness = 500;

/**
 * The caller as the directory has it now: of the token's permissions those that its application, and its user, have still.
 * Applications and users of other issuers need not be in it; of them the token alone tells. Refuses: `applicationDisabled`,
 * `userDisabled` (401), of who is gone too.
 */
export type JudgeCaller = (caller: Caller) => Promise<Caller>;

export function createCallerJudge(store: DirectoryReader, now: () => number): JudgeCaller {
  // Who calls again by the same token is the same object, as long as the verifier remembers the token.
  const judged = new WeakMap<Caller, { readonly until: number; readonly verdict: Promise<Caller> }>();
  return (caller) => {
    const known = judged.get(caller);
    if (known && now() < known.until) return known.verdict;
    const verdict = judge(caller, store);
    judged.set(caller, { until: now() + freshness, verdict });
    // What the storage could not tell is asked again.
    verdict.catch((error) => {
      if (!(error instanceof GraphError)) judged.delete(caller);
    });
    return verdict;
  };
}

async function judge(caller: Caller, store: DirectoryReader): Promise<Caller> {
  const { tenantId, applicationId, userId, kind, ofDirectory } = caller;
  const [application, user] = await Promise.all([
    isKey(applicationId) ? store.findApplication(tenantId, applicationId.toLowerCase()) : undefined,
    kind === 'delegated' && isKey(userId) ? store.findUser(tenantId, userId.toLowerCase()) : undefined,
  ]);
  if (application ? !application.enabled : ofDirectory) throw new GraphError('applicationDisabled');
  if (user ? !user.enabled : ofDirectory && kind === 'delegated') throw new GraphError('userDisabled');
  return application || user ? narrowed(caller, application, user) : caller;
}

function narrowed(caller: Caller, application: Application | undefined, user: User | undefined): Caller {
  const ofApplication = caller.kind === 'application' ? application?.roles : application?.scopes;
  const permissions = [...caller.permissions].filter(
    (permission) => (ofApplication?.includes(permission) ?? true) && (user?.scopes.includes(permission) ?? true),
  );
  return permissions.length === caller.permissions.size ? caller : { ...caller, permissions: new Set(permissions) };
}

function isKey(id: string | undefined): id is string {
  return id !== undefined && isUuid(id);
}
