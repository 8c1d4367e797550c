// Opens the store on a SQLite file: checks what the file is, brings it up to date, puts the roles together.
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, formatInstant, StorageFault, systemClock } from '../base/index.js';
import type { Observe } from '../observation/index.js';
import { createAuditSeals } from './audit-seals.js';
import { createAuditTrail } from './audit-trail.js';
import { type Connection, configure, isBusy, openConnection } from './connection.js';
import { isThere, makeOwnFile } from './data-folder.js';
import { noStore } from './database.js';
import { isDatabaseUrl, withoutPassword } from './database-url.js';
import { createDirectoryReader, createLimitsReader } from './directory.js';
import { openEntityMemory } from './entity-memory.js';
import { type GroupWriter, openGroupWriter } from './group-writer.js';
import { type Health, openHealth } from './health.js';
import { openLastingConnection } from './lasting-connection.js';
import { migrate, recognize } from './migrate.js';
import { migrations } from './migrations/index.js';
import { observeGroups } from './observed-groups.js';
import { type Moment, openPast } from './past.js';
import { createReader } from './reader.js';
import { createSecrets } from './secrets.js';
import { createSignInRecords } from './sign-in-records.js';
import { snapshotStatements } from './snapshot-statements.js';
import { createSnapshots } from './snapshots.js';
import { sqlite, sqliteSchema } from './sqlite/dialect.js';
import type { Store, StoreMode } from './store.js';
import { openAgain, type StoreFile, storeFile } from './store-file.js';
import { createTenantReader } from './tenants.js';
import { unitStatements } from './unit-statements.js';
import { openWriterThread, type WriterThread } from './writer-thread.js';

export interface OpenStoreOptions {
  /** The SQLite file, or the URL of a PostgreSQL database: `postgres://user:password@host:port/database`. */
  readonly path: string;
  /** What the store has to be for; without it, whatever it was born for is taken. */
  readonly mode?: StoreMode;
  /** Whether to make a store, born for `mode` or for the one that is named, where there is none. */
  readonly create: boolean | StoreMode;
  /** Tells when a store was born and migrated. */
  readonly clock?: Clock;
  readonly observe?: Observe;
}

/**
 * Opens a store. Refuses, with a sentence for the operator, a path without a store (unless it may be made), a file that
 * is something else, a store born for the other mode, and one written by a newer version. Several processes may have
 * one store open and see each other's tenants and secrets; entities are one server's alone (`openEntityMemory`).
 */
export async function openStore(options: OpenStoreOptions, means: FileMeans = usualMeans): Promise<Store> {
  const { path, mode, create, clock = systemClock, observe = () => {} } = options;
  const birthMode = create === true ? mode : create || undefined;
  if (isDatabaseUrl(path)) {
    const { openPostgresqlStore } = await import('./postgresql/open.js');
    return openPostgresqlStore(path, withoutPassword(path), { mode, birthMode, clock, observe });
  }
  return openFile({ path, mode, birthMode, clock, observe }, means);
}

/** By which a store on a file gets at it. */
export interface FileMeans {
  connect(path: string): Connection;
  openWriter(file: StoreFile): WriterThread;
}

const usualMeans: FileMeans = { connect: openConnection, openWriter: openWriterThread };

/** What opens a store of either kind, with nothing left to defaults. */
export interface Opening {
  readonly mode: StoreMode | undefined;
  /** What a new store is for; without it none is made. */
  readonly birthMode: StoreMode | undefined;
  readonly clock: Clock;
  readonly observe: Observe;
}

async function openFile(
  { path, mode, birthMode, clock, observe }: Opening & { path: string },
  means: FileMeans,
): Promise<Store> {
  const file = resolve(path);
  if (birthMode === undefined && !isThere(file)) throw noStore(path);
  makeOwnFile(file);
  const connections: Connection[] = [];
  const connect = (): Connection => {
    const connection = means.connect(file);
    connections.push(connection);
    return connection;
  };
  try {
    const own = connect();
    if (recognize(own, path) === 'empty' && birthMode === undefined) throw noStore(path);
    await prepare(own, path);
    const applied = migrate(own, path, migrations, clock);
    if (applied > 0) observe({ event: 'storeMigrated', migrations: applied });
    const born = bear(own, path, birthMode, clock);
    if (mode !== undefined && mode !== born) {
      throw new Error(`The store '${path}' was made for ${born} and cannot be used for ${mode}.`);
    }
    const storedIn = storeFile(file);
    const readOnly = (connection: Connection) => connection.run('PRAGMA query_only = ON');
    const openReading = () => openAgain(storedIn, readOnly, means.connect);
    const reading = openLastingConnection(openReading);
    return putTogether({ mode: born, own, reading, openReading, writing: means.openWriter(storedIn), observe });
  } catch (error) {
    for (const connection of connections) connection.close();
    throw error;
  }
}

