// Applies groups of units on a connection of its own, which is made anew after a fault that it may not outlive.
import { applyGroup, type UnitResult, type WriteStatement } from './apply-group.js';
import { type Connection, configure, openConnection } from './connection.js';
import { outlives } from './lasting-connection.js';
import { checkInPlace, openAgain, type StoreFile } from './store-file.js';

export interface Applier {
  /** As `applyGroup`. */
  apply(units: readonly (readonly WriteStatement[])[]): readonly UnitResult[];
  close(): void;
}

/** Opens no connection yet. */
export function openApplier(file: StoreFile, connect: (path: string) => Connection = openConnection): Applier {
  let connection: Connection | undefined;
  const close = (): void => {
    connection?.close();
    connection = undefined;
  };
  return {
    apply(units) {
      connection ??= openAgain(file, configure, connect);
      try {
        checkInPlace(file);
        return applyGroup(connection, units);
      } catch (error) {
        if (!outlives(error)) close();
        throw error;
      }
    },
    close,
  };
}
