// One numbered step of the schema.

/** A step that was released is never edited: its text's checksum is in every store. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly number: number;
  readonly sql: string;
}