/** Sets what a connection needs, and the file what it needs for good. */
export async function prepare(connection: Connection, path: string): Promise<void> {
  configure(connection);
  const journal = await useWriteAheadLog(connection);
  if (journal !== 'wal') throw new Error(`The file system of '${path}' does not allow SQLite's write-ahead log.`);
}

/** SQLite does not wait for the lock that this change needs, so that two who open a new file at once would fail. */
async function useWriteAheadLog(connection: Connection): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      return connection.get('PRAGMA journal_mode = WAL')?.[0];
    } catch (error) {
      if (!isBusy(error) || attempt === 50) throw error;
      await delay(20);
    }
  }
}

/** What the store is for. A new one is born for `birthMode`; of two who make it at once, the first decides. */
function bear(connection: Connection, path: string, birthMode: StoreMode | undefined, clock: Clock): StoreMode {
  const recorded = (): StoreMode | undefined => {
    const mode = connection.get('SELECT mode FROM store')?.[0];
    return mode === 'development' || mode === 'production' ? mode : undefined;
  };
  const mode = recorded();
  if (mode !== undefined) return mode;
  if (birthMode === undefined) throw noStore(path);
  connection.run('INSERT INTO store (id, mode, born_date_time) VALUES (1, ?1, ?2) ON CONFLICT (id) DO NOTHING', [
    birthMode,
    formatInstant(clock.now()),
  ]);
  return recorded() ?? birthMode;
}

interface Parts {
  readonly mode: StoreMode;
  readonly own: Connection;
  readonly reading: Connection;
  readonly openReading: () => Connection;
  readonly writing: WriterThread;
  readonly observe: Observe;
}

function putTogether({ mode, own, reading, openReading, writing, observe }: Parts): Store {
  const reader = createReader(reading, sqlite);
  const memory = openEntityMemory(reader.find);
  const groups = openGroupWriter(observeGroups((units) => memory.forgetDuring(() => writing.apply(units)), observe));
  const health: Health = openHealth({
    read: async () => reading.get('SELECT mode FROM store'),
    write: () => writer.write([{ sql: touch, parameters: [], changes: 1, otherwise: 'conflict' }]),
    onRecovery: () => observe({ event: 'storageRecovered' }),
  });
  const writer: GroupWriter = {
    write: (statements) => health.watch(() => groups.write(statements)),
    close: () => groups.close(),
  };
  const past = mode === 'development' ? openPast(reader, async () => openMoment(openReading())) : undefined;
  let open = true;
  return {
    mode,
    past,
    ...reader,
    // What nobody writes through units may change behind the memory's back: a tenant's name.
    find: (tenantId, set, key) => (set.readOnly ? reader : memory).find(tenantId, set, key),
    ...createTenantReader(reading, sqlite),
    ...createDirectoryReader(reading, sqlite),
    ...createLimitsReader(reading),
    ...createAuditTrail(reading, sqlite),
    ...createSecrets(reading, writer.write, sqlite),
    ...createAuditSeals(reading, writer.write, sqlite),
    ...createSignInRecords(
      reading,
      async (statement) => (await writer.write([{ ...statement, otherwise: 'conflict' }])) === 'done',
      sqlite,
    ),
    snapshots:
      mode === 'development'
        ? createSnapshots(reading, snapshotStatements(sqlite, sqliteSchema), writer.write)
        : undefined,
    trouble: health.trouble,
    async write(unit) {
      return writer.write(unitStatements(unit, sqlite));
    },
    async close() {
      if (!open) return;
      open = false;
      health.close();
      await past?.close();
      await writer.close();
      await writing.close();
      reading.close();
      try {
        own.all('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch (error) {
        // Whatever was acknowledged is in the log, and the next who opens the file goes on from there.
        if (!(error instanceof StorageFault)) throw error;
      } finally {
        own.close();
      }
    },
  };
}

/** What is committed now, for as long as the connection's transaction lasts. */
function openMoment(connection: Connection): Moment {
  const close = async (): Promise<void> => connection.close();
  try {
    connection.run('BEGIN');
    connection.get('SELECT mode FROM store');
    return { reader: createReader(connection, sqlite), close };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Changes nothing, and goes to the disk all the same. */
const touch = 'UPDATE store SET mode = mode WHERE id = 1';
