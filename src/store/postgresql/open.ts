// Opens the store in a PostgreSQL database.

import { type Clock, formatInstant } from '../../base/index.js';
import type { Observe } from '../../observation/index.js';
import { createAuditSeals } from '../audit-seals.js';
import { createAuditTrail } from '../audit-trail.js';
import { noStore } from '../database.js';
import { createDirectoryReader, createLimitsReader } from '../directory.js';
import { type Health, openHealth } from '../health.js';
import { migrations } from '../migrations/index.js';
import type { Opening } from '../open-store.js';
import { openPast } from '../past.js';
import { createReader } from '../reader.js';
import { createSecrets } from '../secrets.js';
import { createSignInRecords } from '../sign-in-records.js';
import { snapshotStatements } from '../snapshot-statements.js';
import { createSnapshots } from '../snapshots.js';
import type { Store, StoreMode } from '../store.js';
import { createTenantReader } from '../tenants.js';
import { openPool, type Pool, unusable } from './connection.js';
import { postgresql, postgresqlSchema } from './dialect.js';
import { isStore, migrate } from './migrate.js';
import { type Moments, openMoments } from './moments.js';
import { applyToStore } from './whole-store.js';
import { openTenantWriter } from './writer.js';

/** By which a store in PostgreSQL gets at it, and how long it tries to write, in milliseconds. */
export interface PostgresqlMeans {
  connect(url: string): Pool;
  readonly patience: number;
}

const usualMeans: PostgresqlMeans = { connect: openPool, patience: 8000 };

/** As `openStore`; several servers may serve one database. `name` stands for the URL, without its password, in messages. */
export async function openPostgresqlStore(
  url: string,
  name: string,
  { mode, birthMode, clock, observe }: Opening,
  { connect, patience }: PostgresqlMeans = usualMeans,
): Promise<Store> {
  const pool = connect(url);
  // What waits for a tenant's turn, wherever that is held, has connections of its own, so that nobody's reads wait for it.
  const writing = connect(url);
  try {
    if (birthMode === undefined && !(await isStore(pool))) throw noStore(name);
    const applied = await migrate(pool, name, migrations, clock);
    if (applied > 0) observe({ event: 'storeMigrated', migrations: applied });
    const born = await bear(pool, name, birthMode, clock);
    if (mode !== undefined && mode !== born) {
      throw new Error(`The store '${name}' was made for ${born} and cannot be used for ${mode}.`);
    }
    return putTogether({ mode: born, pool, writing, moments: openMoments(url), observe, patience });
  } catch (error) {
    await Promise.all([pool.close(), writing.close()]);
    throw unusable(name, error);
  }
}

/** What the store is for. A new one is born for `birthMode`; of several who make it at once, the first decides. */
async function bear(pool: Pool, name: string, birthMode: StoreMode | undefined, clock: Clock): Promise<StoreMode> {
  const recorded = async (): Promise<StoreMode | undefined> => {
    const [mode] = (await pool.get('SELECT mode FROM store')) ?? [];
    return mode === 'development' || mode === 'production' ? mode : undefined;
  };
  const mode = await recorded();
  if (mode !== undefined) return mode;
  if (birthMode === undefined) throw noStore(name);
  await pool.run('INSERT INTO store (id, mode, born_date_time) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING', [
    birthMode,
    formatInstant(clock.now()),
  ]);
  return (await recorded()) ?? birthMode;
}

interface Parts {
  readonly mode: StoreMode;
  readonly pool: Pool;
  readonly writing: Pool;
  readonly moments: Moments;
  readonly observe: Observe;
  readonly patience: number;
}

function putTogether({ mode, pool, writing, moments, observe, patience }: Parts): Store {
  const writer = openTenantWriter(writing, observe, patience);
  const health: Health = openHealth({
    read: () => pool.get('SELECT mode FROM store'),
    write: () => health.watch(() => pool.run('UPDATE store SET mode = mode WHERE id = 1')),
    onRecovery: () => observe({ event: 'storageRecovered' }),
  });
  const run = async (statements: Parameters<Parameters<typeof createSecrets>[1]>[0]): Promise<void> => {
    for (const { sql, parameters } of statements) await pool.run(sql, parameters);
  };
  const reader = createReader(pool, postgresql);
  const past = mode === 'development' ? openPast(reader, moments.open) : undefined;
  let open = true;
  return {
    mode,
    past,
    ...reader,
    ...createTenantReader(pool, postgresql),
    ...createDirectoryReader(pool, postgresql),
    ...createLimitsReader(pool),
    ...createAuditTrail(pool, postgresql),
    ...createSecrets(pool, run, postgresql),
    ...createAuditSeals(pool, run, postgresql),
    ...createSignInRecords(
      pool,
      async ({ sql, parameters }) => (await health.watch(() => pool.run(sql, parameters))) > 0,
      postgresql,
    ),
    snapshots:
      mode === 'development'
        ? createSnapshots(pool, snapshotStatements(postgresql, postgresqlSchema), (statements) =>
            health.watch(() => applyToStore(pool, statements)),
          )
        : undefined,
    trouble: health.trouble,
    chainEnd: writer.chainEnd,
    decideInTurn: (tenantId, decide) => health.watch(() => writer.decideInTurn(tenantId, decide)),
    write: (unit) => health.watch(() => writer.write(unit)),
    async close() {
      if (!open) return;
      open = false;
      health.close();
      await past?.close();
      await moments.close();
      await writer.close();
      await Promise.all([pool.close(), writing.close()]);
    },
  };
}
