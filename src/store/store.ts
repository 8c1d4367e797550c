// What the store promises, as small roles: each consumer asks for the role that it needs.
import type { StorageTrouble } from '../base/index.js';
import type { EntitySet, EntityType, Structure } from '../edm/index.js';
import type {
  Application,
  ChainEnd,
  EntityQuery,
  Expanded,
  Identity,
  KeptLimits,
  ListQuery,
  Page,
  RelatedQuery,
  Stored,
  Tenant,
  Unit,
  UnitOutcome,
  User,
} from '../plan/index.js';

/** Reads what is committed. One tenant never sees another's entities. */
export interface EntityReader {
  find(tenantId: string, set: EntitySet, key: string): Promise<Stored | undefined>;
  list(tenantId: string, query: ListQuery): Promise<Page>;
  /**
   * The source's type and the target, in one statement; undefined where the source does not exist, `target` undefined
   * where the property leads nowhere (or is none of the source's type).
   */
  findRelated(
    tenantId: string,
    query: RelatedQuery,
  ): Promise<{ sourceType: EntityType; target: Stored | undefined } | undefined>;
  /** The entities that refer to the one of `set`, by whichever property; `type` is the name of their type. */
  referrers(
    tenantId: string,
    set: EntitySet,
    key: string,
  ): Promise<readonly { id: string; type: string; displayName: string }[]>;
}

/** Reads for answers: what a query says of an entity or a collection, in one statement each. */
export interface QueryReader {
  /** One entity with what the query expands. */
  read(
    tenantId: string,
    set: EntitySet,
    key: string,
    query: Pick<EntityQuery, 'expand'>,
  ): Promise<Expanded | undefined>;
  /** As `findRelated`, the target with what the query expands. */
  readRelated(
    tenantId: string,
    related: RelatedQuery,
    query: Pick<EntityQuery, 'expand'>,
  ): Promise<{ sourceType: EntityType; target: Expanded | undefined } | undefined>;
  /** A page of the query's entities, by their identities alone. */
  listKeys(tenantId: string, query: ListQuery): Promise<Page<Identity>>;
  /** How many entities the query chooses, on all pages. */
  count(tenantId: string, query: ListQuery): Promise<number>;
}

/** The one way to change anything. */
export interface UnitWriter {
  /**
   * Applies the unit in the order of its changes, then adds its audit event. Answers after the commit is on disk.
   * Units that wait at the same moment are applied in the order of the calls and share one commit, each with its own
   * success or failure. Rejects with a `StorageFault` where the storage fails, and with another error where the program
   * does. Then the unit was written whole or not at all; where its audit event is, it was.
   */
  write(unit: Unit): Promise<UnitOutcome>;
  /**
   * The end of the tenant's audit chain, for a unit to be decided on what is read after this (`Unit.after`). Unless it
   * has to be of `now`, it may be what this server left last. Only where other servers write too.
   */
  chainEnd?(tenantId: string, options: { now: boolean }): Promise<ChainEnd>;
  /**
   * As `write`, of a unit that is decided while nobody else changes anything of the tenant, on what `state` shows; `done`
   * where nothing is to be written. `decide` throws nothing, and may be asked again on a newer state. Only where other
   * servers write too: whoever lost a race cannot lose this one.
   */
  decideInTurn?(tenantId: string, decide: DecideUnit): Promise<UnitOutcome>;
}

export type DecideUnit = (state: EntityReader) => Promise<Unit | undefined>;

export interface TenantReader {
  findTenant(id: string): Promise<Tenant | undefined>;
  listTenants(): Promise<readonly Tenant[]>;
}

/** Reads the directory, each time from the database: another process may have changed it. Lists are in the order of ids. */
export interface DirectoryReader {
  findApplication(tenantId: string, appId: string): Promise<Application | undefined>;
  listApplications(tenantId: string): Promise<readonly Application[]>;
  findUser(tenantId: string, id: string): Promise<User | undefined>;
  /** By the user principal name, in any case. */
  findUserByName(tenantId: string, userPrincipalName: string): Promise<User | undefined>;
  listUsers(tenantId: string): Promise<readonly User[]>;
}

/** What the token endpoint remembers until it expires: a code, a refresh token, a session. */
export interface SignInRecord {
  readonly tenantId: string;
  readonly kind: string;
  /** A hash of what is presented. */
  readonly id: string;
  /** What was granted at once, to be taken back together. */
  readonly grant?: string;
  readonly session?: string;
  /** A hash of what people type. */
  readonly userCode?: string;
  /** When it was used, in seconds since 1970. */
  readonly consumed?: number;
  /** In seconds since 1970. */
  readonly expires: number;
  readonly properties: object;
}

