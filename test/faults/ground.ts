// What the tests of injected faults stand on: a store whose driver has faults, and a look at its rows beside it.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openApplier } from '../../src/store/applier.js';
import { type Connection, openConnection } from '../../src/store/connection.js';
import type { Store } from '../../src/store/index.js';
import { openStore } from '../../src/store/open-store.js';
import type { Row } from '../../src/store/queries.js';
import { type FaultKind, type Faults, faultKinds, withFaults } from './injected-faults.js';

/** One for each kind of store. */
export interface Ground {
  readonly name: string;
  /** The ways in which a call of its driver fails. */
  readonly faultKinds: Readonly<Record<string, FaultKind>>;
  /** Of the calls of a start, which makes a whole schema, every so-manieth fails once. */
  readonly startStep: number;
  /** Opens a development store of the name, made where there is none; every call of its driver passes the faults. */
  open(store: string, faults: Faults): Promise<Store>;
  /** All that the tenant has, row by row; the rows of `audit_events` in the order of their positions. */
  rows(store: string, tenantId: string): Promise<Tables>;
  /** What the store is made of: its tables with their columns, its migrations. */
  schema(store: string): Promise<string>;
}

/** Each row as an object of its columns. */
export type Tables = Readonly<Record<string, readonly Readonly<Record<string, Row[number] | undefined>>[]>>;

/** SQLite in the folder, the writer on the main thread, where faults can be put into its connection too. */
export function sqliteGround(folder: string): Ground {
  const pathOf = (store: string): string => join(folder, store, 'offshoot.db');
  const look = <T>(store: string, work: (connection: Connection) => T): T => {
    const connection = openConnection(pathOf(store));
    try {
      return work(connection);
    } finally {
      connection.close();
    }
  };
  return {
    name: 'SQLite',
    faultKinds,
    startStep: 1,
    open: (store, faults) => {
      const connect = (path: string): Connection => withFaults(hasty(openConnection(path)), faults);
      return openStore(
        { path: pathOf(store), mode: 'development', create: true },
        {
          connect,
          openWriter: (file) => {
            const applier = openApplier(file, connect);
            return { apply: async (units) => applier.apply(units), close: async () => applier.close() };
          },
        },
      );
    },
    rows: async (store, tenantId) =>
      look(store, (connection) => {
        const tables = connection.all(
          "SELECT DISTINCT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND (c.name = 'tenant_id' OR (t.name = 'tenants' AND c.name = 'id')) ORDER BY t.name",
        );
        return Object.fromEntries(
          tables.map(([table, column]) => {
            const names = connection
              .all(`SELECT name FROM pragma_table_info('${table}')`)
              .map(([name]) => String(name));
            const order = names.includes('position') ? 'position' : names.map((name) => `"${name}"`).join(', ');
            const rows = connection.all(`SELECT * FROM ${table} WHERE ${column} = ?1 ORDER BY ${order}`, [tenantId]);
            return [
              String(table),
              rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]]))),
            ];
          }),
        );
      }),
    schema: async (store) =>
      look(store, (connection) => {
        const parts = connection.all('SELECT type, name, sql FROM sqlite_schema ORDER BY type, name');
        const migrations = connection.all('SELECT number, checksum FROM migrations ORDER BY number');
        return createHash('sha256')
          .update(JSON.stringify([parts, migrations]))
          .digest('hex');
      }),
  };
}

/** The disk is not what is tested here, so that nothing waits for it. */
function hasty(connection: Connection): Connection {
  const run: Connection['run'] = (sql, parameters) =>
    connection.run(sql === 'PRAGMA synchronous = FULL' ? 'PRAGMA synchronous = OFF' : sql, parameters);
  return {
    ...connection,
    run,
    get inTransaction() {
      return connection.inTransaction;
    },
  };
}
