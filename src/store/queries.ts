// Statements that read, and the rows that they answer, whichever database has them.

/** A value that goes into a statement. */
export type Scalar = string | number | boolean | null;
/** The values of a row in the order of its columns; booleans come back as 1 and 0 from SQLite. */
export type Row = readonly Scalar[];

/** Runs statements that read: at once where the database is a file, by a promise where it is across a wire. */
export interface Queries {
  /** The first row, for statements that answer at most one. */
  get(sql: string, parameters?: readonly Scalar[]): Row | undefined | Promise<Row | undefined>;
  all(sql: string, parameters?: readonly Scalar[]): readonly Row[] | Promise<readonly Row[]>;
  /**
   * The rows up to the first of which `isLast` holds, with it. They are fetched in portions, and the statement ends with
   * the portion of that row. `isLast` sees each row once, in their order.
   */
  until(sql: string, parameters: readonly Scalar[], isLast: IsLast): readonly Row[] | Promise<readonly Row[]>;
}

export type IsLast = (row: Row) => boolean;
