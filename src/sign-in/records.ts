// What the library keeps, in our store: nothing in it can be presented by who reads the store.
import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../base/index.js';
import type { SignInRecord, SignInRecords } from '../store/index.js';
import { mustProve } from './clients.js';
import { currentExchange, type Exchange } from './exchange.js';

export interface RecordsOptions {
  readonly store: SignInRecords;
  readonly clock: Clock;
  /** What stands for the password of a user, who signs in anew when it is another one. */
  readonly passwordMark: (userId: string) => Promise<string | undefined>;
  /** What is thrown where something was used before, or is not for one who does not prove to be the application. */
  readonly refuse: (reason: 'used' | 'replayed' | 'unproven') => Error;
}

/**
 * Stands before an id that is a hash already: of what was found by another way than by what is presented. Nobody can
 * present one, since what the library makes has no such letter.
 */
const hashed = '#';

/** One kind of thing: codes, refresh tokens, sessions, interactions, grants, used assertions. */
export function recordsOf(kind: string, options: RecordsOptions): Adapter {
  const { store, clock, refuse } = options;
  const keyOf = (id: string): string => (id.startsWith(hashed) ? id.slice(1) : hashOf(`${kind} ${id}`));
  const isThere = (record: SignInRecord | undefined): record is SignInRecord =>
    record !== undefined && record.expires >= Math.floor(clock.now() / 1000);
  /** Of what holds for as long as a password does: sessions, and what was granted. */
  const markOf = async ({ accountId }: AdapterPayload): Promise<string | undefined> =>
    accountId !== undefined && ofPasswords.has(kind) ? options.passwordMark(accountId) : undefined;
  const payloadOf = (record: SignInRecord, jti: string): AdapterPayload => ({
    ...(record.properties as AdapterPayload),
    jti,
    ...(record.consumed !== undefined && { consumed: record.consumed }),
  });

  return {
    async find(id) {
      const { tenant, address } = currentExchange();
      if (id.startsWith(hashed) && (kind !== 'DeviceCode' || address.place === 'token')) return undefined;
      const record = await store.findRecord(tenant.id, kind, keyOf(id));
      if (!isThere(record)) return undefined;
      const { mark } = record.properties as { mark?: string };
      if (mark !== (await markOf(record.properties as AdapterPayload))) return undefined;
      if (kind === 'ReplayDetection' && isSameUse(record, currentExchange())) return undefined;
      if (needsProof(kind, record, currentExchange())) throw refuse('unproven');
      return payloadOf(record, id);
    },
    async findByUid(uid) {
      const record = await store.findRecordOfSession(currentExchange().tenant.id, kind, uid);
      return isThere(record) ? payloadOf(record, `${hashed}${record.id}`) : undefined;
    },
    async findByUserCode(userCode) {
      const record = await store.findRecordOfUserCode(currentExchange().tenant.id, kind, hashOf(`code ${userCode}`));
      if (!isThere(record)) return undefined;
      return { ...payloadOf(record, `${hashed}${record.id}`), userCode };
    },
    async upsert(id, payload, expiresIn) {
      const exchange = currentExchange();
      const { jti: _jti, userCode, consumed: _consumed, ...properties } = payload;
      const now = Math.floor(clock.now() / 1000);
      const mark = await markOf(payload);
      const record: SignInRecord = {
        tenantId: exchange.tenant.id,
        kind,
        id: keyOf(id),
        // A grant goes with all that was given for it.
        ...(kind === 'Grant' ? { grant: id } : typeof payload.grantId === 'string' && { grant: payload.grantId }),
        ...(kind === 'Session' && typeof payload.uid === 'string' && { session: payload.uid }),
        ...(typeof userCode === 'string' && { userCode: hashOf(`code ${userCode}`) }),
        expires: payload.exp ?? now + (expiresIn ?? 0),
        // Of what is added the library knows nothing.
        properties: {
          ...properties,
          ...(kind === 'RefreshToken' && { proven: exchange.proof !== 'none' }),
          ...(mark !== undefined && { mark }),
        },
      };
      if (kind !== 'ReplayDetection') return store.keepRecord(record);
      // Of two who present one assertion at once, the second finds that of the first.
      const use = { ...record, properties: { ...properties, use: useOf(exchange) } };
      if (await store.addRecord(use)) return;
      const first = await store.findRecord(record.tenantId, kind, record.id);
      if (!first || !isSameUse(first, exchange)) throw refuse('replayed');
      return undefined;
    },
    async consume(id) {
      const { tenant } = currentExchange();
      const record = await store.findRecord(tenant.id, kind, keyOf(id));
      if (await store.consumeRecord(tenant.id, kind, keyOf(id), Math.floor(clock.now() / 1000))) return undefined;
      // Two were at it at the same moment, and one of them is not whom it was given to.
      if (record?.grant !== undefined) await store.removeRecordsOfGrant(tenant.id, record.grant);
      throw refuse('used');
    },
    destroy: (id) => store.removeRecord(currentExchange().tenant.id, kind, keyOf(id)),
    revokeByGrantId: (grantId) => store.removeRecordsOfGrant(currentExchange().tenant.id, grantId),
  };
}

const ofPasswords: ReadonlySet<string> = new Set(['Session', 'Grant']);

/** What was given to an application that proved itself goes to nobody else, whoever has got hold of it. */
function needsProof(kind: string, { properties }: SignInRecord, { proof, application }: Exchange): boolean {
  if (proof !== 'none' || !application) return false;
  if (kind === 'RefreshToken') return 'proven' in properties && properties.proven === true;
  if (kind !== 'AuthorizationCode') return false;
  const { redirectUri } = properties as AdapterPayload;
  return mustProve(application, redirectUri);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * MSAL sends one assertion for as long as it holds, ten minutes, and Entra takes it each time. Here it is taken from the
 * address that came with it first, so that whoever overheard it cannot use it.
 */
function useOf({ ipAddress, assertion }: Exchange): string {
  return hashOf(`use ${ipAddress} ${assertion ?? ''}`);
}

function isSameUse({ properties }: SignInRecord, exchange: Exchange): boolean {
  return 'use' in properties && properties.use === useOf(exchange);
}
