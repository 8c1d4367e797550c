// What a check finds wrong, and who judges what the store does not know.
import type { EntitySet } from '../../edm/index.js';
import type { Stored } from '../../plan/index.js';

export interface Violation {
  /** `database` where it is no single table's. */
  readonly table: string;
  /** The values of the primary key, a slash between them; of a whole table, nothing. */
  readonly key: string;
  readonly text: string;
}

export type Report = (violation: Violation) => void;

/** What is wrong with an entity that could be read, as far as the store does not know: sentences. */
export type Judge = (set: EntitySet, stored: Stored) => readonly string[];
