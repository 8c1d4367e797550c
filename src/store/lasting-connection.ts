// A connection for statements that stand alone: after a fault of the storage it is made anew.
import { StorageFault } from '../base/index.js';
import type { Connection } from './connection.js';

/**
 * A connection that met a damaged file or a failing disk may remember what it read there, even when the file is whole
 * again, so the next statement gets a new one. Not for transactions: they would go on outside of themselves.
 */
export function openLastingConnection(open: () => Connection): Connection {
  let connection: Connection | undefined = open();

  const use = <T>(work: (current: Connection) => T): T => {
    connection ??= open();
    const used = connection;
    try {
      return work(used);
    } catch (error) {
      if (outlives(error)) throw error;
      connection = undefined;
      used.close();
      throw error;
    }
  };

  return {
    get: (sql, parameters) => use((current) => current.get(sql, parameters)),
    all: (sql, parameters) => use((current) => current.all(sql, parameters)),
    until: (sql, parameters, isLast) => use((current) => current.until(sql, parameters, isLast)),
    run: (sql, parameters) => use((current) => current.run(sql, parameters)),
    execute: (sql) => use((current) => current.execute(sql)),
    get inTransaction() {
      return connection?.inTransaction ?? false;
    },
    close: () => connection?.close(),
  };
}

/** Whether a connection is as good as before after this error. */
export function outlives(error: unknown): boolean {
  return !(error instanceof StorageFault) || error.trouble === 'full' || error.trouble === 'locked';
}
