// Development mode put together: a tenant, its keys and certificates, sample objects, tokens.
import { type Clock, formatInstant, type NewId } from '../base/index.js';
import type { Issuer } from '../identity/index.js';
import type { Observe } from '../observation/index.js';
import {
  allPermissions,
  byProgram,
  changeTenant,
  createSnapshotKeeper,
  initialSnapshot,
  type Service,
  type SnapshotKeeper,
} from '../service/index.js';
import { createSimulation, type Simulation } from '../simulation/index.js';
import type { Snapshots, Store } from '../store/index.js';
import { openAuthority } from './authority.js';
import { findSamples, makeSamples, type Samples } from './samples.js';
import { openSigningKey } from './signing-key.js';
import { developmentTenantId } from './tenant.js';

/** What a token shall say; everything has a default. */
export interface TokenRequest {
  /** Scopes of a delegated token; all permissions unless told otherwise. */
  readonly scopes?: readonly string[];
  /** Makes it an application's token, with these roles; none is possible. */
  readonly roles?: readonly string[];
  /** The development tenant unless told otherwise; it need not exist. */
  readonly tenantId?: string;
  readonly userPrincipalName?: string;
  /** Seconds from now, 12 hours unless told otherwise; a negative one makes a token that has expired. */
  readonly lifetime?: number;
}

export interface Development extends Samples, SnapshotKeeper {
  readonly tenantId: string;
  /** The certificate authority's certificate, PEM, for clients to trust. */
  readonly caFile: string;
  /** The server's certificate and key, PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly issuer: Issuer;
  token(request?: TokenRequest): Promise<string>;
  /** What is simulated for requests. */
  readonly simulation: Simulation;
  /** Goes back to the state after the first start, in which ids, keys and so tokens are the same, and clears the simulation. */
  reset(): Promise<void>;
}

const defaultLifetime = 12 * 3600;

/** Makes, at the first start, what a development store brings, and finds it again at every later one. */
export async function openDevelopment({
  store,
  service,
  folder,
  clock,
  newId,
  observe,
}: {
  store: Store;
  service: Service;
  folder: string;
  clock: Clock;
  newId: NewId;
  observe: Observe;
}): Promise<Development> {
  const tenantId = await developmentTenantId(store, newId);
  const born = { displayName: 'Development', license: 'active' } as const;
  const by = byProgram('offshoot serve --dev', newId);
  const tenant = await changeTenant(store, tenantId, (before) => before ?? born, { clock, by });
  await makeSamples(store, service, tenant, newId);
  const authority = await openAuthority(store, { folder, clock });
  const { issuer } = await openSigningKey(store, { clock, newId });
  const { snapshots, past } = store;
  if (!snapshots || !past) throw new Error('a store for development cannot go back');
  const simulation = createSimulation({ onChange: (longestDelay) => past.keep(longestDelay) });
  // Behind all that a first start makes.
  await keepInitialState(snapshots, clock);
  const keeper = createSnapshotKeeper({
    snapshots,
    service,
    clock,
    newId,
    onTaken: (snapshot, milliseconds) => observe({ event: 'snapshotTaken', snapshot, milliseconds }),
    onRestored: (snapshot, milliseconds) => observe({ event: 'stateRestored', snapshot, milliseconds }),
  });
  return {
    tenantId,
    ...(await findSamples(store, tenantId)),
    ...keeper,
    simulation,
    async reset() {
      await simulation.clear();
      await keeper.restore(initialSnapshot);
    },
    caFile: authority.caFile,
    certificate: { cert: authority.certificate, key: authority.key },
    issuer,
    token: (request) => mintToken(store, { clock, newId }, request),
  };
}

/** Once in the life of the store's tables; where several servers start at once, the first does it. */
async function keepInitialState(snapshots: Snapshots, clock: Clock): Promise<void> {
  if ((await snapshots.list()).some(({ name }) => name === initialSnapshot)) return;
  await snapshots.take({ name: initialSnapshot, takenDateTime: formatInstant(clock.now()) }, { replace: false });
}

/** A token of a development store; the store need not be served at the moment. */
export async function mintToken(
  store: Store,
  { clock, newId }: { clock: Clock; newId: NewId },
  request: TokenRequest = {},
): Promise<string> {
  const { mint } = await openSigningKey(store, { clock, newId });
  return mint({
    tenantId: request.tenantId ?? (await developmentTenantId(store, newId)),
    kind: request.roles ? 'application' : 'delegated',
    permissions: request.roles ?? request.scopes ?? allPermissions,
    lifetime: request.lifetime ?? defaultLifetime,
    userPrincipalName: request.userPrincipalName,
  });
}
