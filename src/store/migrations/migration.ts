// One numbered step of the schema.
import type { Schema } from '../dialect.js';

/** A step that was released is never edited: the checksum of its text, as its database has it, is in every store. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  sql(schema: Schema): string;
}