/** Many servers share them. Nobody backs them up: after a restore people sign in anew. */
export interface SignInRecords {
  findRecord(tenantId: string, kind: string, id: string): Promise<SignInRecord | undefined>;
  findRecordOfSession(tenantId: string, kind: string, session: string): Promise<SignInRecord | undefined>;
  findRecordOfUserCode(tenantId: string, kind: string, userCode: string): Promise<SignInRecord | undefined>;
  /** Whether there was none of its kind and id, and now is this one. */
  addRecord(record: SignInRecord): Promise<boolean>;
  /** Adds or replaces it; one that was consumed stays consumed. */
  keepRecord(record: SignInRecord): Promise<void>;
  /** Whether it is there and had not been consumed: of several who ask at once, one is told so. */
  consumeRecord(tenantId: string, kind: string, id: string, at: number): Promise<boolean>;
  removeRecord(tenantId: string, kind: string, id: string): Promise<void>;
  removeRecordsOfGrant(tenantId: string, grant: string): Promise<void>;
  /** Removes those of all tenants that ended before, in seconds since 1970. */
  removeRecordsBefore(end: number): Promise<void>;
}

export interface LimitsReader {
  /** Undefined where none were ever kept. */
  findLimits(): Promise<KeptLimits | undefined>;
}

/** An audit event with its place in its tenant's chain. */
export interface AuditEntry {
  readonly tenantId: string;
  readonly position: number;
  readonly hash: string;
  readonly event: Structure & { readonly id: string };
}

/** The audit of all tenants, for those who keep it elsewhere too. */
export interface AuditTrail {
  /** The last position of each tenant that has any event. */
  auditEnds(): Promise<readonly { tenantId: string; position: number }[]>;
  /** The events behind the position, in the order of the chain, so many at most. */
  auditAfter(tenantId: string, position: number, most: number): Promise<readonly AuditEntry[]>;
}

/** Secrets that outlive the process, kept as texts under a name: keys, certificates. */
export interface Secrets {
  findSecret(name: string): Promise<string | undefined>;
  /** Keeps the text if the name has none yet; answers what the name has now. */
  keepSecret(name: string, text: string): Promise<string>;
}

/** The last event of a tenant's audit chain, and the hash that stands for it and all before. */
export interface AuditEnd {
  readonly tenantId: string;
  readonly position: number;
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
}

/** Signed ends of audit chains. */
export interface AuditSeals {
  /** The end of the tenant's chain, unless there is a seal of it or no event. */
  findUnsealed(tenantId: string): Promise<AuditEnd | undefined>;
  /** Such ends of the tenants behind `after`, in the order of tenants, some at a time; none at the end. */
  listUnsealed(after: string): Promise<readonly AuditEnd[]>;
  /** Keeps the seal, unless the end has one or is no longer what the chain has there. */
  keepSeal(end: AuditEnd, seal: string): Promise<void>;
}

export interface Snapshot {
  readonly name: string;
  /** As `formatInstant` writes it. */
  readonly takenDateTime: string;
}

/**
 * States of a development store that it can go back to: everything that it keeps, but for what the server itself is. Each
 * of these is done whole or not at all, and other writes are wholly before it or wholly after it. They last as long as the
 * store, up to the next version that changes its tables.
 */
export interface Snapshots {
  /** False, and nothing done, where there is one of the name that is not to be replaced. */
  take(snapshot: Snapshot, options: { readonly replace: boolean }): Promise<boolean>;
  /**
   * False where there is none of the name. What was decided before on what the store held must not be written
   * after it (`Service.replaceState`).
   */
  restore(name: string): Promise<boolean>;
  /** False where there is none of the name. */
  remove(name: string): Promise<boolean>;
  /** The oldest first. */
  list(): Promise<readonly Snapshot[]>;
}

/** What a store was born for; it is refused by the other. */
export type StoreMode = 'development' | 'production';

/** Earlier states, for a while. */
export interface Past {
  /**
   * Keeps states from now on, so that `readerOf` can answer up to so many milliseconds ago; 0 keeps none. One is kept at
   * most every tenth of the time. The present one is kept when this is done.
   */
  keep(milliseconds: number): Promise<void>;
  /**
   * Answers the newest state that is at least so many milliseconds old, or the oldest that is kept: nothing is seen earlier, and
   * everything at most a tenth of the time later.
   */
  readerOf(millisecondsAgo: number): EntityReader & QueryReader;
  close(): Promise<void>;
}

export interface StoreHealth {
  /**
   * Why the store cannot be used; undefined where it could be written the last time and can be read now. Recovers by
   * itself: while it could not be written, that is tried again every second.
   */
  trouble(): Promise<StorageTrouble | undefined>;
}

export interface Store
  extends EntityReader,
    QueryReader,
    UnitWriter,
    TenantReader,
    DirectoryReader,
    LimitsReader,
    AuditTrail,
    AuditSeals,
    Secrets,
    SignInRecords,
    StoreHealth {
  readonly mode: StoreMode;
  /** In a store for development alone. */
  readonly snapshots: Snapshots | undefined;
  /** In a store for development alone. */
  readonly past: Past | undefined;
  close(): Promise<void>;
}
